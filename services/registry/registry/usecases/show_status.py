from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from registry.usecases.ports import DeclaredComplete, LoadTally, Tally


class ShardState(Protocol):
    """How one shard of ours is being read."""

    @property
    def shard(self) -> int:
        """Its number."""
        ...

    @property
    def state(self) -> str:
        """What it is at."""
        ...

    @property
    def reason(self) -> str | None:
        """Why it does not go on, if it does not."""
        ...


class Reading(Protocol):
    """What is known of the consumer without asking anybody."""

    def ready(self) -> bool:
        """Say whether all our shards are being read."""
        ...

    def views(self) -> Sequence[ShardState]:
        """Give the shards that are ours."""
        ...

    def positions(self) -> Mapping[tuple[str, int], int]:
        """Give the next offset of each of our partitions."""
        ...

    def lag(self) -> Mapping[tuple[str, int], int]:
        """Give how many records of each of our partitions wait."""
        ...


class ShardStatus(Struct, frozen=True):
    """How one shard of this process is being read; a reason says why it waits."""

    shard: int
    state: str
    reason: str | None


class PartitionStatus(Struct, frozen=True):
    """How far one partition is applied, and how many of its records wait."""

    topic: str
    partition: int
    next_offset: int
    lag: int


class Status(Struct, frozen=True):
    """How the registry is doing now."""

    ready: bool
    shards: list[ShardStatus]
    partitions: list[PartitionStatus]
    outbox_backlog: int
    counts: Tally
    completeness: list[DeclaredComplete]


async def show_status(
    *, reading: Reading, load_tally: LoadTally, outbox_backlog: Callable[[], Awaitable[int]]
) -> Status:
    """Say how far this process has read, what waits, and what was heard so far.

    Raises: Unavailable.
    """
    counts, completeness = await load_tally()
    positions, lag = reading.positions(), reading.lag()
    return Status(
        ready=reading.ready(),
        shards=[ShardStatus(view.shard, str(view.state), view.reason) for view in reading.views()],
        partitions=[
            PartitionStatus(topic, partition, next_offset, lag.get((topic, partition), 0))
            for (topic, partition), next_offset in sorted(positions.items())
        ],
        outbox_backlog=await outbox_backlog(),
        counts=counts,
        completeness=completeness,
    )
