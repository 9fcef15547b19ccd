"""The shards of one consumer that this process owns."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis import offsets
from chassis.database import Database, WriteSession
from chassis.errors import Fenced


class OwnedShards:
    """Knows the epoch of each shard that this process took."""

    def __init__(self, database: Database, consumer: str) -> None:
        self._database = database
        self._consumer = consumer
        self._epochs: dict[int, int] = {}

    async def take(self, shard: int) -> dict[tuple[str, int], int]:
        """Fence whoever owned the shard before and give the offsets to read on from."""
        async with self._database.write() as session:
            epoch = await offsets.take_epoch(session, self._consumer, shard)
            found = await offsets.load_offsets(session, self._consumer, shard)
        self._epochs[shard] = epoch
        return found

    def drop(self, shard: int) -> None:
        """Stop owning a shard."""
        self._epochs.pop(shard, None)

    @asynccontextmanager
    async def open(self, shard: int) -> AsyncIterator[WriteSession]:
        """Begin the transaction of a batch, as the owner of the shard.

        Raises: Fenced, Unavailable.
        """
        epoch = self._epochs.get(shard)
        if epoch is None:
            raise Fenced(f"shard {shard} is not taken")
        async with self._database.write() as session:
            await offsets.hold_epoch(session, self._consumer, shard, epoch)
            yield session
