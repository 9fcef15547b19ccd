"""Doing something until it works: what may be dropped nowhere is tried for ever, with pauses that grow."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, TypeVar

from msgspec import Struct

from chassis.errors import Fenced, Refused, Stopped, Unavailable

WAITING: Final = "waiting"  # for a dependency
PARKED: Final = "parked"  # on a bug
_DOUBLINGS_MAX = 16
Result = TypeVar("Result")


class Backoff(Struct, frozen=True):
    """How long to wait before the next try."""

    first_s: float = 0.1
    last_s: float = 2.0  # a dependency that is back is noticed within this
    bug_first_s: float = 1.0
    bug_last_s: float = 30.0

    def pause_s(self, state: str, tries: int) -> float:
        """Return the pause after so many failed tries."""
        first_s, last_s = (self.bug_first_s, self.bug_last_s) if state == PARKED else (self.first_s, self.last_s)
        return float(min(last_s, first_s * 2 ** min(tries, _DOUBLINGS_MAX)))


class Ended(Exception):  # noqa: N818 - not an error: we were asked to stop
    """We were asked to stop before it worked."""


class Insistence:
    """Tries until it works or until it is stopped; tells each failure to `on_trouble(state, error, tries)`."""

    def __init__(
        self, backoff: Backoff, stopping: asyncio.Event, *, on_trouble: Callable[[str, Exception, int], None]
    ) -> None:
        self._backoff, self._stopping, self._on_trouble = backoff, stopping, on_trouble

    async def until_done(self, act: Callable[[], Awaitable[Result]]) -> Result:
        """Do it until it works; a bug is tried again too, for it must never cost an event.

        Raises: Fenced and Stopped as they come; Ended when we are asked to stop meanwhile.
        """
        tries = 0
        while not self._stopping.is_set():
            begun_s = time.monotonic()
            try:
                return await act()
            except (Fenced, Stopped, Ended):
                raise
            except (Unavailable, Refused) as error:
                state, trouble = WAITING, error
                self._on_trouble(state, trouble, tries)
            except Exception as error:  # noqa: BLE001 - whatever it is, we go on trying
                state = PARKED
                self._on_trouble(state, error, tries)
            if time.monotonic() - begun_s > self._backoff.bug_last_s:
                tries = 0  # it worked for a while: this is a new trouble
            pause_s = self._backoff.pause_s(state, tries)
            tries += 1
            await self.pause(pause_s)
        raise Ended

    async def pause(self, pause_s: float) -> None:
        """Wait, or less when we are asked to stop."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), pause_s)
