"""How far each source has told everything, per topic and partition; declarations are held against what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import structs

from contracts.counting import Tally
from funds_monitor.domain.outcome import CompletenessChange, Part

if TYPE_CHECKING:
    from funds_monitor.domain.facts import Fact


class Completeness:
    """The declared completeness of every known source.

    `sources` names the known sources of each topic, `reference` the topics whose completeness is the smallest
    over all partitions. Values only grow.
    """

    def __init__(self, sources: Mapping[str, Sequence[str]], *, reference: frozenset[str], partitions: int) -> None:
        self._sources = {topic: tuple(known) for topic, known in sources.items()}
        self._reference = reference
        self._partitions = partitions
        self._until: dict[Part, int] = {}
        self._tallies: dict[Part, Tally] = {}
        self._moved: set[Part] = set()
        self.revision = 0  # grows whenever a source moves forward

    def restore(self, tallies: Mapping[Part, Tally]) -> None:
        """Go on counting where storage stands."""
        self._tallies.update(tallies)

    def count(self, fact: Fact) -> None:
        """Count a fact whose identity is new; in the order of its partition."""
        self._tally(fact).count(fact.event_type, fact.data)

    def weigh(self, fact: Fact) -> bool:
        """Say whether a declaration that is new is taken: it states what was counted, or nothing."""
        return self._tally(fact).weigh(fact.data, id=fact.position.id, at_us=fact.place.appended_us)

    def moved(self) -> dict[Part, Tally]:
        """Give the tallies that moved since this was asked last, as they are now."""
        found = {part: structs.replace(self._tallies[part]) for part in self._moved}
        self._moved.clear()
        return found

    def _tally(self, fact: Fact) -> Tally:
        part = (fact.position.source, fact.place.topic, fact.place.partition)
        tally = self._tallies.get(part)
        if tally is None:
            tally = self._tallies[part] = Tally()
        self._moved.add(part)
        return tally

    def declare(self, source: str, topic: str, partition: int, until_us: int) -> CompletenessChange | None:
        """Move a source forward; None when it had declared as much before."""
        key = (source, topic, partition)
        if until_us <= self._until.get(key, -1):
            return None
        self._until[key] = until_us
        self.revision += 1
        return CompletenessChange(source=source, topic=topic, partition=partition, until_us=until_us)

    def declared_until(self, source: str, topic: str, partition: int) -> int | None:
        """Give what one source has declared for one partition of a topic, in microseconds."""
        return self._until.get((source, topic, partition))

    def source_until(self, source: str, topic: str, shard: int) -> int | None:
        """Give how far one source is complete for a shard; None before its first declaration."""
        if topic not in self._reference:
            return self._until.get((source, topic, shard))
        declared = [self._until.get((source, topic, partition)) for partition in range(self._partitions)]
        known = [until for until in declared if until is not None]
        return min(known) if len(known) == self._partitions else None

    def complete_until(self, topic: str, shard: int) -> int | None:
        """Give how far a topic is complete for a shard, in microseconds; None: for nobody yet."""
        untils = [self.source_until(source, topic, shard) for source in self._sources.get(topic, ())]
        known = [until for until in untils if until is not None]
        return min(known) if known and len(known) == len(untils) else None

    def behind(self, topic: str, shard: int, until_us: int) -> tuple[str, ...]:
        """Name the known sources of a topic that are not complete up to a time."""
        found = []
        for source in self._sources.get(topic, ()):
            until = self.source_until(source, topic, shard)
            if until is None or until < until_us:
                found.append(source)
        return tuple(found)

    def is_complete(self, topic: str, shard: int, until_us: int) -> bool:
        """Say whether every known source of a topic has declared it up to a time."""
        until = self.complete_until(topic, shard)
        return until is not None and until >= until_us
