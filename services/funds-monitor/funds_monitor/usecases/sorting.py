"""Reading a batch, and telling what is new in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct, field

from contracts import Record, Refusal
from funds_monitor.domain.facts import Fact, Place
from funds_monitor.domain.reading import read_fact
from funds_monitor.domain.streams import COMPLETED
from funds_monitor.usecases.held_shard import engine_failures
from funds_monitor.usecases.ports import Activity, Admit, Identity, Offsets, Received, SpanOpener

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Batch(Struct):
    """A batch as read: what was let in, what was refused, and where to read on."""

    received: list[Received] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    offsets: Offsets = field(default_factory=dict)


class Sorted(Struct):
    """What is new in a batch, and what is not."""

    facts: list[Received] = field(default_factory=list)
    declarations: list[Received] = field(default_factory=list)
    conflicts: list[Received] = field(default_factory=list)
    duplicates: int = 0


def read_batch(records: Sequence[Record], *, admit: Admit, span: SpanOpener) -> Batch:
    """Let records in or refuse them, and read facts.

    Raises: EngineFailed when a record breaks the reading itself.
    """
    batch = Batch()
    with span("contracts.admit"), engine_failures():
        admitted = [(record, admit(record)) for record in records]
    with span("domain.reading"), engine_failures():
        for record, event in admitted:
            batch.offsets[record.topic, record.partition] = record.offset + 1
            if isinstance(event, Refusal):
                batch.refused[event.code] += 1
                continue
            place = Place(record.topic, record.partition, record.offset, record.timestamp_us)
            batch.received.append(Received(fact=read_fact(event, place), record=record))
    return batch


def sort_batch(received: Sequence[Received], known: Mapping[Identity, bytes]) -> Sorted:
    """Tell new facts from repeated ones; of the same identity with other content the first one stands."""
    found, seen = Sorted(), dict(known)
    for each in received:
        identity = (each.fact.position.source, each.fact.position.id)
        stands = seen.get(identity)
        seen.setdefault(identity, each.fact.content_hash)
        if stands is not None:
            if stands == each.fact.content_hash:
                found.duplicates += 1
            else:
                found.conflicts.append(each)
        elif each.fact.stream == COMPLETED:
            found.declarations.append(each)
        else:
            found.facts.append(each)
    return found


def measure_activity(received: Sequence[Received]) -> dict[tuple[str, str, int], Activity]:
    """Count, per source, topic and partition, what came and when it happened."""
    found: dict[tuple[str, str, int], Activity] = {}
    for each in received:
        fact = each.fact
        activity = found.setdefault((fact.position.source, fact.place.topic, fact.place.partition), Activity())
        activity.events += 1
        activity.last_event_us = max(activity.last_event_us, fact.position.time_us)
        activity.last_seen_us = max(activity.last_seen_us, fact.place.appended_us)
    return found


def declared_until_us(fact: Fact) -> tuple[str, int]:
    """Give the topic of a completeness declaration and the time up to which everything has been sent.

    Units: microseconds since 1970-01-01T00:00Z.
    """
    return fact.data.topic, (fact.data.complete_until - _EPOCH) // timedelta(microseconds=1)


def organizations_of(received: Sequence[Received]) -> list[str]:
    """Name the organizations that facts are about, each once, in order."""
    return list(dict.fromkeys(each.fact.organization for each in received if each.fact.organization is not None))
