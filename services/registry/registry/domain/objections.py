"""What stands against a write: the register says something else already, or the document contradicts itself."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec import Struct, to_builtins

from contracts.beliefs import believed
from contracts.parts import Data
from contracts.register_writes import CHANGE, REGISTER, RegisterWrite
from registry.domain.facts import Content, Fact
from registry.domain.lives import Entry, Section, entries_on
from registry.domain.own_events import days_ahead, stated_day
from registry.domain.sections import SECTIONS
from registry.domain.standing import ENDED, SNAPSHOTS, standing_on

_ORDERED = (
    ("from_on", "to_on"),
    ("valid_from", "valid_to"),
    ("held_from", "held_to"),
    ("approved_on", "valid_until"),
    ("effective_on", "until_on"),
    ("votes_for", "votes_total"),
)
_GONE = ("deregistered", "revoked")
# Facts of this kind supersede each other: a newer fee standard or approval under the same key is no contradiction.
_MAY_REPEAT = frozenset({"post_approvals", "fee_standards"})


class Objection(Struct, frozen=True):
    """Why a write is not accepted, and how to mend it; never with a value of the document."""

    code: str
    detail: str
    pointer: str = ""


def objection_to(
    write: RegisterWrite, code: str, data: Data, *, facts: Sequence[Fact], now_us: int, on: date
) -> Objection | None:
    """Say what stands against a write as the register is now; none: it may be written."""
    standing = believed(facts)
    content: Content = to_builtins(data)
    return (
        _against_document(write, code, data, content, now_us)
        or _against_organization(write, standing, on=on)
        or _against_section(write, content, standing)
    )


def division_of(facts: Sequence[Fact], written: str | None = None) -> str | None:
    """Name where an organization is in the register, else where a document says that it is."""
    snapshot = last_snapshot(believed(facts))
    return snapshot.data["division"] if snapshot is not None else written


def last_snapshot(facts: Sequence[Fact]) -> Fact | None:
    """Give the entry in the register that holds now, of facts that are believed and in order."""
    return next((fact for fact in reversed(facts) if fact.type in SNAPSHOTS), None)


def is_gone(facts: Sequence[Fact], *, on: date) -> bool:
    """Say whether an organization was dissolved by a day, from facts that are believed and in order."""
    snapshots = [fact for fact in facts if fact.type in SNAPSHOTS]
    return standing_on(snapshots, [fact for fact in facts if fact.type in ENDED], on=on).status in _GONE


def _against_document(write: RegisterWrite, code: str, data: Data, content: Content, now_us: int) -> Objection | None:
    if write in (REGISTER, CHANGE) and content["code"] != code:
        return Objection("invalid", "the code of the address is due here: a code never changes", "/code")
    day = stated_day(write, data)
    if write.is_past and day is not None and days_ahead(day, now_us=now_us):
        return Objection("invalid", "a day that has come is due here", f"/{write.day}")
    for first, last in _ORDERED:
        if content.get(first) is not None and content.get(last) is not None and content[last] < content[first]:
            return Objection(
                "invalid", f"not before {first}" if "votes" not in first else f"not below {first}", f"/{last}"
            )
    return None


def _against_organization(write: RegisterWrite, facts: Sequence[Fact], *, on: date) -> Objection | None:
    known = last_snapshot(facts) is not None
    if write == REGISTER:
        return Objection("conflict", "this code is registered already: write a change", "/code") if known else None
    if not known:
        return Objection("not_found", "no organization is registered under this code: register it first")
    if write.needs_life and is_gone(facts, on=on):
        return Objection("conflict", "the organization was deregistered or revoked: this can no longer be written")
    return None


def _against_section(write: RegisterWrite, content: Content, facts: Sequence[Fact]) -> Objection | None:
    for section in SECTIONS:
        if write.type == section.begins[0]:
            return _against_beginning(section, content, facts)
        if section.ends and write.type == section.ends[0]:
            return _against_ending(section, content, facts)
    return None


def _against_beginning(section: Section, content: Content, facts: Sequence[Fact]) -> Objection | None:
    if not section.key or section.name in _MAY_REPEAT:
        return None
    same = _same_key(section, content, facts)
    if section.ends:
        same = [entry for entry in same if entry.until is None]
    pointer = f"/{section.key[-1]}"
    if not same:
        return None
    return Objection(
        "conflict", "the register holds this already: correct the event behind it, or end it first", pointer
    )


def _against_ending(section: Section, content: Content, facts: Sequence[Fact]) -> Objection | None:
    assert section.ends is not None  # noqa: S101 - asked only where something ends
    running = [entry for entry in _same_key(section, content, facts) if entry.until is None]
    if not running:
        named = " and ".join(section.key)
        return Objection(
            "conflict", f"nothing of this {named} is running in the register: it was never begun, or has ended"
        )
    ends = section.ends[1]
    if date.fromisoformat(content[ends]) < min(entry.since for entry in running):
        return Objection("invalid", "not before the day on which it began", f"/{ends}")
    return None


def _same_key(section: Section, content: Content, facts: Sequence[Fact]) -> list[Entry]:
    key = _key_of(section, content)
    rows = entries_on(section, facts, on=date.max)
    return [entry for entry in rows if _key_of(section, entry.content) == key]


def _key_of(section: Section, content: Content) -> list[Any]:
    return [content.get(name) for name in section.key]
