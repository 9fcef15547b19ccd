"""A consumer that could move and does not is noticed; one that is held up by others is left alone."""

import pytest

from chassis.errors import Stuck
from chassis.memory_bus import MemoryBus
from chassis.watchdog import View, Watchdog, observe

PLACE = ("t", 0)


def test_who_stands_before_something_for_too_long_is_stuck() -> None:
    watchdog = Watchdog("consumer", stuck_s=60)
    for now_s in (0, 10, 69):
        watchdog.waiting({PLACE: 5}, {PLACE: 9}, now_s=now_s)
    with pytest.raises(Stuck, match="does not move in t/0"):
        watchdog.waiting({PLACE: 5}, {PLACE: 9}, now_s=70)


def test_who_moves_or_has_nothing_to_do_is_not() -> None:
    watchdog = Watchdog("consumer", stuck_s=60)
    for now_s in range(0, 600, 10):
        watchdog.waiting({PLACE: now_s, ("t", 1): 7}, {PLACE: 1000, ("t", 1): 7}, now_s=now_s)


def test_who_is_not_let_into_a_group_that_answers_is_stuck() -> None:
    watchdog = Watchdog("consumer", stuck_s=60)
    watchdog.assigned(is_assigned=False, reachable=True, now_s=0)
    watchdog.assigned(is_assigned=False, reachable=False, now_s=50)
    watchdog.assigned(is_assigned=False, reachable=True, now_s=70)
    with pytest.raises(Stuck, match="is not in its group"):
        watchdog.assigned(is_assigned=False, reachable=True, now_s=130)


def test_an_excuse_starts_the_time_anew() -> None:
    watchdog = Watchdog("consumer", stuck_s=60)
    watchdog.waiting({PLACE: 5}, {PLACE: 9}, now_s=0)
    watchdog.waiting({PLACE: 5}, {PLACE: 9}, now_s=10)
    watchdog.excuse()
    watchdog.waiting({PLACE: 5}, {PLACE: 9}, now_s=75)
    watchdog.waiting({PLACE: 5}, {PLACE: 9}, now_s=80)


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_bus_that_is_away_excuses_everything() -> None:
    bus, watchdog = MemoryBus(partitions=1), Watchdog("consumer", stuck_s=0)
    consumer = await bus.read(["t"])
    bus.away = True
    for assigned in (True, False):
        await observe(
            watchdog, bus, consumer, lambda assigned=assigned: View(assigned, excused=False, positions={PLACE: 0})
        )
    bus.away = False
    with pytest.raises(Stuck):
        await observe(watchdog, bus, consumer, lambda: View(assigned=False, excused=False, positions={}))
