"""Working days in China, as the State Council announces them a year ahead; a year that is not known is never guessed.

Source: contracts/holidays.toml; State Council order 795 (holidays), the yearly notices for the days made up.
"""

import tomllib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from msgspec import Struct, convert

from contracts.shipped import shipped_file

SATURDAY = 5  # date.weekday()
RANGE = ".."
DAY = timedelta(days=1)
NEW_YEAR_REACH = (12, 29)  # from this day on the next year's notice may still move days: 2019's moved 29 to 31 December
COUNT_MAX = 1_000  # four years; a longer term in working days is a mistake


class YearMissing(LookupError):  # noqa: N818 - it reads as what is the matter
    """A day was asked about whose year nobody has entered yet."""

    def __init__(self, year: int) -> None:
        super().__init__(f"the working days of {year} are not known: enter its notice in contracts/holidays.toml")
        self.year = year


class Year(Struct, frozen=True, forbid_unknown_fields=True):
    """One year's notice."""

    year: int
    notices: tuple[str, ...]
    off: tuple[str, ...]
    worked: tuple[date, ...]


class WorkingDays:
    """The working days of the years that are known."""

    def __init__(self, years: Iterable[Year]) -> None:
        found = tuple(years)
        self._off = {day for year in found for days in year.off for day in _days(days)}
        self._worked = {day for year in found for day in year.worked}
        self.years = frozenset(year.year for year in found)

    def is_working(self, day: date) -> bool:
        """Say whether a day is worked.

        Raises: YearMissing.
        """
        self._demand(day)
        return day in self._worked or (day.weekday() < SATURDAY and day not in self._off)

    def add(self, day: date, count: int) -> date:
        """Return the last day of a term of so many working days; the day on which it begins does not count.

        Source: Civil Code article 201 (the day of the beginning does not count), article 203 (a term that would end on
        a day off ends on the next working day): with 0 days, the first working day from `day` on.
        Raises: YearMissing; ValueError for a term that is negative or longer than `COUNT_MAX`.
        """
        if not 0 <= count <= COUNT_MAX:
            message = f"a term of {count} working days is not between 0 and {COUNT_MAX}"
            raise ValueError(message)
        while count > 0:
            day += DAY
            count -= self.is_working(day)
        while not self.is_working(day):
            day += DAY
        return day

    def back(self, day: date, count: int) -> date:
        """Return the day from which a term of so many working days, reckoned back from `day`, begins: a worked one.

        Raises: YearMissing; ValueError as `add` does.
        """
        if not 0 <= count <= COUNT_MAX:
            message = f"a term of {count} working days is not between 0 and {COUNT_MAX}"
            raise ValueError(message)
        while count > 0:
            day -= DAY
            count -= self.is_working(day)
        return day

    def count(self, first: date, last: date) -> int:
        """Count the working days after `first` up to `last`: how much of a term has passed.

        Raises: YearMissing.
        """
        return sum(self.is_working(first + DAY * number) for number in range(1, (last - first).days + 1))

    def missing_from(self, day: date) -> date:
        """Return the first day from `day` on about which nothing is known: clocks that reach it stop."""
        for year in range(day.year, max(self.years, default=day.year) + 2):
            if year not in self.years:
                return max(day, date(year, 1, 1) if year - 1 not in self.years else date(year - 1, *NEW_YEAR_REACH))
        return day

    def _demand(self, day: date) -> None:
        if day.year not in self.years:
            raise YearMissing(day.year)
        if (day.month, day.day) >= NEW_YEAR_REACH and day.year + 1 not in self.years:
            raise YearMissing(day.year + 1)


def load_working_days(path: Path) -> WorkingDays:
    """Read a table of holidays.

    Raises: ValueError when a year stands twice or a row is malformed.
    """
    years = convert(tomllib.loads(path.read_text("utf-8"))["years"], tuple[Year, ...], strict=False)
    if len({year.year for year in years}) != len(years):
        message = f"{path.name}: a year stands twice"
        raise ValueError(message)
    return WorkingDays(years)


def _days(text: str) -> Iterator[date]:
    first, _, last = text.partition(RANGE)
    day, end = date.fromisoformat(first), date.fromisoformat(last or first)
    if end < day:
        message = f"{text}: ends before it begins"
        raise ValueError(message)
    while day <= end:
        yield day
        day += DAY


WORKING_DAYS = load_working_days(shipped_file("holidays.toml"))
