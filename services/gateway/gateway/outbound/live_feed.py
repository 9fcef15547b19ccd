"""Hands the stream's log to those who follow it, as it grows."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Protocol

from chassis import logs
from chassis.database import Database
from chassis.errors import Unavailable
from chassis.telemetry import meter
from gateway.domain.stream_entries import Entry
from gateway.outbound.stream_log import CHANNEL

FOLLOWERS_MAX = 200  # staff of a county, with several windows each
QUEUE_MAX = 1_000  # entries that one client may be behind; then it is let go and resumes from the log
PAGE_MAX = 500
POLL_S = 1.0  # when a notification was lost; one that works arrives at once
HEARTBEAT_S = 10.0  # proxies close what is silent for a minute; a client sees within this that we are gone
_log = logs.get(__name__)
_dropped = meter.create_counter("qinglian.stream.dropped", description="clients that were let go for being too slow")
_told = meter.create_counter("qinglian.stream.entries", description="entries that were handed to the stream")


class Log(Protocol):
    """The stream's log, or its like in memory."""

    async def load_last(self) -> int:
        """Give the number of the last entry; 0 before the first."""
        ...

    async def load_after(self, sequence: int, *, limit: int) -> list[Entry]:
        """Give the entries after a number, in order."""
        ...


class Follower:
    """One client's bounded queue."""

    def __init__(self, start: int) -> None:
        self.start = start  # what the feed had handed out when it came; earlier entries are in the log only
        self.queue: deque[Entry] = deque()
        self.news = asyncio.Event()
        self.is_dropped = False

    def give(self, entry: Entry) -> bool:
        """Queue an entry; no when the client is too far behind."""
        if len(self.queue) >= QUEUE_MAX:
            self.is_dropped = True
        else:
            self.queue.append(entry)
        self.news.set()
        return not self.is_dropped


class LiveFeed:
    """Reads the log once for all followers; each gets every entry once, in order."""

    def __init__(self, log: Log, database: Database | None = None, *, heartbeat_s: float = HEARTBEAT_S) -> None:
        self._log = log
        self._database = database
        self._heartbeat_s = heartbeat_s
        self._followers: set[Follower] = set()
        self._stirred = asyncio.Event()
        self._handed_out: int | None = None
        self._closing = False

    def stir(self) -> None:
        """Say that something was committed that clients should get."""
        self._stirred.set()

    def handed_out(self) -> int | None:
        """Return the number of the last entry that followers have got; None: not looked yet."""
        return self._handed_out

    async def run(self) -> None:
        """Hand out until cancelled.

        Raises: Unavailable while PostgreSQL is away; start it again then, nothing is lost.
        """
        if self._handed_out is None:
            self._handed_out = await self._log.load_last()
        if self._database is None:
            await self._hand_out_for_ever()
            return
        async with self._database.dedicated() as connection:
            await connection.add_listener(CHANNEL, lambda *_: self._stirred.set())
            await self._hand_out_for_ever(connection.is_closed)

    async def close(self) -> None:
        """Let all followers go."""
        self._closing = True
        for follower in self._followers:
            follower.news.set()

    def follow(self, after: int | None) -> AsyncIterator[Entry | None]:
        """Give every entry after a number, then each new one; None: nothing for a while. It ends for a slow client.

        Raises: Unavailable when too many follow already, or the log was not reached yet.
        """
        if len(self._followers) >= FOLLOWERS_MAX:
            raise Unavailable("too many clients follow the stream")
        if self._handed_out is None:
            raise Unavailable("the stream is not open yet")
        follower = Follower(self._handed_out)
        self._followers.add(follower)
        return self._entries(follower, after)

    async def _entries(self, follower: Follower, after: int | None) -> AsyncIterator[Entry | None]:
        try:
            seen = follower.start if after is None else await self._known(after)
            while seen < follower.start:
                page = await self._log.load_after(seen, limit=PAGE_MAX)
                for entry in page:
                    seen = entry.sequence
                    yield entry
                if not page:
                    break
            async for entry_or_pause in self._live(follower, seen):
                yield entry_or_pause
        finally:
            self._followers.discard(follower)

    async def _known(self, after: int) -> int:
        """Return a number from which to go on; one that was never given (another home's) starts from now."""
        return min(after, await self._log.load_last())

    async def _live(self, follower: Follower, seen: int) -> AsyncIterator[Entry | None]:
        while not self._closing:
            while follower.queue:
                entry = follower.queue.popleft()
                if entry.sequence > seen:
                    seen = entry.sequence
                    yield entry
            if follower.is_dropped:
                return
            follower.news.clear()
            if not await _within(follower.news, self._heartbeat_s):
                yield None

    async def _hand_out_for_ever(self, is_closed: object = None) -> None:
        while True:
            self._stirred.clear()
            await self._hand_out()
            await _within(self._stirred, POLL_S)
            if callable(is_closed) and is_closed():
                raise Unavailable("the connection that listens for new entries was lost")

    async def _hand_out(self) -> None:
        while entries := await self._log.load_after(self._handed_out or 0, limit=PAGE_MAX):
            for entry in entries:
                for follower in [each for each in self._followers if not each.give(entry)]:
                    self._followers.discard(follower)
                    _dropped.add(1)
                    _log.warning("a client of the stream is too slow and was let go")
            self._handed_out = entries[-1].sequence
            _told.add(len(entries))


async def _within(event: asyncio.Event, timeout_s: float) -> bool:
    """Wait for an event, but not for ever; say whether it came."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), timeout_s)
    return event.is_set()
