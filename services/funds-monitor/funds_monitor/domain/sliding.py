"""Measures over a window that mostly moves forward: each entry comes and goes once, none is looked at again."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from funds_monitor.domain.entries import Entry, Series

Read = Callable[[Entry], Any]


class Different:
    """The values of a field, each with how often it occurs; nulls are skipped."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._counts: Counter[Any] = Counter()

    def come(self, entry: Entry) -> None:
        """Count a value."""
        value = self._read(entry)
        if value is not None:
            self._counts[value] += 1

    def go(self, entry: Entry) -> None:
        """Count a value no more."""
        value = self._read(entry)
        if value is not None:
            self._counts[value] -= 1
            if not self._counts[value]:
                del self._counts[value]

    def count(self) -> int:
        """Count the different values."""
        return len(self._counts)


class Commonest(Different):
    """As `Different`, and how many values occur so often.

    Shape: different numbers of occurrences are few, at most the root of twice the window; an answer looks at n of them.
    """

    def __init__(self, read: Read) -> None:
        super().__init__(read)
        self._sharing: Counter[int] = Counter()  # occurrences -> how many values have them
        self._occurring: list[int] = []  # the different numbers of occurrences, in order

    def come(self, entry: Entry) -> None:
        """Count a value."""
        before = self._counts[self._read(entry)]
        super().come(entry)
        self._moved(before, self._counts[self._read(entry)])

    def go(self, entry: Entry) -> None:
        """Count a value no more."""
        before = self._counts[self._read(entry)]
        super().go(entry)
        self._moved(before, self._counts[self._read(entry)])

    def _moved(self, before: int, after: int) -> None:
        if before == after:
            return
        if before:
            self._sharing[before] -= 1
            if not self._sharing[before]:
                del self._sharing[before]
                del self._occurring[bisect_left(self._occurring, before)]
        if after:
            if after not in self._sharing:
                insort(self._occurring, after)
            self._sharing[after] += 1

    def top(self, values: int) -> int:
        """Count the entries that have one of the commonest values."""
        found = 0
        for occurrences in reversed(self._occurring):
            taken = min(values, self._sharing[occurrences])
            found += taken * occurrences
            values -= taken
            if not values:
                break
        return found


class Middle:
    """The middle of a field's values: two heaps that meet there; what has gone is dropped when it comes to the top.

    Shape: O(log n) for each entry that comes or goes, amortized.
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._low: list[int] = []  # negated: the greatest on top; holds the middle
        self._high: list[int] = []
        self._low_count = self._high_count = 0
        self._gone: Counter[int] = Counter()

    def come(self, entry: Entry) -> None:
        """Take a value in."""
        value = self._read(entry)
        if value is None:
            return
        if self._low_count and value > -self._low[0]:
            heappush(self._high, value)
            self._high_count += 1
        else:
            heappush(self._low, -value)
            self._low_count += 1
        self._balance()

    def go(self, entry: Entry) -> None:
        """Take a value out."""
        value = self._read(entry)
        if value is None:
            return
        self._gone[value] += 1
        if value <= -self._low[0]:
            self._low_count -= 1
        else:
            self._high_count -= 1
        self._prune()
        self._balance()

    def _prune(self) -> None:
        for heap, sign in ((self._low, -1), (self._high, 1)):
            while heap and self._gone[sign * heap[0]]:
                self._gone[sign * heappop(heap)] -= 1

    def _balance(self) -> None:
        if self._low_count > self._high_count + 1:
            heappush(self._high, -heappop(self._low))
            self._low_count, self._high_count = self._low_count - 1, self._high_count + 1
        elif self._low_count < self._high_count:
            heappush(self._low, -heappop(self._high))
            self._low_count, self._high_count = self._low_count + 1, self._high_count - 1
        self._prune()

    def median(self) -> int | None:
        """Give the middle value, the lower one of two; None where there is no value."""
        return -self._low[0] if self._low_count else None


class MonthSums:
    """The sums of a field by the month in which an entry stands; months without any entry do not count."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._sums: Counter[tuple[int, int]] = Counter()
        self._entries: Counter[tuple[int, int]] = Counter()

    def come(self, entry: Entry) -> None:
        """Add an entry to its month."""
        month = (entry.day.year, entry.day.month)
        self._sums[month] += self._read(entry) or 0
        self._entries[month] += 1

    def go(self, entry: Entry) -> None:
        """Take an entry out of its month."""
        month = (entry.day.year, entry.day.month)
        self._sums[month] -= self._read(entry) or 0
        self._entries[month] -= 1
        if not self._entries[month]:
            del self._sums[month], self._entries[month]

    def median(self) -> int:
        """Give the middle sum, the lower one of two; 0 where there is none."""
        sums = sorted(self._sums.values())
        return sums[(len(sums) - 1) // 2] if sums else 0


class Sliding:
    """A measure of a part of a series."""

    def __init__(self, series: Series, measure: Callable[[], Any]) -> None:
        self.series = series
        self._make = measure
        self._measure: Any = measure()
        self._low = self._high = 0

    def move(self, low: int, high: int) -> Any:
        """Move to entries low … high − 1 and give the measure of them.

        Shape: O(entries that came and went), at most O(window).
        """
        if low >= self._high or high <= self._low or low < self._low:
            self._measure = self._make()
            self._low = self._high = low
        entries, measure = self.series.entries, self._measure
        for place in range(self._high, high):
            measure.come(entries[place])
        for place in range(high, self._high):
            measure.go(entries[place])
        for place in range(self._low, low):
            measure.go(entries[place])
        self._low, self._high = low, high
        return measure
