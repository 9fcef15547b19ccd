"""What we ask of a message bus. `chassis.kafka_bus` is the real one, `chassis.memory_bus` its twin in memory.

Both pass the same suite of cases (tests/suites). Order is per partition; a key always lands in the same partition.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct

from contracts import Record

TopicPartition = tuple[str, int]
Assigned = Callable[[frozenset[TopicPartition]], None]
Revoked = Callable[[frozenset[TopicPartition]], Awaitable[None]]

MESSAGE_BYTES_MAX = 1_000_000  # just below the broker's own 1,048,588 with headers and framing


class Outgoing(Struct, frozen=True, gc=False):
    """One message to be sent; without a partition its key decides."""

    topic: str
    value: bytes
    key: bytes | None = None
    partition: int | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


class Sent(NamedTuple):
    """Where an acknowledged message lies.

    The offset is -1 when the broker knows the message from an earlier try and no longer remembers where it is.
    """

    partition: int
    offset: int


class Producer(Protocol):
    """Sends; returns only what all in-sync replicas hold."""

    async def send_many(self, messages: Sequence[Outgoing]) -> list[Sent]:
        """Send all, in order within each partition, and wait until all are acknowledged.

        Shape:  one batch per partition; concurrent callers share batches.
        Raises: Unavailable (the outcome is unknown: send the same again); Refused `not_authorized`, `too_large`.
        """
        ...

    async def close(self) -> None:
        """Stop sending; never hangs."""
        ...


class Consumer(Protocol):
    """Reads the partitions that it was given, from where it was told to."""

    def assignment(self) -> frozenset[TopicPartition]:
        """Return the partitions that are ours now."""
        ...

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """Read on from here; ignored for a partition that is no longer ours."""
        ...

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        """Fetch nothing from these until `resume`."""
        ...

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        """Fetch from these again, from their position."""
        ...

    async def getmany(self, *, timeout_s: float, records_max: int) -> list[Record]:
        """Return what has arrived, in order within each partition; empty after the timeout or while the bus is away.

        Raises: OffsetOutOfRange; Refused `not_authorized`.
        """
        ...

    def end_offset(self, partition: TopicPartition) -> int | None:
        """Return the last known end of a partition without asking the broker."""
        ...

    async def earliest(self, partitions: Iterable[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Ask for the first offset that still exists.

        Raises: Unavailable.
        """
        ...

    async def latest(self, partitions: Iterable[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Ask for the offset that the next message will get.

        Raises: Unavailable.
        """
        ...

    async def close(self) -> None:
        """Leave; never hangs."""
        ...


class Bus(Protocol):
    """A place to send to and to read from."""

    def producer(self) -> Producer:
        """Return a producer; it connects when it first sends."""
        ...

    async def join(self, group: str, topics: Sequence[str], *, on_assigned: Assigned, on_revoked: Revoked) -> Consumer:
        """Become a member of a group; equal partition numbers of all topics go to the same member.

        All partitions start paused at 0: `seek` and `resume` them. `on_revoked` is awaited before they go to another.
        Raises: Unavailable; Refused `not_authorized`, `unknown_topic`.
        """
        ...

    async def read(self, topics: Sequence[str]) -> Consumer:
        """Read all partitions of some topics without a group; all start paused at 0.

        Raises: Unavailable; Refused `not_authorized`, `unknown_topic`.
        """
        ...

    async def ping(self) -> bool:
        """Say whether a broker answers now, within two seconds."""
        ...

    async def close(self) -> None:
        """Close everything that was opened through this bus."""
        ...
