"""Working days: the table, its edges, and what is not known."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from contracts.working_days import WORKING_DAYS, YearMissing, load_working_days
from tests.contracts.shared_data import shared_file

YEARS = range(2018, 2027)


@pytest.mark.parametrize("year", YEARS)
def test_every_day_is_as_the_gathered_notices_say(year: int) -> None:
    said: dict[str, bool] = {}
    for name in {year, min(year + 1, YEARS[-1])}:  # a notice may reach into the year before
        days = json.loads(shared_file(f"conformance/holidays/{name}.json").read_text("utf-8"))["days"]
        said |= {each["date"]: not each["isOffDay"] for each in days}
    day = date(year, 1, 1)
    last = date(year, 12, 31) if year + 1 in YEARS else date(year, 12, 28)
    while day <= last:
        assert WORKING_DAYS.is_working(day) is said.get(day.isoformat(), day.weekday() < 5), day
        day += timedelta(days=1)


def test_a_term_over_spring_festival_counts_the_days_made_up() -> None:
    # 2026: off from Sunday 15 to Monday 23 February; Saturdays 14 and 28 February are worked.
    assert WORKING_DAYS.add(date(2026, 2, 12), 1) == date(2026, 2, 13)
    assert WORKING_DAYS.add(date(2026, 2, 12), 2) == date(2026, 2, 14)
    assert WORKING_DAYS.add(date(2026, 2, 12), 3) == date(2026, 2, 24)
    assert WORKING_DAYS.add(date(2026, 2, 12), 7) == date(2026, 2, 28)
    assert WORKING_DAYS.add(date(2026, 2, 12), 8) == date(2026, 3, 2)
    assert WORKING_DAYS.count(date(2026, 2, 12), date(2026, 2, 28)) == 7


def test_a_term_reckoned_back_begins_on_a_worked_day() -> None:
    assert WORKING_DAYS.back(date(2026, 3, 2), 1) == date(2026, 2, 28)
    assert WORKING_DAYS.back(date(2026, 3, 2), 5) == date(2026, 2, 24)
    assert WORKING_DAYS.back(date(2026, 2, 24), 1) == date(2026, 2, 14)
    assert WORKING_DAYS.back(date(2026, 2, 24), 0) == date(2026, 2, 24)
    with pytest.raises(YearMissing):
        WORKING_DAYS.back(date(2018, 1, 1), 1)
    with pytest.raises(ValueError, match="not between"):
        WORKING_DAYS.back(date(2026, 2, 24), -1)


def test_a_term_of_no_days_ends_on_the_first_working_day() -> None:
    assert WORKING_DAYS.add(date(2026, 2, 15), 0) == date(2026, 2, 24)
    assert WORKING_DAYS.add(date(2026, 2, 24), 0) == date(2026, 2, 24)


def test_a_year_that_is_not_known_is_never_guessed() -> None:
    with pytest.raises(YearMissing, match="2027"):
        WORKING_DAYS.is_working(date(2027, 1, 4))
    with pytest.raises(YearMissing, match="2027"):
        WORKING_DAYS.add(date(2026, 12, 24), 5)  # the notice of 2027 may move 29 December
    assert WORKING_DAYS.add(date(2026, 12, 24), 2) == date(2026, 12, 28)
    assert WORKING_DAYS.missing_from(date(2026, 3, 1)) == date(2026, 12, 29)
    assert WORKING_DAYS.missing_from(date(2027, 3, 1)) == date(2027, 3, 1)
    with pytest.raises(YearMissing, match="2017"):
        WORKING_DAYS.count(date(2017, 12, 1), date(2018, 1, 5))


@pytest.mark.parametrize("count", [-1, 1_001])
def test_a_term_that_makes_no_sense_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="working days"):
        WORKING_DAYS.add(date(2026, 3, 2), count)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[years]]\nyear = 2026\nnotices = []\noff = ["2026-01-03..2026-01-01"]\nworked = []', "ends before"),
        ('[[years]]\nyear = 2026\nnotices = []\noff = ["2026-13-01"]\nworked = []', "month"),
        ("[[years]]\nyear = 2026\nnotices = []\noff = []\nworked = []\n" * 2, "twice"),
        ("[[years]]\nyear = 2026\nnotices = []\noff = []\nworked = []\nworkd = []", "workd"),
    ],
)
def test_a_table_with_a_mistake_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "holidays.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=said):
        load_working_days(path)
