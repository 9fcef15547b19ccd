"""What the door asks before it compares a declaration: everything in the log is counted first."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from chassis import offsets
from chassis.bus import TopicPartition
from chassis.database import Database
from chassis.errors import Unavailable
from contracts import Topics
from gateway.domain.counting import Books, Claim, Copy, Difference, Part
from gateway.outbound.admission import CONSUMER
from gateway.outbound.count_rows import keep_differences, load_books

COUNTED_WITHIN_S = 10.0  # admission reads thousands a second; who is further behind is asked to come again
PAUSE_S = 0.05  # between two looks; a declaration is no matter of milliseconds


class Ends(Protocol):
    """How far the log goes."""

    async def load(self) -> Mapping[TopicPartition, int]:
        """Give the end of every partition.

        Raises: Unavailable.
        """
        ...


class StoredReckoning:
    """Reads what admission has counted."""

    def __init__(self, database: Database, ends: Ends, topics: Topics) -> None:
        self._database, self._ends, self._topics = database, ends, topics

    async def load(self, claims: Mapping[Claim, Collection[str]]) -> Books:
        """Give tallies and copies, once all that the log holds by now is counted.

        Raises: Unavailable.
        """
        parts, copies = [], []
        for claim, ids in claims.items():
            for partition in range(self._topics.by_name[claim.topic].partitions):
                parts.append(Part(*claim, partition))
                copies += [Copy(claim.source, each, claim.topic, partition) for each in ids]
        wanted = {(part.topic, part.partition) for part in parts}
        ends = {place: end for place, end in (await self._ends.load()).items() if place in wanted}
        try:
            async with asyncio.timeout(COUNTED_WITHIN_S):
                return await self._load_from(ends, parts, copies)
        except TimeoutError as error:
            raise Unavailable("what came before the declaration is still being counted") from error

    async def note(self, differences: Sequence[Difference]) -> None:
        """Keep declarations that were not taken."""
        async with self._database.write() as session:
            await keep_differences(session, differences)

    async def _load_from(
        self, ends: Mapping[TopicPartition, int], parts: Collection[Part], copies: Collection[Copy]
    ) -> Books:
        while True:
            async with self._database.read() as session:
                counted = await offsets.load_offsets(session, CONSUMER)
                if all(counted.get(place, 0) >= end for place, end in ends.items()):
                    return await load_books(session, parts, copies)
            await asyncio.sleep(PAUSE_S)
