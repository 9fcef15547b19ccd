"""Reads a group's topics shard by shard; offsets and ownership live in PostgreSQL.

Partition p of all topics is shard p. Kinds of errors and what a shard does about them:

    Unavailable     the same batch again, with backoff; the other shards go on
    Fenced          drop what is in memory, wait until the group has noticed, take the shard again
    anything else   our bug: the same batch again, with a longer backoff, logged and counted; never skipped
    Stopped         the process ends: an operator must see why

`Refused` is never raised by a handler: a refused event is its own dead letter, and the batch goes on.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress

from msgspec import Struct

from chassis import logs
from chassis.bus import Bus, Consumer, TopicPartition
from chassis.errors import Refused, Unavailable
from chassis.shard_reader import ReaderLimits, ShardHandler, ShardReader
from chassis.watchdog import View, Watchdog, observe
from contracts import Record

POLL_S = 0.25
POLL_UNSETTLED_S = 0.02  # a shard is about to be taken or resumed, which only happens between two fetches
LINGER_S = 0.015  # a fetch over 150 partitions costs aiokafka 2-4 ms of CPU, however little it brings
LINGER_BELOW_RECORDS = 200  # above it the records pay for the fetch
JOIN_PAUSE_S = 0.5
JOIN_PAUSE_MAX_S = 3.0
_log = logs.get(__name__)


class ShardView(Struct, frozen=True):
    """One shard as it is now, for status."""

    shard: int
    state: str  # taking | reading | waiting (for a dependency) | parked (on a bug) | fenced
    reason: str
    queued: int
    committed_total: int


class ShardedConsumer:
    """A member of a group that hands each shard's records to a handler, strictly in series within a shard.

    Shape:  shards are handled concurrently; one slow shard pauses only its own partitions.
    """

    def __init__(
        self,
        bus: Bus,
        *,
        group: str,
        topics: Sequence[str],
        handler: ShardHandler,
        limits: ReaderLimits | None = None,
        watchdog: Watchdog | None = None,
    ) -> None:
        self._bus = bus
        self._group, self._topics = group, tuple(topics)
        self._handler = handler
        self._limits = limits or ReaderLimits()
        self._watchdog = watchdog or Watchdog(f"consumer {group}")
        self._consumer: Consumer | None = None
        self._readers: dict[int, ShardReader] = {}
        self._assigned: frozenset[TopicPartition] | None = None  # None: not a member of the group just now
        self._news = asyncio.Event()
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()

    async def run(self) -> None:
        """Consume until cancelled or stopped.

        Raises: OffsetOutOfRange, Stuck.
        """
        self._stopping.clear()
        self._ended.clear()
        pause_s = JOIN_PAUSE_S
        try:
            while not self._stopping.is_set():
                try:
                    await self._membership()
                    pause_s = JOIN_PAUSE_S
                except (Unavailable, Refused) as error:
                    _log.warning("not in the group", group=self._group, reason=str(error))
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._stopping.wait(), pause_s)
                    pause_s = min(JOIN_PAUSE_MAX_S, pause_s * 2)
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """Finish the batches in flight and leave the group."""
        self._stopping.set()
        await self._ended.wait()

    def ready(self) -> bool:
        """Say whether we are in the group and every shard of ours is being read."""
        return self._assigned is not None and self.shards() == {shard for _, shard in self._assigned}

    def shards(self) -> frozenset[int]:
        """Return the shards that are ours and taken."""
        return frozenset(number for number, reader in self._readers.items() if reader.is_reading)

    def views(self) -> list[ShardView]:
        """Return every shard of ours as it is now."""
        return [
            ShardView(number, reader.state, reader.reason, reader.queued, reader.committed_total)
            for number, reader in sorted(self._readers.items())
        ]

    def positions(self) -> dict[TopicPartition, int]:
        """Return the next offset of each partition of ours that is not yet committed."""
        return {place: offset for reader in self._readers.values() for place, offset in reader.positions.items()}

    def lag(self) -> dict[TopicPartition, int]:
        """Return how many records of each partition of ours wait, as far as is known."""
        return lag_of(self._consumer, self.positions())

    async def _membership(self) -> None:
        """Be a member of the group once, from joining to leaving."""
        try:
            consumer = await self._bus.join(
                self._group, self._topics, on_assigned=self._on_assigned, on_revoked=self._on_revoked
            )
        except BaseException:
            self._assigned = None  # it may have been assigned before joining failed
            raise
        self._consumer = consumer
        watching = asyncio.create_task(self._watch(consumer))
        try:
            while not self._stopping.is_set():
                if watching.done():
                    watching.result()
                self._take_turns(consumer)
                settled = all(reader.is_settled for reader in self._readers.values())
                poll_s = POLL_S if settled else POLL_UNSETTLED_S
                records = await consumer.getmany(timeout_s=poll_s, records_max=self._limits.poll_records_max)
                self._hand_out(records)
                await linger(len(records))
        finally:
            watching.cancel()
            self._consumer = None
            await self._on_revoked(frozenset())
            await consumer.close()
            await self._on_revoked(frozenset())  # what a last rebalance may have brought

    def _on_assigned(self, partitions: frozenset[TopicPartition]) -> None:
        """Note what is ours now; the readers start when the polling task comes to it."""
        self._assigned = partitions
        self._news.set()

    async def _on_revoked(self, _partitions: frozenset[TopicPartition]) -> None:
        """Give all shards back, each after its batch in flight."""
        self._assigned = None
        readers, self._readers = self._readers, {}
        await asyncio.gather(*(reader.stop() for reader in readers.values()))

    def _take_turns(self, consumer: Consumer) -> None:
        """Start readers for new shards and let taken or drained ones be fetched.

        Only here, in the task that fetches, partitions are sought and resumed: so whatever a fetch returns belongs to
        the positions that were sought before it, and never to those of an assignment that has passed.
        """
        if self._news.is_set() and self._assigned is not None:
            self._news.clear()
            for shard, partitions in _by_shard(self._assigned).items():
                if shard not in self._readers:
                    reader = ShardReader(
                        shard, partitions, handler=self._handler, limits=self._limits, group=self._group
                    )
                    self._readers[shard] = reader
                    reader.start(consumer)
        for reader in self._readers.values():
            reader.take_turn(consumer)

    def _hand_out(self, records: list[Record]) -> None:
        for record in records:
            reader = self._readers.get(record.partition)
            if reader is not None:
                reader.accept(record)

    async def _watch(self, consumer: Consumer) -> None:
        while True:
            await asyncio.sleep(self._watchdog.interval_s)
            await observe(self._watchdog, self._bus, consumer, self._look)

    def _look(self) -> View:
        states = {reader.state for reader in self._readers.values()}
        return View(
            assigned=self._assigned is not None and "taking" not in states,
            excused=not states.isdisjoint({"waiting", "parked", "fenced"}),
            positions=self.positions(),
        )


async def linger(records: int) -> None:
    """Let a little gather before the next fetch, when the last one brought little; what it brought is not delayed."""
    if 0 < records < LINGER_BELOW_RECORDS:
        await asyncio.sleep(LINGER_S)


def lag_of(consumer: Consumer | None, positions: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
    """Return how many records wait, by what the broker said last."""
    if consumer is None:
        return {}
    ends = {place: consumer.end_offset(place) for place in positions}
    return {place: max(0, end - positions[place]) for place, end in ends.items() if end is not None}


def _by_shard(partitions: frozenset[TopicPartition]) -> dict[int, list[TopicPartition]]:
    shards: dict[int, list[TopicPartition]] = {}
    for place in sorted(partitions):
        shards.setdefault(place[1], []).append(place)
    return shards


__all__ = ["ReaderLimits", "ShardHandler", "ShardView", "ShardedConsumer", "lag_of", "linger"]
