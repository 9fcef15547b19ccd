"""Judge all that is told of a county at once, in this process: nothing is stored, nobody else is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from msgspec import Struct, field

from contracts import Record, Refusal, Topics, to_us
from funds_monitor.domain.completeness import Completeness
from funds_monitor.domain.facts import Fact, Place
from funds_monitor.domain.outcome import Alert
from funds_monitor.domain.reading import read_fact
from funds_monitor.domain.reference import ReferenceBook
from funds_monitor.domain.rulebook import RuleBook
from funds_monitor.domain.shard import Shard
from funds_monitor.domain.streams import COMPLETED
from funds_monitor.usecases.ports import Admit

PORTION_FACTS = 500  # as a consumer's batches are

Heard = Callable[["Reached"], object]
Spread = Callable[[Callable[[int], "Judged"], Iterable[int]], Iterable["Judged"]]  # as `map`: results in that order


class Reached(Struct, frozen=True):
    """How far one shard is."""

    shard: int
    judged: int
    facts: int


class Judged(Struct):
    """What came out: the alerts that are open at the end, and what did not go smoothly."""

    alerts: list[Alert] = field(default_factory=list)
    facts: int = 0
    refused: Counter[str] = field(default_factory=Counter)  # records that were not let in, by code
    errors: Counter[str] = field(default_factory=Counter)  # rule -> evaluation points that raised


def _nobody_listens(_: Reached) -> None:
    return


def judge_records(
    records: Iterable[Record],
    *,
    rules: RuleBook,
    admit: Admit,
    topics: Topics,
    spread: Spread = map,
    heard: Heard = _nobody_listens,
) -> Judged:
    """Give the open alerts of all organizations, by the engine that the service has.

    Reference data, declarations of completeness and what the shards tell each other are taken in first: whoever knows
    everything has nothing to judge again. The result is that of any other order; from then on a shard changes nothing
    that another one reads, so `spread` may judge them wherever it likes.

    Shape:  all facts in memory at once, the timelines of one shard at a time.
    """
    judged = Judged()
    partitions = topics.all[0].partitions
    reference = frozenset(topic.name for topic in topics.reference)
    sources = {topic.name: topic.known_sources for topic in topics.all}
    book, shards = ReferenceBook(rules.words), [list[Fact]() for _ in range(partitions)]
    completeness = Completeness(sources, reference=reference, partitions=partitions)
    for record in records:
        fact = _read(record, admit=admit, judged=judged)
        if fact is None:
            continue
        if fact.stream == COMPLETED:
            until_us = to_us(fact.data.complete_until)
            completeness.declare(fact.position.source, fact.data.topic, record.partition, until_us)
            continue
        if record.topic in reference:
            book.apply(fact)
        shards[record.partition].append(fact)
    for number, facts in enumerate(shards):
        _tell(Shard(number, RuleBook([], rules.words), book, completeness), facts)

    def judge_shard(number: int) -> Judged:
        return _judge(Shard(number, rules, book, completeness), shards[number], heard)

    for part in spread(judge_shard, range(len(shards))):
        judged.alerts += part.alerts
        judged.errors.update(part.errors)
    return judged


def _read(record: Record, *, admit: Admit, judged: Judged) -> Fact | None:
    event = admit(record)
    if isinstance(event, Refusal):
        judged.refused[event.code] += 1
        return None
    judged.facts += 1
    return read_fact(event, Place(record.topic, record.partition, record.offset, record.timestamp_us))


def _tell(shard: Shard, facts: list[Fact]) -> None:
    """Let a shard that has no rules tell the others of payments."""
    for link in shard.observe(facts).links:
        shard.reference.take_link(link)


def _judge(shard: Shard, facts: list[Fact], heard: Heard) -> Judged:
    judged, latest = Judged(), dict[str, Alert]()
    for start in range(0, len(facts), PORTION_FACTS):
        outcome = shard.observe(facts[start : start + PORTION_FACTS])
        latest.update((revision.alert.id, revision.alert) for revision in outcome.alerts)
        judged.errors.update(outcome.errors)
        heard(Reached(shard.number, judged=min(start + PORTION_FACTS, len(facts)), facts=len(facts)))
    judged.alerts = [alert for alert in latest.values() if alert.state == "open"]
    return judged
