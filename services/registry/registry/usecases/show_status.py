from collections.abc import Awaitable, Callable

from msgspec import Struct

from chassis.progress import PartitionStatus, Reading, ShardStatus, partition_statuses, shard_statuses
from registry.usecases.ports import DeclaredComplete, LoadTally, Tally


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
    return Status(
        ready=reading.ready(),
        shards=shard_statuses(reading),
        partitions=partition_statuses(reading),
        outbox_backlog=await outbox_backlog(),
        counts=counts,
        completeness=completeness,
    )
