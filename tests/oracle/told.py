"""Which topics are told completely, as the sources have declared.

A declaration that states other numbers than its partition's log holds of its source, since the one before it that
counts, does not count (contracts: Completeness).
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from contracts import Event
from contracts.topics import TOPICS, Topics
from tests.oracle.beliefs import first_of_each_identity
from tests.oracle.facts import Heard, end_of

SETTLING = {
    "C1": ["finance.procurement.v1"],
    "C2": ["finance.subsidies.v1"],
    "C3": ["civil-affairs.fees.v1", "civil-affairs.reports.v1"],
    "C4": ["public-security.overseas.v1"],
    "C5": ["civil-affairs.organizations.v1"],
    "C6": ["civil-affairs.reports.v1"],
    "C7": ["finance.procurement.v1"],
    "C8": [],
    "C9": ["finance.receipts.v1"],
    "C10": ["civil-affairs.reports.v1"],
}


class Told:
    """Declared completeness per source, topic and partition; the greatest so far counts."""

    def __init__(self, heard: Iterable[Heard], topics: Topics = TOPICS) -> None:
        self._topics = topics
        self._until_us: dict[tuple[str, str, int], int] = {}
        for one in declarations_that_count(list(heard)):
            key = (one.event.source, one.event.data.topic, one.partition)
            self._until_us[key] = max(self._until_us.get(key, 0), until_of(one.event))

    def is_complete(self, topic: str, shard: int, day: date) -> bool:
        """Say whether every known source has told everything to the end of a date; of no known source: no."""
        known = self._topics.by_name[topic]
        partitions = range(known.partitions) if known.reference else (shard,)
        return bool(known.known_sources) and all(
            self._until_us.get((source, topic, partition), 0) >= end_of(day)
            for source in known.known_sources
            for partition in partitions
        )

    def is_settled(self, keys: Iterable[str], shard: int, day: date) -> bool:
        """Say whether nothing more can come that would clear with one of these keys."""
        keys = set(keys)
        named = SETTLING if "any" in keys else {key.partition(".")[0] for key in keys}
        return all(self.is_complete(topic, shard, day) for key in named for topic in SETTLING[key])


def declarations_that_count(heard: Sequence[Heard]) -> list[Heard]:
    """Give the declarations whose numbers agree, or that state none; each log is read from its beginning."""
    first = first_of_each_identity(heard)
    logs = sorted({(one.event.source, one.topic, one.partition) for one in heard})
    return [one for log in logs for one in _counted(first_of_each_in(heard, log), [id(each) for each in first])]


def first_of_each_in(heard: Iterable[Heard], log: tuple[str, str, int]) -> list[Heard]:
    """Give what one source has in one partition, repetitions left out: a declaration may stand in each partition."""
    return first_of_each_identity(one for one in heard if (one.event.source, one.topic, one.partition) == log)


def _counted(log: Sequence[Heard], first: Sequence[int]) -> list[Heard]:
    found, since = [], 0
    for place, one in enumerate(log):
        if not one.event.type.endswith(".source.completed.v1"):
            continue
        came = [
            other.event
            for other in log[since:place]
            if not other.event.type.endswith((".event.withdrawn.v1", ".source.completed.v1")) and id(other) in first
        ]
        amounts = [getattr(event.data, "amount_fen", None) or 0 for event in came]
        stated = one.event.data.event_count, one.event.data.amount_fen
        if stated[0] in (None, len(came)) and stated[1] in (None, sum(amounts)):
            found.append(one)
            since = place
    return found


def until_of(event: Event) -> int:
    """Give `complete_until` in microseconds."""
    moment: datetime = event.data.complete_until
    return round(moment.timestamp() * 1_000_000)
