"""What the shard of an organization tells everybody of its payments, and takes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from funds_monitor.domain.entries import Entry
from funds_monitor.domain.facts import Position
from funds_monitor.domain.links import FLOOR_FEN, Link, Report
from funds_monitor.domain.organizations import Organization
from funds_monitor.domain.reference import ReferenceBook
from funds_monitor.domain.timeline import Timeline

PERSON = "p_"  # before the token of a person
REFUND = "C9"


def tell_links(organization: Organization, positions: Iterable[Position]) -> Iterator[Link]:
    """Give what is to be said of payments that came, went or changed; what was said last is remembered.

    A link whose ends have moved is taken back first: whoever reads on from there learns of the old ends as well.
    """
    timeline, said = organization.timeline, organization.links
    for position in sorted(set(positions)):
        identity = (position.source, position.id)
        known = said.get(identity)
        entry = timeline.payments.at(position)
        wanted = report_of(entry, timeline) if entry is not None else None
        stands = known.report if known is not None and known.asserted else None
        if wanted == stands:
            continue
        revision = known.revision if known is not None else 0
        if stands is not None and (wanted is None or wanted.ends != stands.ends):
            revision += 1
            said[identity] = Link(stands, revision, asserted=False)
            yield said[identity]
        if wanted is not None:
            said[identity] = Link(wanted, revision + 1, asserted=True)
            yield said[identity]


def report_of(entry: Entry, timeline: Timeline) -> Report | None:
    """Give the report of a payment that others have to know of: to or from an organization or a related person."""
    data, code, party = entry.data, timeline.code, entry.party
    if not entry.external or data.amount_fen < FLOOR_FEN or not is_told(entry, code, timeline.book):
        return None
    pays = data.direction == "out"
    return Report(
        position=entry.position,
        organization=code,
        payer=code if pays else party,
        payee=party if pays else code,
        amount_fen=data.amount_fen,
        first_time=entry.first_time,
        refund=pays and REFUND in entry.cleared,
    )


def is_told(entry: Entry, code: str, book: ReferenceBook) -> bool:
    """Say whether the other side is somebody who may pass money on: known by code, or a person who has ties."""
    party = entry.party
    if party in {code, entry.data.counterparty.account} or ":" in party:  # `kind:name`, `fact:…`
        return False
    return not party.startswith(PERSON) or book.kinship.knows(party)
