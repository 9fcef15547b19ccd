"""Which topics are told completely, as the sources have declared."""

from collections.abc import Iterable
from datetime import date, datetime

from contracts import Event
from contracts.topics import TOPICS, Topics
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
        for one in heard:
            if one.event.type.endswith(".source.completed.v1"):
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


def until_of(event: Event) -> int:
    """Give `complete_until` in microseconds."""
    moment: datetime = event.data.complete_until
    return round(moment.timestamp() * 1_000_000)
