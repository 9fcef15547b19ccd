"""Looks after the known sources by the clock: a silence is logged when it begins and when it is over, and measured."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from chassis import logs
from chassis.clock import Clock
from chassis.telemetry import meter
from funds_monitor.domain.facts import SECOND_US
from funds_monitor.domain.rhythm import Feed, Silence
from funds_monitor.usecases.watch_sources import Watched

PAUSE_S = 60.0  # silence is a matter of days
_silent = meter.create_gauge(
    "monitor_source_silent_seconds", unit="s", description="Time by which a known source is silent beyond its rhythm"
)
_never = meter.create_gauge("monitor_sources_never_declared", description="Known sources that have never declared")
_log = logs.get(__name__)

Watch = Callable[[Mapping[Feed, Silence]], Awaitable[Watched]]


class SourceWatch:
    """One look a minute."""

    def __init__(self, watch: Watch, *, clock: Clock) -> None:
        self._watch, self._clock = watch, clock
        self._known: Mapping[Feed, Silence] = {}
        self._stopping, self._ended = asyncio.Event(), asyncio.Event()
        self._ended.set()

    async def run(self) -> None:
        """Look until stopped.

        Raises: Unavailable; it is then started again after a pause.
        """
        self._ended.clear()
        try:
            while not self._stopping.is_set():
                await self.look()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), PAUSE_S)
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """Finish the look in flight and end."""
        self._stopping.set()
        await self._ended.wait()

    async def look(self) -> None:
        """Look once, and tell what has changed."""
        seen = await self._watch(self._known)
        self._known = seen.silences
        for feed in seen.fell_silent:
            said = seen.silences[feed].told()
            _log.warning("a source is silent", source=feed.source, topic=feed.topic, **said)
        for feed in seen.spoke_again:
            _log.warning("a source speaks again", source=feed.source, topic=feed.topic)
        self._measure(seen)

    def _measure(self, seen: Watched) -> None:
        now_us = self._clock.now_us()
        for feed, silence in seen.silences.items():
            beyond_us = now_us - silence.since_us if silence.since_us is not None else 0
            _silent.set(beyond_us / SECOND_US, {"source": feed.source, "topic": feed.topic})
        _never.set(sum(silence.state == "never" for silence in seen.silences.values()))
