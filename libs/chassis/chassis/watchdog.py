"""Notices a consumer that is alive, could move, and does not; a fresh process usually can."""

import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from chassis.bus import Bus, Consumer, TopicPartition
from chassis.errors import Stuck, Unavailable

STUCK_S = 60.0  # ten sessions: whatever heals by itself has healed by then
INTERVAL_S = 10.0


class View(NamedTuple):
    """What a consumer says of itself."""

    assigned: bool  # the group has given us our part, and we have taken it
    excused: bool  # something holds us up that a fresh process would not change
    positions: Mapping[TopicPartition, int]


Look = Callable[[], View]


class Watchdog:
    """Remembers when something last moved; pure, told the time and the state."""

    def __init__(self, what: str, *, stuck_s: float = STUCK_S, interval_s: float = INTERVAL_S) -> None:
        self.what = what
        self.stuck_s, self.interval_s = stuck_s, interval_s
        self._positions: Mapping[TopicPartition, int] = {}
        self._since: dict[str, float] = {}

    def assigned(self, *, is_assigned: bool, reachable: bool, now_s: float) -> None:
        """Say whether the group has given us our part.

        Raises: Stuck when it has not for too long although the bus answers.
        """
        self._check("is not in its group", wrong=not is_assigned and reachable, now_s=now_s)

    def waiting(
        self, positions: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int], *, now_s: float
    ) -> None:
        """Say where we are and what there is.

        Raises: Stuck when a partition has had something for too long without being read on.
        """
        for place, end in ends.items():
            position = positions.get(place)
            stands = position is not None and position < end and self._positions.get(place) == position
            self._check(f"does not move in {place[0]}/{place[1]}", wrong=stands, now_s=now_s)
        self._positions = dict(positions)

    def excuse(self) -> None:
        """Forget what was wrong: it cannot be our doing just now."""
        self._since.clear()
        self._positions = {}

    def _check(self, complaint: str, *, wrong: bool, now_s: float) -> None:
        if not wrong:
            self._since.pop(complaint, None)
            return
        since = self._since.setdefault(complaint, now_s)
        if now_s - since >= self.stuck_s:
            raise Stuck(f"{self.what} {complaint} for {now_s - since:.0f} s although it could")


async def observe(watchdog: Watchdog, bus: Bus, consumer: Consumer, look: Look) -> None:
    """Look once: a dependency that is away excuses everything, and so does a shard that waits or is parked.

    Raises: Stuck.
    """
    assigned, excused, positions = look()
    if excused:
        watchdog.excuse()
        return
    if not assigned:
        watchdog.assigned(is_assigned=assigned, reachable=await bus.ping(), now_s=time.monotonic())
        return
    try:
        ends = await consumer.latest(positions)
    except Unavailable:
        watchdog.excuse()
        return
    watchdog.assigned(is_assigned=assigned, reachable=True, now_s=time.monotonic())
    watchdog.waiting(positions, ends, now_s=time.monotonic())
