"""What a batch of records amounts to: facts to keep, how far each source says it is complete, where to read on."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from msgspec import Struct

from contracts import Record, Refusal, admit
from registry.domain.facts import COMPLETED, Fact, Place
from registry.domain.reading import read_fact


class Completion(NamedTuple):
    """A topic of a source, in one partition: declarations are kept for each."""

    source: str
    topic: str
    partition: int


class Heard(Struct, frozen=True):
    """A batch after admission; `refused` were skipped, the gateway's admission keeps and shows them."""

    facts: tuple[Fact, ...]
    refused: int
    next_offsets: dict[tuple[str, int], int]


def hear(records: Iterable[Record]) -> Heard:
    """Admit records and read them; what is refused moves the offset and leaves nothing else."""
    facts: list[Fact] = []
    next_offsets: dict[tuple[str, int], int] = {}
    refused = 0
    for record in records:
        next_offsets[record.topic, record.partition] = record.offset + 1
        event = admit(record)
        if isinstance(event, Refusal):
            refused += 1
            continue
        place = Place(record.topic, record.partition, record.offset, record.timestamp_us)
        facts.append(read_fact(event, place=place))
    return Heard(tuple(facts), refused, next_offsets)


def completions(facts: Iterable[Fact]) -> Mapping[Completion, int]:
    """Give how far each source declares its topics complete, in microseconds; of several declarations the latest."""
    until: dict[Completion, int] = {}
    for fact in facts:
        if fact.type == COMPLETED:
            key = Completion(fact.source, str(fact.data["topic"]), fact.place.partition)
            until[key] = max(until.get(key, 0), _moment_us(str(fact.data["complete_until"])))
    return until


def _moment_us(text: str) -> int:
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
