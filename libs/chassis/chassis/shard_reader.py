"""One shard of a consumer: its queue, its place, and what it does when its handler cannot."""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from msgspec import Struct

from chassis import logs
from chassis.bus import Consumer, TopicPartition
from chassis.errors import Fenced
from chassis.insisting import PARKED, Backoff, Ended, Insistence
from chassis.telemetry import batch_span, meter
from contracts import Record

_log = logs.get(__name__)
_records = meter.create_counter("qinglian.consumer.records", description="records whose batch was committed")
_batches = meter.create_counter("qinglian.consumer.batches", description="batches by outcome")
_parked = meter.create_up_down_counter("qinglian.consumer.parked", description="shards held up by a bug: alarm above 0")


class ReaderLimits(Struct, frozen=True):
    """How much at once, and how long to wait before trying again."""

    batch_max: int = 1000  # one transaction; above it commit latency shows at the stream
    batch_bytes_max: int = 8_000_000
    queue_max: int = 4000  # per shard, beyond it its partitions are paused
    poll_records_max: int = 4000
    backoff: Backoff = Backoff()
    fenced_s: float = 3.0  # two heartbeats: if the group has moved the shard we know by then
    finish_s: float = 8.0  # how long a batch in flight may keep a rebalance waiting


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


class ShardReader:
    """Takes its shard, then hands batches to the handler one after the other until it is stopped."""

    def __init__(
        self,
        shard: int,
        partitions: Sequence[TopicPartition],
        *,
        handler: ShardHandler,
        limits: ReaderLimits,
        group: str,
    ) -> None:
        self.shard, self.partitions = shard, tuple(partitions)
        self.state, self.reason = "taking", ""
        self.positions: dict[TopicPartition, int] = {}
        self.committed_total = 0
        self._handler, self._limits = handler, limits
        self._labels = {"group": group}
        self._queue: deque[Record] = deque()
        self._seek_to: dict[TopicPartition, int] = {}
        self._fetching = False
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._insistence = Insistence(limits.backoff, self._stopping, on_trouble=self._hold_up)
        self._task: asyncio.Task[None] | None = None

    @property
    def is_reading(self) -> bool:
        """Say whether the shard is taken and nothing holds it up."""
        return self.state == "reading"

    @property
    def is_settled(self) -> bool:
        """Say whether nothing will have to be sought or resumed soon."""
        return self._fetching and not self._seek_to

    @property
    def queued(self) -> int:
        """Return how many records wait here."""
        return len(self._queue)

    def start(self, consumer: Consumer) -> None:
        """Begin to take the shard."""
        self._task = asyncio.create_task(self._work(consumer), name=f"shard {self.shard}")

    async def stop(self) -> None:
        """Let the batch in flight end, within limits, and make the handler forget the shard."""
        self._stopping.set()
        self._wake.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=self._limits.finish_s)
            self._task.cancel()
            await asyncio.wait([self._task])
        self._set_state("stopped")
        await self._forget()

    def take_turn(self, consumer: Consumer) -> None:
        """Seek, pause or resume our partitions; called by the task that fetches, between two fetches.

        Raises: what a handler said must stop the process.
        """
        if self._task is not None and self._task.done() and not self._task.cancelled():
            self._task.result()
        if self._seek_to:
            for place, offset in self._seek_to.items():
                consumer.seek(place, offset)
            self._seek_to = {}
            self._fetching = True
            consumer.resume(self.partitions)
        elif self._fetching and (not self._is_taken or len(self._queue) >= self._limits.queue_max):
            self._fetching = False
            consumer.pause(self.partitions)
        elif not self._fetching and self._is_taken and len(self._queue) <= self._limits.queue_max // 2:
            self._fetching = True
            consumer.resume(self.partitions)

    def accept(self, record: Record) -> None:
        """Queue a record that was fetched from where we sought to."""
        if self._fetching and self._is_taken and not self._seek_to:
            self._queue.append(record)
            self._wake.set()

    @property
    def _is_taken(self) -> bool:
        return bool(self.positions)

    async def _work(self, consumer: Consumer) -> None:
        while not self._stopping.is_set():
            with suppress(Ended):
                try:
                    await self._take(consumer)
                    await self._read()
                except Fenced as error:
                    await self._drop(error)

    async def _take(self, consumer: Consumer) -> None:
        async def start() -> dict[TopicPartition, int]:
            known = await self._handler.on_assigned(self.shard)
            offsets = {place: offset for place, offset in known.items() if place in self.partitions}
            unknown = [place for place in self.partitions if place not in offsets]
            return {**offsets, **await consumer.earliest(unknown)}

        self._set_state("taking")
        self.positions = await self._insistence.until_done(start)
        self._seek_to = dict(self.positions)
        self._set_state("reading")

    async def _read(self) -> None:
        while not self._stopping.is_set():
            if not self._queue:
                self._wake.clear()
                await self._wake.wait()
                continue
            batch = self._next_batch()

            async def deliver(batch: list[Record] = batch) -> None:
                with batch_span("consume", map(_traceparent, batch), shard=self.shard, records=len(batch)):
                    await self._handler.on_batch(self.shard, batch)

            await self._insistence.until_done(deliver)
            for record in batch:
                self.positions[record.topic, record.partition] = record.offset + 1
            self.committed_total += len(batch)
            _records.add(len(batch), self._labels)
            _batches.add(1, {**self._labels, "outcome": "committed"})
            self._set_state("reading")

    def _next_batch(self) -> list[Record]:
        batch: list[Record] = []
        size = 0
        while self._queue and len(batch) < self._limits.batch_max:
            size += len(self._queue[0].value)
            if batch and size > self._limits.batch_bytes_max:
                break
            batch.append(self._queue.popleft())
        return batch

    async def _drop(self, error: Fenced) -> None:
        """Another owner has the shard: forget it, and take it again only if the group says that it is still ours."""
        _log.warning("fenced", reason=error.detail, **self._about())
        _batches.add(1, {**self._labels, "outcome": "fenced"})
        self._set_state("fenced", error.detail)
        self.positions = {}
        self._queue.clear()
        await self._forget()
        await self._insistence.pause(self._limits.fenced_s)

    async def _forget(self) -> None:
        try:
            await self._handler.on_revoked(self.shard)
        except Exception:  # noqa: BLE001 - the shard is no longer ours in any case
            _log.exception("a handler could not forget its shard", **self._about())

    def _hold_up(self, state: str, error: Exception, tries: int) -> None:
        if state == PARKED:
            _log.error("a bug holds up a shard; it is tried again", exc_info=error, **self._about())
        elif tries == 0:
            _log.warning("a shard waits", reason=str(error), **self._about())
        self._set_state(state, str(error) if state != PARKED else type(error).__name__)
        _batches.add(1, {**self._labels, "outcome": state})

    def _set_state(self, state: str, reason: str = "") -> None:
        was, self.state, self.reason = self.state, state, reason
        if (was == PARKED) != (state == PARKED):
            _parked.add(1 if state == PARKED else -1, self._labels)

    def _about(self) -> dict[str, object]:
        return {**self._labels, "shard": self.shard}


def _traceparent(record: Record) -> str | None:
    for name, value in record.headers:
        if name in ("traceparent", "ce_traceparent"):
            return value.decode("ascii", "replace")
    return None
