"""Sets of facts up to a point: kept in order by key, so that a window costs two searches and a subtraction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from funds_monitor.domain.entries import Entry, Series
from funds_monitor.domain.expressions import Field, Name, walk
from funds_monitor.domain.facts import DAY_US, start_us
from funds_monitor.domain.points import Candidate, Point, read_name
from funds_monitor.domain.rules import Parameter, SetFeature
from funds_monitor.domain.timeline import Timeline

EPOCHS_KEPT_MAX = 4  # attributes change rarely; older ones are rebuilt when a late fact asks
WHOLE: tuple[Any, ...] = ()


class Window(NamedTuple):
    """Entries low … high − 1 of a series."""

    series: Series
    low: int
    high: int


class SetPlan:
    """One set of a rule: what it needs to know before it can be kept in order."""

    def __init__(self, feature: SetFeature, parameters: Mapping[str, Parameter], bit: int) -> None:
        self.feature = feature
        self.bit = bit
        self.by_group = "group" in feature.by
        self.by = tuple(name for name in feature.by if name != "group")
        names = feature.where.names if feature.where is not None else frozenset()
        functions = feature.where.functions if feature.where is not None else frozenset()
        # Membership that depends on the point itself cannot be kept: the stream is scanned instead.
        self.kept = not names & {"this", "d", "base_fen", "group"} and "related" not in functions
        self.parameters = tuple(name for name in names if name in parameters)
        self.varying = tuple(n for n in self.parameters if parameters[n].by_kind or parameters[n].by_size)
        self.attributes: tuple[str, ...] = ()
        if feature.where is not None:
            fields = [part for part in walk(feature.where.node) if isinstance(part, Field)]
            self.attributes = tuple(
                sorted({part.name for part in fields if isinstance(part.holder, Name) and part.holder.name == "org"})
            )

    def epoch(self, point: Point) -> tuple[Any, ...]:
        """Give what membership depends on besides the facts themselves."""
        if not self.attributes and not self.varying:
            return WHOLE
        org = point.org
        return tuple([getattr(org, name) for name in self.attributes] + [point[name] for name in self.varying])

    def given(self, point: Point) -> dict[str, Any]:
        """Give the names that membership may ask for."""
        found = {name: point[name] for name in self.parameters}
        found["org"] = point.org
        return found


class KeptSet:
    """The members of one set under one epoch, by key; one field summed."""

    def __init__(self, plan: SetPlan, field: str, timeline: Timeline, given: Mapping[str, Any]) -> None:
        self._plan = plan
        self._field = field
        self._timeline = timeline
        self._given = given
        self._series: dict[tuple[Any, ...], Series] = {}
        self._sliding: Sliding | None = None
        for entry in timeline.series(plan.feature.stream).entries:
            self.add(entry)

    def _key(self, entry: Entry) -> tuple[Any, ...]:
        plan, timeline = self._plan, self._timeline
        values = [read_name(timeline, entry, name, entry.day) for name in plan.by]
        if plan.by_group:
            values.append(entry.party or timeline.party_of(entry))
        if plan.feature.same_day:
            values.append(entry.data.booked_on)
        return tuple(values)

    def add(self, entry: Entry) -> None:
        """Take an entry in, if it belongs there."""
        where = self._plan.feature.where
        if where is not None and not where.run(Candidate(entry, self._timeline, self._given, None)):
            return
        key = self._key(entry)
        series = self._series.get(key)
        if series is None:
            series = self._series[key] = Series(self._field)
        elif series.positions and entry.position < series.positions[-1]:
            self._sliding = None
        series.add(entry)

    def remove(self, entry: Entry) -> None:
        """Take an entry out, if it is there."""
        key = self._key(entry)
        series = self._series.get(key)
        if series is not None and series.remove(entry.position):
            self._sliding = None
            if not series.entries:
                del self._series[key]

    def series(self, key: tuple[Any, ...]) -> Series | None:
        """Give the members of a key."""
        return self._series.get(key)

    def distinct(self, window: Window, field: str) -> int:
        """Count the different values of a field in a window, sliding on from the last one asked for."""
        sliding = self._sliding
        if sliding is None or sliding.series is not window.series or sliding.field != field:
            sliding = self._sliding = Sliding(window.series, field, self._timeline)
        return sliding.move(window.low, window.high)


class Sliding:
    """Counts of the values of a field in a window that mostly moves forward."""

    def __init__(self, series: Series, field: str, timeline: Timeline) -> None:
        self.series = series
        self.field = field
        self._timeline = timeline
        self._low = self._high = 0
        self._counts: Counter[Any] = Counter()

    def move(self, low: int, high: int) -> int:
        """Move to a window and count its different values.

        Shape: O(entries that came and went), at most O(window).
        """
        if low >= self._high or high <= self._low or low < self._low:
            self._counts.clear()
            self._low = self._high = low
        for place in range(self._high, high):
            self._count(place, 1)
        for place in range(high, self._high):
            self._count(place, -1)
        for place in range(self._low, low):
            self._count(place, -1)
        self._low, self._high = low, high
        return len(self._counts)

    def _count(self, place: int, step: int) -> None:
        entry = self.series.entries[place]
        value = read_name(self._timeline, entry, self.field, entry.day)
        if value is None:
            return
        self._counts[value] += step
        if not self._counts[value]:
            del self._counts[value]


class SetBook:
    """All kept sets of one organization."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._kept: dict[tuple[str, str, str], dict[tuple[Any, ...], KeptSet]] = {}

    def kept(self, rule: str, plan: SetPlan, field: str, point: Point) -> KeptSet:
        """Give the kept set for a point, building it when it was not asked for yet."""
        epochs = self._kept.setdefault((rule, plan.feature.name, field), {})
        epoch = plan.epoch(point)
        found = epochs.get(epoch)
        if found is None:
            indexes = self._timeline.indexes.setdefault(plan.feature.stream, [])
            if len(epochs) >= EPOCHS_KEPT_MAX:
                indexes.remove(epochs.pop(next(iter(epochs))))
            found = epochs[epoch] = KeptSet(plan, field, self._timeline, plan.given(point))
            indexes.append(found)
        return found


def bounds(plan: SetPlan, series: Series, point: Point) -> Window:
    """Give the part of a series that lies in the window of a point."""
    feature = plan.feature
    high = series.until(point.position)
    if feature.same_day:
        return Window(series, 0, high)
    if feature.within is not None:
        return Window(series, series.after(point.position.time_us - feature.within.run(point) * DAY_US), high)
    day = feature.since.run(point) if feature.since is not None else None
    return Window(series, series.after(start_us(day) - 1) if day is not None else high, high)


def keys_at(plan: SetPlan, point: Point) -> list[tuple[Any, ...]]:
    """Give the keys that are equal to those of the fact at hand; a group has one for each member."""
    entry, timeline = point.entry, point.timeline
    values = [read_name(timeline, entry, name, point.day) for name in plan.by]
    tail = [entry.data.booked_on] if plan.feature.same_day else []
    if not plan.by_group:
        return [tuple(values + tail)]
    party = entry.party or timeline.party_of(entry)
    return [(*values, member, *tail) for member in timeline.book.kinship.group(party, point.day)[1]]


def windows(rule: str, plan: SetPlan, field: str, point: Point, book: SetBook) -> list[Window]:
    """Give the members of a set at a point, as parts of kept series."""
    kept = book.kept(rule, plan, field, point)
    found = []
    for key in keys_at(plan, point):
        series = kept.series(key)
        if series is not None:
            found.append(bounds(plan, series, point))
    return found


def scanned(plan: SetPlan, point: Point) -> Series:
    """Give the members of a set whose condition depends on the point, by scanning its window."""
    timeline, where = point.timeline, plan.feature.where
    window = bounds(plan, timeline.series(plan.feature.stream), point)
    found = Series()
    here = read_key(plan, point.entry, point)
    for entry in window.series.entries[window.low : window.high]:
        if plan.feature.same_day and entry.data.booked_on != point.entry.data.booked_on:
            continue
        if read_key(plan, entry, point) == here and (
            where is None or where.run(Candidate(entry, timeline, point, point))
        ):
            found.add(entry)
    return found


def read_key(plan: SetPlan, entry: Entry, point: Point) -> tuple[Any, ...]:
    """Give the values that have to be equal."""
    return tuple(read_name(point.timeline, entry, name, point.day) for name in plan.feature.by)
