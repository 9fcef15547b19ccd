"""What facts do to listings: they propose, they back, they raise doubt; they never decide."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from contracts import EventReference
from contracts.beliefs import believed
from contracts.working_days import WorkingDays
from credit.domain.acts import PLATFORM, Act, ActName
from credit.domain.causes import Ground, grounds
from credit.domain.facts import Fact
from credit.domain.listing import Listing, after, opened

ALIVE = ("proposed", "noticed", "listed")


def follow(
    organization: str, facts: Iterable[Fact], listings: Mapping[str, Listing], *, today: date, calendar: WorkingDays
) -> Iterator[Listing]:
    """Give the listings of an organization that its facts bring about or change, each with its new acts."""
    kept = list(facts)
    standing = believed(kept)
    found = grounds(organization, standing)
    for ground in found.values():
        if ground.listing_id not in listings:
            act = Act("propose", on=min(ground.arose_on, today), by=PLATFORM, text=ground.reason, facts=ground.facts)
            yield opened(ground.listing_id, organization, cause=ground.cause, act=act)
    void = {EventReference(fact.source, fact.id) for fact in kept} - {
        EventReference(fact.source, fact.id) for fact in standing
    }
    for listing in listings.values():
        name = _act_on(listing, found.get(listing.id), void)
        if name is not None:
            on = max(today, listing.acts[-1].on)
            yield after(listing, Act(name, on=on, by=PLATFORM, facts=_facts(listing, found)), calendar)


def _act_on(listing: Listing, ground: Ground | None, void: Collection[EventReference]) -> ActName | None:
    if listing.state not in ALIVE:
        return None
    if ground is not None:
        return "evidence" if ground.facts != listing.facts or listing.doubted else None
    if listing.doubted:
        return None
    lost = listing.proposer == PLATFORM or any(fact in void for fact in listing.facts)
    return "doubt" if lost else None


def _facts(listing: Listing, found: Mapping[str, Ground]) -> tuple[EventReference, ...]:
    ground = found.get(listing.id)
    return ground.facts if ground else listing.facts
