"""Spring Festival, Mid-Autumn and National Day of the years that are known; a year that is not known is never guessed.

Source: contracts/festivals.toml.
"""

import tomllib
from bisect import bisect_left
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from msgspec import Struct, convert

from contracts.shipped import shipped_file


class FestivalYear(Struct, frozen=True, forbid_unknown_fields=True):
    """The festivals of one year that follow the lunar calendar."""

    year: int
    spring_festival: date
    mid_autumn: date


class FestivalTable(Struct, frozen=True, forbid_unknown_fields=True):
    """The file: MM-DD of every year, and what moves from year to year."""

    fixed: tuple[str, ...]
    years: tuple[FestivalYear, ...]


class Festivals:
    """The festivals of the years that are known."""

    def __init__(self, table: FestivalTable) -> None:
        self.years = frozenset(row.year for row in table.years)
        self.days = tuple(sorted(set(_moving(table.years)) | set(_fixed(table))))

    def days_to_next(self, day: date) -> int | None:
        """Count the days to the next festival, 0 on the day itself; None where a year is not known."""
        place = bisect_left(self.days, day)
        if day.year not in self.years or place == len(self.days):
            return None
        following = self.days[place]
        return (following - day).days if following.year <= day.year + 1 else None


def load_festivals(path: Path) -> Festivals:
    """Read a table of festivals.

    Raises: ValueError when a year stands twice, a date lies in another year, or a row is malformed.
    """
    table = convert(tomllib.loads(path.read_text("utf-8")), FestivalTable)
    if len({row.year for row in table.years}) != len(table.years):
        message = f"{path.name}: a year stands twice"
        raise ValueError(message)
    for row in table.years:
        if {row.spring_festival.year, row.mid_autumn.year} != {row.year}:
            message = f"{path.name}: a festival of {row.year} lies in another year"
            raise ValueError(message)
    return Festivals(table)


def _moving(rows: Iterable[FestivalYear]) -> Iterable[date]:
    return (day for row in rows for day in (row.spring_festival, row.mid_autumn))


def _fixed(table: FestivalTable) -> Iterable[date]:
    return (date.fromisoformat(f"{row.year}-{day}") for row in table.years for day in table.fixed)


FESTIVALS = load_festivals(shipped_file("festivals.toml"))
