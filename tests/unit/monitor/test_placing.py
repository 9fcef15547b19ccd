"""Which stretches of a timeline are looked at again when several facts moved at once."""

from hypothesis import given
from hypothesis import strategies as st

from funds_monitor.domain.facts import DAY_US, Position
from funds_monitor.domain.placing import stretches

HOUR_US = DAY_US // 24
MOMENTS = st.lists(st.integers(0, 40 * 24), min_size=1, max_size=8, unique=True)


def at(hour: int) -> Position:
    return Position(hour * HOUR_US, "source", "id")


def holds(stretch: tuple[Position | None, int | None], point: Position) -> bool:
    begin, until_us = stretch
    return (begin is None or begin <= point) and (until_us is None or point.time_us < until_us)


@given(hours=MOMENTS, days=st.integers(1, 12) | st.none())
def test_together_they_hold_just_the_points_that_look_back_on_something_that_moved(
    hours: list[int], days: int | None
) -> None:
    moved = [at(hour) for hour in sorted(hours)]
    found = list(stretches(moved, days=days, ahead=False))
    for point in map(at, range(60 * 24)):
        looks = [p for p in moved if p <= point and (days is None or point.time_us < p.time_us + days * DAY_US)]
        assert sum(holds(stretch, point) for stretch in found) == bool(looks)


@given(hours=MOMENTS, days=st.integers(1, 12))
def test_points_that_look_ahead_hear_of_all_that_is_behind_them(hours: list[int], days: int) -> None:
    moved = [at(hour) for hour in sorted(hours)]
    assert list(stretches(moved, days=days, ahead=True)) == [(None, moved[-1].time_us + days * DAY_US)]
    assert list(stretches(moved, days=None, ahead=True)) == [(None, None)]


def test_where_nothing_moved_there_are_none() -> None:
    assert list(stretches([], days=3, ahead=False)) == []
