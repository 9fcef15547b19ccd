"""Reads every partition of some topics, without a group: for copies of reference data."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

from chassis import logs
from chassis.bus import Bus, Consumer, TopicPartition
from chassis.consumer import lag_of, linger
from chassis.insisting import PARKED, Backoff, Ended, Insistence
from chassis.watchdog import View, Watchdog, observe
from contracts import Record

POLL_S = 0.25
BATCH_MAX = 1000
_log = logs.get(__name__)


class ReaderAll:
    """Hands all records of some topics to one function, in series, from given offsets on.

    `start` says where to begin (asked once; a partition that is missing begins at its beginning); `on_batch` is called
    again with the same records after Unavailable or a bug.
    """

    def __init__(
        self,
        bus: Bus,
        *,
        topics: Sequence[str],
        start: Callable[[], Awaitable[dict[TopicPartition, int]]],
        on_batch: Callable[[list[Record]], Awaitable[None]],
        batch_max: int = BATCH_MAX,
        backoff: Backoff | None = None,
        watchdog: Watchdog | None = None,
    ) -> None:
        self._bus, self._topics = bus, tuple(topics)
        self._start, self._on_batch, self._batch_max = start, on_batch, batch_max
        self._watchdog = watchdog or Watchdog("reader of " + ", ".join(self._topics))
        self._positions: dict[TopicPartition, int] = {}
        self._targets: Mapping[TopicPartition, int] | None = None
        self._caught_up = asyncio.Event()
        self._consumer: Consumer | None = None
        self._is_held_up = False
        self._started = False
        self._stopping = asyncio.Event()
        self._insistence = Insistence(backoff or Backoff(), self._stopping, on_trouble=self._on_trouble)
        self._ended = asyncio.Event()
        self._ended.set()

    async def run(self) -> None:
        """Read until cancelled or stopped.

        Raises: OffsetOutOfRange, Stuck.
        """
        self._stopping.clear()
        self._ended.clear()
        try:
            with suppress(Ended):
                if not self._started:
                    self._positions = dict(await self._insistence.until_done(self._start))
                    self._started = True
                await self._insistence.until_done(self._read)
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """Finish the batch in flight and end."""
        self._stopping.set()
        await self._ended.wait()

    async def caught_up(self) -> None:
        """Wait until everything is read that was there when reading began."""
        await self._caught_up.wait()

    def ready(self) -> bool:
        """Say whether everything is read that was there when reading began."""
        return self._caught_up.is_set()

    def positions(self) -> dict[TopicPartition, int]:
        """Return the next offset of each partition."""
        return dict(self._positions)

    def lag(self) -> dict[TopicPartition, int]:
        """Return how many records of each partition wait, as far as is known."""
        return lag_of(self._consumer, self._positions)

    async def _read(self) -> None:
        consumer = await self._bus.read(self._topics)
        watching = asyncio.create_task(self._watch(consumer))
        try:
            await self._place(consumer)
            while not self._stopping.is_set():
                if watching.done():
                    watching.result()
                self._note_progress()
                records = await consumer.getmany(timeout_s=POLL_S, records_max=self._batch_max)
                if records:
                    await self._hand_over(records)
                    await linger(len(records))
        finally:
            watching.cancel()
            self._consumer = None
            await consumer.close()

    async def _place(self, consumer: Consumer) -> None:
        assignment = consumer.assignment()
        unknown = [place for place in assignment if place not in self._positions]
        self._positions |= await consumer.earliest(unknown)
        if self._targets is None:
            self._targets = await consumer.latest(assignment)
        for place in assignment:
            consumer.seek(place, self._positions[place])
        consumer.resume(assignment)
        self._consumer = consumer
        self._is_held_up = False

    async def _hand_over(self, records: list[Record]) -> None:
        async def deliver() -> None:
            await self._on_batch(records)

        await self._insistence.until_done(deliver)
        self._is_held_up = False
        for record in records:
            self._positions[record.topic, record.partition] = record.offset + 1

    def _note_progress(self) -> None:
        if self._caught_up.is_set() or self._targets is None:
            return
        if all(self._positions.get(place, 0) >= target for place, target in self._targets.items()):
            self._caught_up.set()

    def _on_trouble(self, state: str, error: Exception, tries: int) -> None:
        self._is_held_up = True
        if state == PARKED:
            _log.error("a bug holds up a reader; it is tried again", exc_info=error, topics=self._topics)
        elif tries == 0:
            _log.warning("a reader waits", reason=str(error), topics=self._topics)

    async def _watch(self, consumer: Consumer) -> None:
        while True:
            await asyncio.sleep(self._watchdog.interval_s)
            await observe(self._watchdog, self._bus, consumer, self._look)

    def _look(self) -> View:
        return View(self._consumer is not None, self._is_held_up, self._positions)
