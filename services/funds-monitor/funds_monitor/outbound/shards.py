"""Taking shards over, and what all of them have reflected of the reference topics."""

from __future__ import annotations

from collections.abc import Sequence

from chassis import offsets
from chassis.database import Database
from funds_monitor.domain.facts import Fact
from funds_monitor.domain.links import TOPIC as LINKS
from funds_monitor.domain.links import Link
from funds_monitor.outbound import fact_rows, link_rows
from funds_monitor.outbound.commit import CONSUMER
from funds_monitor.usecases.ports import RULES_TOPIC, Offsets, ShardState


class StoredShards:
    """The shards of this database."""

    def __init__(self, database: Database, *, reference_topics: Sequence[str], partitions: int) -> None:
        self._database, self._topics, self._partitions = database, list(reference_topics), partitions

    async def take(self, shard: int) -> ShardState:
        """Become the owner of a shard.

        Raises: Unavailable.
        """
        async with self._database.write() as session:
            epoch = await offsets.take_epoch(session, CONSUMER, shard)
            reflected = await session.fetch(
                "SELECT topic, partition, next_offset FROM reference_offsets WHERE shard = $1", shard
            )
            return ShardState(
                epoch=epoch,
                offsets=await offsets.load_offsets(session, CONSUMER, shard),
                reference_offsets={(row["topic"], row["partition"]): row["next_offset"] for row in reflected},
                settling=await session.fetch_value("SELECT after FROM settling WHERE shard = $1", shard),
                parked=await session.fetch_value("SELECT count(*) FROM parked WHERE shard = $1", shard),
            )

    async def reflected(self) -> Offsets:
        """Give, per reference topic and partition, the smallest offset that some shard still needs.

        A partition's own facts are stored up to its consumer's offset only: what lies behind must be read again.
        Links are stored before they are told; no consumer but the reader reads them, nor what is told of rules.

        Raises: Unavailable.
        """
        async with self._database.read() as session:
            rows = await session.fetch(
                "SELECT t.topic, p.partition, least("
                "CASE WHEN t.topic = ANY($4) THEN NULL ELSE coalesce((SELECT o.next_offset FROM consumer_offsets o "
                "WHERE o.consumer = $3 AND o.topic = t.topic AND o.partition = p.partition), 0) END, "
                "CASE WHEN (SELECT count(*) FROM reference_offsets r WHERE r.topic = t.topic "
                "AND r.partition = p.partition) < $2 THEN 0 ELSE (SELECT min(r.next_offset) FROM reference_offsets r "
                "WHERE r.topic = t.topic AND r.partition = p.partition) END) AS needed "
                "FROM unnest($1::text[]) AS t(topic), generate_series(0, $2 - 1) AS p(partition)",
                self._topics,
                self._partitions,
                CONSUMER,
                [LINKS, RULES_TOPIC],
            )
        return {(row["topic"], row["partition"]): row["needed"] for row in rows}

    async def load_reference_facts(self, before: Offsets) -> list[Fact]:
        """Load the stored facts of reference topics that lie before some offsets.

        Raises: Unavailable.
        """
        async with self._database.read() as session:
            return await fact_rows.load_reference_facts(session.raw, before)

    async def load_links(self) -> list[Link]:
        """Load what was told last of each payment that others have to know of.

        Raises: Unavailable.
        """
        async with self._database.read() as session:
            return await link_rows.load_all_links(session.raw)
