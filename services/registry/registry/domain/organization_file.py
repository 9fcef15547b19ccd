"""The file of one organization as of a day, computed from all that was heard about it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from contracts.beliefs import believed
from contracts.credit_code import check_code
from registry.domain.facts import Fact
from registry.domain.lives import Document, Entry, day_in, document_of, entries_on
from registry.domain.sections import SECTIONS
from registry.domain.standing import ENDED, SNAPSHOTS, Standing, standing_on

SECTION_ENTRIES_MAX = 1_000  # rows shown of one section; the largest real file seen holds some hundred activities

IDENTITY = (
    "name",
    "kind",
    "registered_on",
    "start_up_funds_fen",
    "division",
    "address",
    "phone",
    "legal_representative",
    "supervising_body",
    "sector",
    "public_fundraising",
    "charity",
    "trade_association",
    "charter_has_party_clause",
    "has_party_organization",
)


_CODE = re.compile(r"[0-9A-Z]{18}")


class Field(Struct, frozen=True):
    """One thing said by the registration, since when it is so, and by which document."""

    value: Any
    since: date
    by: Document


class CodeCheck(Struct, frozen=True):
    """Whether the code's two check digits are right; a wrong one is flagged, never refused.

    Source: GB 32100-2015, GB 11714-1997.
    """

    gb32100: bool
    gb11714: bool


class OrganizationFile(Struct, frozen=True):
    """All that is believed of one organization on a day."""

    code: str
    on: date
    code_check: CodeCheck
    standing: Standing
    identity: dict[str, Field]
    sections: dict[str, list[Entry]]
    totals: dict[str, int]

    def value(self, name: str) -> Any:
        """Give a field of the registration, null where nothing was said."""
        field = self.identity.get(name)
        return field.value if field else None


def looks_like_code(text: str) -> bool:
    """Say whether a text has the shape of a credit code, right check digits or not.

    Source: GB 32100-2015.
    """
    return _CODE.fullmatch(text) is not None


def file_on(code: str, facts: Iterable[Fact], *, on: date) -> OrganizationFile | None:
    """Compute the file of an organization as of a day; none when nothing of it was so by then.

    Shape:  O(n log n) in the facts of the organization.
    """
    by_type: dict[str, list[Fact]] = defaultdict(list)
    for fact in believed(facts):
        by_type[fact.type].append(fact)
    snapshots = sorted(
        (fact for type_ in SNAPSHOTS for fact in by_type[type_] if fact.on <= on), key=lambda fact: fact.position
    )
    ended = [fact for type_ in ENDED for fact in by_type[type_]]
    rows = {
        section.name: entries_on(section, _facts_of(section.begins, section.ends, by_type), on=on)
        for section in SECTIONS
    }
    if not snapshots and not any(rows.values()) and not any(day_in(fact, "effective_on") <= on for fact in ended):
        return None
    check = check_code(code)
    return OrganizationFile(
        code=code,
        on=on,
        code_check=CodeCheck(gb32100=check.gb32100, gb11714=check.gb11714),
        standing=standing_on(snapshots, ended, on=on),
        identity=_identity(snapshots),
        sections={name: entries[:SECTION_ENTRIES_MAX] for name, entries in rows.items()},
        totals={name: len(entries) for name, entries in rows.items()},
    )


def _facts_of(begins: tuple[str, str], ends: tuple[str, str] | None, by_type: dict[str, list[Fact]]) -> list[Fact]:
    return by_type[begins[0]] + (by_type[ends[0]] if ends else [])


def _identity(snapshots: Sequence[Fact]) -> dict[str, Field]:
    """Give each field of the last snapshot, dated by the snapshot since which it has been the same."""
    fields: dict[str, Field] = {}
    for snapshot in snapshots:
        for name in IDENTITY:
            value = snapshot.data.get(name)
            if name not in fields or fields[name].value != value:
                fields[name] = Field(value=value, since=snapshot.on, by=document_of(snapshot))
    return fields
