"""Take what the reference reader brings into this process's copy of the reference data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from contracts import Record, Refusal
from funds_monitor.domain.facts import Fact, Place
from funds_monitor.domain.outcome import CompletenessChange
from funds_monitor.domain.reading import read_fact
from funds_monitor.domain.reference import ReferenceChange
from funds_monitor.domain.streams import COMPLETED
from funds_monitor.usecases.ports import Admit
from funds_monitor.usecases.reference_log import Entry, ReferenceLog
from funds_monitor.usecases.sorting import declared_until_us


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
    fact = read_fact(event, Place(record.topic, record.partition, record.offset, record.timestamp_us))
    if fact.stream == COMPLETED:
        topic, until_us = declared_until_us(fact)
        declared = CompletenessChange(
            source=fact.position.source, topic=topic, partition=record.partition, until_us=until_us
        )
        return Entry(offset=record.offset, declared=declared)
    try:
        change = book.apply(fact)
    except Exception:  # noqa: BLE001 - one bad fact must not keep all others from being learnt
        log.failures += 1
        return None
    return Entry(offset=record.offset, change=change) if change.keys else None
