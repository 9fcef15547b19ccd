"""When an organization last showed signs of life, and the dates on which it has been silent for too long."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from funds_monitor.domain.entries import Entry
from funds_monitor.domain.facts import Position
from funds_monitor.domain.rule_reading import Dated
from funds_monitor.domain.rules import Parameter, Silence


class Signs:
    """The `dates` of the facts that one rule takes for signs of life, in order, each once.

    Shape: a fact on a date that has one already O(1), a new date O(log n) and a shift.
    """

    def __init__(self, silence: Silence, parameters: Mapping[str, Parameter]) -> None:
        self.name = silence.name
        self._signs = silence.signs
        self._parameters = parameters
        self._days = timedelta(days=silence.days)
        self._of: dict[Position, date] = {}
        self._counts: Counter[date] = Counter()
        self.dates: list[date] = []

    def move(self, gone: Iterable[Entry], came: Iterable[Entry]) -> set[date]:
        """Take facts out and in; give the dates that have a sign now and had none, or the other way round."""
        moved: set[date] = set()
        for entry in gone:
            day = self._of.pop(entry.position, None)
            if day is not None and self._count(day, -1):
                moved ^= {day}
        for entry in came:
            day = self._date_of(entry)
            if day is not None and entry.position not in self._of:
                self._of[entry.position] = day
                if self._count(day, 1):
                    moved ^= {day}
        return moved

    def _date_of(self, entry: Entry) -> date | None:
        sign = self._signs.get(entry.stream)
        found: date | None = sign.run(Dated(self._parameters, entry.fact)) if sign is not None else None
        return found

    def _count(self, day: date, step: int) -> bool:
        """Count a sign; say whether the date came or went by it."""
        before = self._counts[day]
        self._counts[day] += step
        if before and self._counts[day]:
            return False
        if before:
            del self._counts[day]
            del self.dates[bisect_left(self.dates, day)]
        else:
            insort(self.dates, day)
        return True

    def last(self, day: date) -> date | None:
        """Give the date of the last sign up to a date."""
        place = bisect_right(self.dates, day)
        return self.dates[place - 1] if place else None

    def before(self, day: date) -> date | None:
        """Give the date of the last sign before a date."""
        place = bisect_left(self.dates, day)
        return self.dates[place - 1] if place else None

    def due(self, day: date) -> date | None:
        """Give the date on which it is too long since a sign; None: there was none that day, or another one in time."""
        place = bisect_left(self.dates, day)
        if place == len(self.dates) or self.dates[place] != day:
            return None
        is_followed = place + 1 < len(self.dates) and self.dates[place + 1] <= day + self._days
        return None if is_followed else day + self._days
