"""Take what the reference reader brings into this process's copy, and note what moved for the shards."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Protocol

from msgspec import Struct, field

from contracts import Record, Refusal, to_us
from funds_monitor.domain import facts
from funds_monitor.domain.facts import Fact
from funds_monitor.domain.outcome import CompletenessChange
from funds_monitor.domain.reading import read_fact
from funds_monitor.domain.reference import ReferenceChange, merged_links
from funds_monitor.domain.rule_changes import RuleChange, merged_rules
from funds_monitor.domain.streams import COMPLETED
from funds_monitor.usecases.ports import Admit, Offsets, Place, TopicPartition

CAUSES_MAX = 20  # changes told one by one, each with its cause; more are merged, a bulk load has no single cause


class Entry(Struct, frozen=True, gc=False):
    """One record of a reference topic that changed something."""

    offset: int
    change: ReferenceChange | None = None
    declared: CompletenessChange | None = None
    rules: RuleChange | None = None


class Pending(Struct):
    """What one shard has yet to reflect, and where it stands afterwards."""

    changes: list[ReferenceChange] = field(default_factory=list)
    declared: dict[Place, CompletenessChange] = field(default_factory=dict)  # by where they stand
    rules: list[RuleChange] = field(default_factory=list)
    offsets: Offsets = field(default_factory=dict)


class ReferenceLog:
    """The positions up to which the reference book has read, and the changes on the way.

    Shape:  entries are kept until every shard, whoever owns it, has reflected them (`trim`).
    """

    def __init__(self) -> None:
        self.positions: Offsets = {}
        self._entries: dict[TopicPartition, deque[Entry]] = {}
        self.failures = 0  # facts that the book could not take

    def start(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Begin: the book holds everything before these offsets."""
        self.positions = dict(offsets)
        self._entries.clear()

    def note(self, place: TopicPartition, entry: Entry) -> None:
        """Remember a change."""
        self._entries.setdefault(place, deque()).append(entry)

    def advance(self, place: TopicPartition, next_offset: int) -> None:
        """Remember how far the book has read."""
        self.positions[place] = max(next_offset, self.positions.get(place, 0))

    def is_pending(self, reflected: Mapping[TopicPartition, int]) -> bool:
        """Say whether a shard that has reflected this much has something to do."""
        return any(reflected.get(place, 0) < position for place, position in self.positions.items())

    def pending(
        self, shard: int, reflected: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int] | None = None
    ) -> Pending:
        """Collect what a shard has yet to reflect, up to some ends.

        Declarations of its own partition reach it by its own consumer.
        """
        found = Pending(offsets=self.positions | dict(ends or {}))
        for place, end in found.offsets.items():
            needed = reflected.get(place, 0)
            for entry in self._entries.get(place, ()):
                if not needed <= entry.offset < end:
                    continue
                if entry.change is not None:
                    found.changes.append(entry.change)
                if entry.rules is not None:
                    found.rules.append(entry.rules)
                if entry.declared is not None and entry.declared.partition != shard:
                    found.declared[*place, entry.offset] = entry.declared
        found.changes = _merged(found.changes)
        found.rules = merged_rules(found.rules)
        return found

    def trim(self, needed: Mapping[TopicPartition, int]) -> None:
        """Drop entries that no shard needs any more."""
        for place, entries in self._entries.items():
            while entries and entries[0].offset < needed.get(place, 0):
                entries.popleft()

    def size(self) -> int:
        """Count the entries that are kept."""
        return sum(len(entries) for entries in self._entries.values())


def _merged(changes: list[ReferenceChange]) -> list[ReferenceChange]:
    """Leave a few changes as they are; make one of many. Links are one change: of few, too, most meet somewhere."""
    links = [change for change in changes if change.moments]
    changes = [change for change in changes if not change.moments]
    told = [merged_links(links)] if len(links) > 1 else links
    if len(changes) <= CAUSES_MAX:
        return [*changes, *told]
    starts = [change.from_on for change in changes]
    known = [start for start in starts if start is not None]
    keys: frozenset[str] = frozenset().union(*(change.keys for change in changes))
    from_on = min(known) if len(known) == len(starts) else None
    return [ReferenceChange(keys=keys, from_on=from_on), *told]


class Book(Protocol):
    """The part of `domain.reference.ReferenceBook` that is called here."""

    def apply(self, fact: Fact) -> ReferenceChange:
        """Take a fact and say what moved."""
        ...


def learn_reference(records: Iterable[Record], *, book: Book, log: ReferenceLog, admit: Admit) -> None:
    """Let records of reference topics move the book, and note for the shards what moved.

    Nothing is committed here: a shard reflects a change in its own transaction (`observe_reference`), and after a
    restart reading begins at what the slowest shard has reflected. A fact that the book cannot take is counted and
    left out; the shard that owns its organization parks the same event.
    """
    for record in records:
        place = (record.topic, record.partition)
        if record.offset < log.positions.get(place, 0):
            continue
        entry = _learn(record, book=book, log=log, admit=admit)
        if entry is not None:
            log.note(place, entry)
        log.advance(place, record.offset + 1)


def _learn(record: Record, *, book: Book, log: ReferenceLog, admit: Admit) -> Entry | None:
    event = admit(record)
    if isinstance(event, Refusal):
        return None
    fact = read_fact(event, facts.Place(record.topic, record.partition, record.offset, record.timestamp_us))
    if fact.stream == COMPLETED:
        until_us = to_us(fact.data.complete_until)
        declared = CompletenessChange(fact.position.source, fact.data.topic, record.partition, until_us)
        return Entry(offset=record.offset, declared=declared)
    try:
        change = book.apply(fact)
    except Exception:  # noqa: BLE001 - one bad fact must not keep all others from being learnt
        log.failures += 1
        return None
    return Entry(offset=record.offset, change=change) if change.keys else None
