"""Reads a group's topics shard by shard; offsets and ownership live in PostgreSQL."""

from collections.abc import Sequence
from typing import Protocol

from chassis.bus import Bus, TopicPartition
from contracts import Record


class ShardHandler(Protocol):
    """What a service does with its shards; shard = partition number over all topics."""

    async def on_assigned(self, shard: int) -> dict[TopicPartition, int]:
        """Take the shard's epoch and return the next offsets; a partition that is missing starts at its beginning."""
        ...

    async def on_batch(self, shard: int, records: list[Record]) -> None:
        """Let a batch take effect and commit; called again with the same batch after Unavailable or a bug."""
        ...

    async def on_revoked(self, shard: int) -> None:
        """Forget the shard; no batch of it is in flight."""
        ...


class ShardedConsumer:
    """A member of a group that hands each shard's records to a handler, strictly in series within a shard."""

    def __init__(
        self, bus: Bus, *, group: str, topics: Sequence[str], handler: ShardHandler, batch_max: int = 1000
    ) -> None: ...

    async def run(self) -> None:
        """Consume until cancelled or stopped.

        Raises: OffsetOutOfRange, Stuck.
        """

    async def stop(self) -> None:
        """Finish the batches in flight and leave the group."""

    def ready(self) -> bool:
        """Say whether we are in the group and every shard of ours is being read."""

    def shards(self) -> frozenset[int]:
        """Return the shards that are ours and taken."""

    def positions(self) -> dict[TopicPartition, int]:
        """Return the next offset of each partition of ours that is not yet committed."""

    def lag(self) -> dict[TopicPartition, int]:
        """Return how many records of each partition of ours wait, as far as is known."""
