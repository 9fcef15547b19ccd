"""The shards that this process owns, and one transaction of one of them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from chassis import inbox, offsets
from chassis.database import Database, WriteSession
from chassis.errors import Fenced
from registry.domain.facts import Fact
from registry.domain.hearing import Completion
from registry.outbound.fact_rows import append_facts
from registry.outbound.tallies import count_in
from registry.usecases.ports import Applied, Claimed, Offsets

CONSUMER = "registry"


class Shards:
    """Knows the epoch of each shard that this process took."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._epochs: dict[int, int] = {}

    async def take(self, shard: int) -> dict[tuple[str, int], int]:
        """Fence whoever owned the shard before and give the offsets to read on from."""
        async with self._database.write() as session:
            epoch = await offsets.take_epoch(session, CONSUMER, shard)
            found = await offsets.load_offsets(session, CONSUMER, shard)
        self._epochs[shard] = epoch
        return found

    def drop(self, shard: int) -> None:
        """Stop owning a shard."""
        self._epochs.pop(shard, None)

    @asynccontextmanager
    async def open_work(self, shard: int) -> AsyncIterator["PostgresShardWork"]:
        """Begin the transaction of a batch, as the owner of the shard.

        Raises: Fenced, Unavailable.
        """
        epoch = self._epochs.get(shard)
        if epoch is None:
            raise Fenced(f"shard {shard} is not taken")
        async with self._database.write() as session:
            await offsets.hold_epoch(session, CONSUMER, shard, epoch)
            yield PostgresShardWork(session, shard)


class PostgresShardWork:
    """One transaction of one shard."""

    def __init__(self, session: WriteSession, shard: int) -> None:
        self._session = session
        self._shard = shard
        self._organizations_new = 0

    async def claim(self, facts: Sequence[Fact]) -> Claimed:
        """Claim the identities of facts: what is fresh must be saved in this transaction."""
        claim = await inbox.claim(
            self._session, CONSUMER, [(fact.source, fact.id, fact.content_hash) for fact in facts]
        )
        first: dict[inbox.Identity, Fact] = {}
        for fact in facts:
            first.setdefault(inbox.Identity(fact.source, fact.id), fact)
        fresh = tuple(fact for identity, fact in first.items() if identity in claim.fresh)
        conflicting = len(claim.conflicting)
        return Claimed(fresh, repeated=max(0, len(facts) - len(fresh) - conflicting), conflicting=conflicting)

    async def save_facts(self, facts: Sequence[Fact]) -> None:
        """Keep facts, and know their organizations from now on."""
        if facts:
            self._organizations_new += await append_facts(self._session, facts)

    async def save_completeness(self, until: Mapping[Completion, int]) -> None:
        """Remember how far sources are complete; it never goes back."""
        if not until:
            return
        await self._session.run(
            "INSERT INTO completeness (source, topic, partition, until_us)"
            " SELECT * FROM unnest($1::text[], $2::text[], $3::integer[], $4::bigint[])"
            " ON CONFLICT (source, topic, partition)"
            " DO UPDATE SET until_us = greatest(completeness.until_us, excluded.until_us)",
            [key.source for key in until],
            [key.topic for key in until],
            [key.partition for key in until],
            list(until.values()),
        )

    async def save_progress(self, applied: Applied, next_offsets: Offsets) -> None:
        """Count what was done and remember where to read on."""
        await count_in(self._session, self._shard, applied, organizations_new=self._organizations_new)
        await offsets.save_offsets(self._session, CONSUMER, next_offsets)
