"""What begins and ends: posts, accounts, branches, fee standards; each row of a file's sections."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from msgspec import UNSET, Struct, UnsetType

from registry.domain.facts import Content, Fact


class Document(Struct, frozen=True):
    """The event by which something is known."""

    source: str
    id: str
    type: str
    time_us: int


class Entry(Struct, frozen=True):
    """One row of a section: what was said, since when it holds, until when, and by which documents."""

    content: Content
    since: date
    by: Document
    until: date | None = None
    ended_by: Document | None = None
    current: bool | UnsetType = UNSET


class Section(Struct, frozen=True):
    """How one section of the file is read from facts.

    `begins` gives the type and the field with its first day; `ends` the type and field of a later ending, paired by
    `key`; `last_day` a field of the beginning itself that says when it ends.
    """

    name: str
    begins: tuple[str, str]
    key: tuple[str, ...]
    ends: tuple[str, str] | None = None
    last_day: str | None = None
    has_life: bool = True


def document_of(fact: Fact) -> Document:
    """Name the event behind a fact."""
    return Document(source=fact.source, id=fact.id, type=fact.type, time_us=fact.time_us)


def day_in(fact: Fact, field: str) -> date:
    """Give the day that a document states in a field, else the day of its event."""
    stated = fact.data.get(field)
    return date.fromisoformat(stated) if stated else fact.on


def entries_on(section: Section, facts: Sequence[Fact], *, on: date) -> list[Entry]:
    """Give the rows of a section as of a day, latest beginning first.

    What has a life counts by its own days, whenever it became known; a single fact counts from its position on. An
    ending after that day is not told.

    Shape:  O(n log n) in the facts of the section.
    """
    begins_type, begins_field = section.begins
    begun = [(day_in(fact, begins_field), fact) for fact in facts if fact.type == begins_type]
    if not section.has_life:
        begun = [(since, fact) for since, fact in begun if fact.on <= on]
    endings = _endings(section, facts, on=on)
    key = _key_of(section)
    rows = [
        _entry(section, fact, since=since, endings=endings.get(key(fact), []), on=on)
        for since, fact in begun
        if since <= on
    ]
    return sorted(rows, key=lambda row: (row.since, row.by.time_us, row.by.source, row.by.id), reverse=True)


def _entry(section: Section, fact: Fact, *, since: date, endings: list[tuple[date, Fact]], on: date) -> Entry:
    ending = next(((day, end) for day, end in endings if day >= since), None)
    stated = fact.data.get(section.last_day) if section.last_day else None
    until = date.fromisoformat(stated) if stated else None
    ended_by = None
    if ending and (until is None or ending[0] < until):
        until, ended_by = ending[0], document_of(ending[1])
    current = (until is None or on <= until) if section.has_life else UNSET
    return Entry(content=fact.data, since=since, by=document_of(fact), until=until, ended_by=ended_by, current=current)


def _endings(section: Section, facts: Iterable[Fact], *, on: date) -> dict[object, list[tuple[date, Fact]]]:
    if section.ends is None:
        return {}
    ends_type, ends_field = section.ends
    key = _key_of(section)
    endings: dict[object, list[tuple[date, Fact]]] = defaultdict(list)
    for fact in facts:
        if fact.type == ends_type and (day := day_in(fact, ends_field)) <= on:
            endings[key(fact)].append((day, fact))
    for found in endings.values():
        found.sort(key=lambda ending: (ending[0], ending[1].position))
    return endings


def _key_of(section: Section) -> Callable[[Fact], object]:
    return lambda fact: tuple(fact.data.get(name) for name in section.key)
