"""Believed facts as the rules meet them: with what is known of each, in lists ordered by position."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from datetime import date
from typing import Any

from funds_monitor.domain.facts import Fact, Position, day_of

EVERYTHING = -1  # all bits: whatever was asked of a point that was never judged in this process
NO_KEYS: frozenset[str] = frozenset()
NO_SUMS: list[int] = []  # shared by all series that sum nothing


class Entry:
    """One believed fact; of a payment also its marks, taken at its own position.

    `consulted` holds a bit per feature of every rule that was looked at when this fact was last judged as a point.
    """

    __slots__ = (
        "award",
        "budgeted",
        "buyer_code",
        "cleared",
        "consulted",
        "data",
        "day",
        "external",
        "fact",
        "first_time",
        "party",
        "position",
        "stream",
    )

    def __init__(self, fact: Fact, stream: str | None = None, position: Position | None = None) -> None:
        self.fact = fact
        self.stream = stream or fact.stream
        self.position = position or fact.position
        self.data: Any = fact.data
        self.day: date = day_of(self.position)
        self.party = ""
        self.external = True
        self.first_time = False
        self.cleared = NO_KEYS
        self.award: str | None = None
        self.budgeted = False
        self.buyer_code: str | None = fact.data.buyer.code if fact.stream == "award" else None
        self.consulted = EVERYTHING


class Series:
    """Entries in order of position, with running sums of one field.

    Shape:  appending O(1), inserting O(distance from the end), a window's bounds and sum O(log n).
    """

    __slots__ = ("entries", "field", "positions", "sums")

    def __init__(self, field: str = "") -> None:
        self.field = field
        self.positions: list[Position] = []
        self.entries: list[Entry] = []
        self.sums: list[int] = [0] if field else NO_SUMS

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def add(self, entry: Entry) -> None:
        """Put an entry where it belongs; one that is there already is left alone."""
        position, positions = entry.position, self.positions
        amount = (getattr(entry.data, self.field) or 0) if self.field else 0
        if not positions or position > positions[-1]:
            positions.append(position)
            self.entries.append(entry)
            if self.field:
                self.sums.append(self.sums[-1] + amount)
            return
        place = bisect_left(positions, position)
        if positions[place] == position:
            return
        positions.insert(place, position)
        self.entries.insert(place, entry)
        if self.field:
            self.sums.insert(place + 1, self.sums[place])
            self._shift(place + 1, amount)

    def remove(self, position: Position) -> bool:
        """Take an entry out; say whether it was there."""
        place = bisect_left(self.positions, position)
        if place == len(self.positions) or self.positions[place] != position:
            return False
        del self.positions[place]
        entry = self.entries.pop(place)
        if self.field:
            del self.sums[place + 1]
            self._shift(place + 1, -(getattr(entry.data, self.field) or 0))
        return True

    def _shift(self, start: int, amount: int) -> None:
        sums = self.sums
        for place in range(start, len(sums)):
            sums[place] += amount

    def at(self, position: Position) -> Entry | None:
        """Give the entry that stands at a position."""
        place = bisect_left(self.positions, position)
        return self.entries[place] if place < len(self.positions) and self.positions[place] == position else None

    def until(self, position: Position) -> int:
        """Count the entries up to and including a position."""
        positions = self.positions
        if not positions or positions[-1] <= position:
            return len(positions)
        return bisect_right(positions, position)

    def before(self, position: Position) -> int:
        """Count the entries before a position."""
        return bisect_left(self.positions, position)

    def after(self, time_us: int) -> int:
        """Count the entries up to and including a time."""
        return bisect_left(self.positions, (time_us + 1, "", ""))

    def sum(self, low: int, high: int) -> int:
        """Add the field over entries low … high − 1."""
        return self.sums[high] - self.sums[low] if high > low else 0


class Positions:
    """Positions in order, nothing else."""

    __slots__ = ("_positions",)

    def __init__(self) -> None:
        self._positions: list[Position] = []

    def add(self, position: Position) -> None:
        """Put a position where it belongs."""
        if not self._positions or position > self._positions[-1]:
            self._positions.append(position)
        else:
            insort(self._positions, position)

    def remove(self, position: Position) -> None:
        """Take a position out."""
        place = bisect_left(self._positions, position)
        if place < len(self._positions) and self._positions[place] == position:
            del self._positions[place]

    def first(self) -> Position | None:
        """Give the first position."""
        return self._positions[0] if self._positions else None
