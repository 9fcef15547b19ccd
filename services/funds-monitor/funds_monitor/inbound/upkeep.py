"""Wakes the monitor by what is left besides a shard's own events: reference data, completeness, parked records."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from chassis import logs
from chassis.errors import Fenced, Unavailable
from funds_monitor.inbound.counters import count
from funds_monitor.usecases.open_desk import Desk
from funds_monitor.usecases.ports import Observed
from funds_monitor.usecases.take_shard import HeldShard

IDLE_S = 5.0  # woken by whoever leaves something to do; this is for what nobody told us
TRIM_ENTRIES_MIN = 1_000  # below it, asking which changes everybody has reflected costs more than keeping them
_log = logs.get(__name__)

Task = Callable[[HeldShard], Awaitable[Observed | None]]


class Upkeep:
    """Goes from shard to shard, one slice each, until nothing is left; then it sleeps."""

    def __init__(self, desk: Desk, *, tasks: Sequence[Task], trim: Callable[[], Awaitable[None]]) -> None:
        self._desk, self._tasks, self._trim = desk, tasks, trim
        self._stopping = False
        self._ended = asyncio.Event()
        self._ended.set()

    async def run(self) -> None:
        """Work until stopped.

        Raises: Unavailable; it is then started again after a pause.
        """
        self._ended.clear()
        try:
            await self._desk.opened.wait()
            while not self._stopping:
                self._desk.stirred.clear()
                if await self._round():
                    continue
                if self._desk.log.size() >= TRIM_ENTRIES_MIN:
                    await self._trim()
                await self._sleep()
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """Finish the transaction in flight and end."""
        self._stopping = True
        self._desk.stirred.set()
        if self._desk.opened.is_set():
            await self._ended.wait()

    async def _sleep(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._desk.stirred.wait(), IDLE_S)

    async def _round(self) -> bool:
        did = False
        for held in list(self._desk.held.values()):
            if self._stopping:
                return False
            try:
                did = await self._tend(held) or did
            except Fenced:
                _log.warning("shard lost", shard=held.number)
                if self._desk.held.get(held.number) is held:
                    del self._desk.held[held.number]
            except Unavailable:
                self._desk.stirred.set()
                raise
        return did

    async def _tend(self, held: HeldShard) -> bool:
        did = False
        for task in self._tasks:
            observed = await task(held)
            if observed is not None:
                did = True
                count(observed)
        return did
