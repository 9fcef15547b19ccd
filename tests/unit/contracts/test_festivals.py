"""The festivals: known years only, and in accord with the days off."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from contracts.festivals import FESTIVALS, load_festivals
from contracts.working_days import WORKING_DAYS

YEAR = "[[years]]\nyear = {0}\nspring_festival = {0}-02-16\nmid_autumn = {0}-09-24\n"


@pytest.mark.parametrize(
    ("day", "days"),
    [
        (date(2026, 9, 15), 10),
        (date(2026, 9, 25), 0),
        (date(2026, 9, 26), 5),
        (date(2026, 10, 1), 0),
        (date(2025, 10, 2), 4),
        (date(2025, 10, 7), 133),
        (date(2026, 10, 2), None),
        (date(2017, 12, 31), None),
        (date(2027, 1, 1), None),
    ],
)
def test_the_days_to_the_next_festival(day: date, days: int | None) -> None:
    assert FESTIVALS.days_to_next(day) == days


def test_each_festival_is_a_day_off_of_a_year_that_is_known() -> None:
    assert FESTIVALS.years == WORKING_DAYS.years
    assert [day for day in FESTIVALS.days if WORKING_DAYS.is_working(day)] == []


def test_counting_day_by_day_gives_the_same() -> None:
    for offset in range(3_000):
        day = date(2018, 1, 1) + timedelta(offset)
        steps = next(step for step in range(400) if day + timedelta(step) in FESTIVALS.days)
        assert FESTIVALS.days_to_next(day) == steps


def test_a_year_between_that_is_missing_is_not_skipped(tmp_path: Path) -> None:
    path = tmp_path / "festivals.toml"
    path.write_text('fixed = ["10-01"]\n' + YEAR.format(2018) + YEAR.format(2020), "utf-8")
    festivals = load_festivals(path)
    assert festivals.days_to_next(date(2018, 10, 2)) is None
    assert festivals.days_to_next(date(2018, 9, 30)) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fixed = []\n" + YEAR.format(2026) * 2, "twice"),
        ("fixed = []\n[[years]]\nyear = 2026\nspring_festival = 2025-02-16\nmid_autumn = 2026-09-24\n", "another"),
        ("fixed = []\n" + YEAR.format(2026) + "dragon_boat = 2026-06-19\n", "dragon_boat"),
        ('fixed = ["13-01"]\n' + YEAR.format(2026), "month"),
    ],
)
def test_a_table_with_a_mistake_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "festivals.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=said):
        load_festivals(path)
