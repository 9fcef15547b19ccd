"""How far a process has read its topics, as its status tells it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct


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
    """What is known of a consumer without asking anybody."""

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


def shard_statuses(reading: Reading) -> list[ShardStatus]:
    """Tell how each shard of ours is being read."""
    return [ShardStatus(view.shard, str(view.state), view.reason) for view in reading.views()]


def partition_statuses(reading: Reading) -> list[PartitionStatus]:
    """Tell how far each partition of ours is applied."""
    lag = reading.lag()
    return [
        PartitionStatus(topic, partition, next_offset, lag.get((topic, partition), 0))
        for (topic, partition), next_offset in sorted(reading.positions().items())
    ]
