"""Read a batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct, field

from contracts import Record, Refusal
from funds_monitor.domain.facts import Place
from funds_monitor.domain.reading import read_fact
from funds_monitor.usecases.ports import Admit, EngineFailed, Offsets, Received, SpanOpener


class Batch(Struct):
    """A batch as read: what was let in, what was refused, and where to read on."""

    received: list[Received] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    offsets: Offsets = field(default_factory=dict)


def read_batch(records: Sequence[Record], *, admit: Admit, span: SpanOpener) -> Batch:
    """Let records in or refuse them, and read facts.

    Raises: EngineFailed when a record breaks the reading itself.
    """
    batch = Batch()
    with span("contracts.admit"), EngineFailed.marking():
        admitted = [(record, admit(record)) for record in records]
    with span("domain.reading"), EngineFailed.marking():
        for record, event in admitted:
            batch.offsets[record.topic, record.partition] = record.offset + 1
            if isinstance(event, Refusal):
                batch.refused[event.code] += 1
                continue
            place = Place(record.topic, record.partition, record.offset, record.timestamp_us)
            batch.received.append(Received(fact=read_fact(event, place), record=record))
    return batch
