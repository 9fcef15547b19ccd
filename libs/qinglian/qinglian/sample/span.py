"""The time that is told, from its first day to the day on which it ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

YEARS = 3
SETTLED_DAYS = 60  # stories end so long before the last day, their deadlines with them


@dataclass(frozen=True)
class Span:
    """Three years up to a day that is not told any more."""

    end_on: date

    @property
    def begin_on(self) -> date:
        """The first day."""
        year = self.end_on.year - YEARS
        leap_day = (self.end_on.month, self.end_on.day) == (2, 29)
        return date(year, 2, 28) if leap_day else self.end_on.replace(year=year)

    def holds(self, day: date) -> bool:
        """Say whether a day is told."""
        return self.begin_on <= day < self.end_on

    def last(self, month: int, day: int, *, years_back: int = 0) -> date:
        """Give the last such date that lies well before the end, or one some years earlier."""
        latest = self.end_on - timedelta(SETTLED_DAYS)
        found = date(latest.year, month, day)
        year = found.year - years_back - (found > latest)
        return found.replace(year=year)

    def days(self, month: int, day: int) -> Iterator[date]:
        """Give such a date of every year that is told."""
        for year in range(self.begin_on.year, self.end_on.year + 1):
            found = date(year, month, day)
            if self.holds(found):
                yield found

    def months(self) -> Iterator[date]:
        """Give the first day of every month that is told."""
        found = self.begin_on.replace(day=1)
        while found < self.end_on:
            if self.holds(found):
                yield found
            found = (found + timedelta(32)).replace(day=1)
