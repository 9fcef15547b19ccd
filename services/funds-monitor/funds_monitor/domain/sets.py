"""Sets of facts up to a point: kept in order by key, so that a window costs two searches and a subtraction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, NamedTuple

from contracts.catalogue import EVENT_TYPES
from funds_monitor.domain.checking import KIN_CALLS
from funds_monitor.domain.entries import Entry, Series
from funds_monitor.domain.expressions import Field, Name, walk
from funds_monitor.domain.facts import DAY_US, end_us, start_us
from funds_monitor.domain.members import OF_ENTRY, compile_member
from funds_monitor.domain.points import Candidate, Point, This, party_at, read_name
from funds_monitor.domain.rules import SILENT_SINCE, Expression, Parameter, Rule, SetFeature, ValuesFeature
from funds_monitor.domain.sliding import Sliding
from funds_monitor.domain.streams import STREAMS
from funds_monitor.domain.timeline import Timeline
from funds_monitor.domain.words import Words

EPOCHS_KEPT_MAX = 4  # attributes change rarely; older ones are rebuilt when a late fact asks
CONDITIONS_KEPT_MAX = 256  # combinations of kinds and attributes; a handful in practice
WHOLE: tuple[Any, ...] = ()
Condition = Callable[[Entry], Any]
SetNumber = tuple[int, str]  # bit of the set, field summed: no two sets of a rule book share it


class Window(NamedTuple):
    """Entries low … high − 1 of a series."""

    series: Series
    low: int
    high: int


class SetPlan:
    """One set of a rule: what it needs to know before it can be kept in order."""

    def __init__(self, feature: SetFeature, rule: Rule, words: Words, bit: int) -> None:
        self.feature = feature
        parameters = rule.parameters
        self.bit = bit
        self._words = words
        self._fields = fields_of(feature.stream)
        self.by_group = "group" in feature.by
        self.by_values = tuple(compile_member(each.node, words, {}, frozenset()) for each in feature.by_values)
        self.by = (*(attrgetter_of(name) for name in feature.by if name != "group"), *self.by_values)
        self.by_given = tuple(
            attrgetter_of(key.field)
            if key.computed is None
            else compile_member(key.computed.node, words, {}, frozenset())
            for key in feature.by_given
        )
        self.has_keys = bool(feature.by or feature.by_values or feature.by_given) or feature.same_day
        self.is_open = (
            feature.since is None and feature.until is None and feature.after is None and feature.before is None
        )  # a fact at hand is in its own window
        names = feature.where.names if feature.where is not None else frozenset()
        self.parameters = tuple(name for name in names if name in parameters)
        self.varying = tuple(n for n in self.parameters if parameters[n].by_kind or parameters[n].by_size)
        self.attributes = fields_asked(feature.where, "org")
        asked = fields_asked(feature.where, "this")
        self.lists = tuple(name for name in asked if isinstance(rule.features.get(name), ValuesFeature))
        self.varies = bool(self.attributes or self.varying or self.lists)
        self.kept = self._is_kept(
            of_point={"d", "base_fen", SILENT_SINCE} | ({"this"} if self.lists != asked else set())
        )
        self.within_us = self._constant_span(parameters)
        widest = {name: parameter.widest for name, parameter in parameters.items()}
        # For whatever kind and size; None: it reaches back to the beginning.
        self.days_max: int | None = int(feature.within.run(widest)) if feature.within is not None else None
        self._conditions: dict[tuple[Any, ...], Condition | None] = {}

    def _is_kept(self, of_point: set[str]) -> bool:
        """Say whether membership depends on facts, attributes and lists alone; else each point scans the stream."""
        feature = self.feature
        derived = {"group", "ngo_name", "ngo_code"} | (set() if feature.stream == "payment" else {"party"})
        if derived & set(feature.by) - ({"group"} if feature.stream == "payment" else set()):
            return False
        if feature.where is None:
            return True
        by_point = feature.where.names & (of_point | derived)
        return not by_point and not feature.where.functions & KIN_CALLS

    def _constant_span(self, parameters: Mapping[str, Parameter]) -> int | None:
        within = self.feature.within
        if within is None or any(parameters[name].by_kind or parameters[name].by_size for name in within.names):
            return None
        return int(within.run({name: parameters[name].default for name in within.names})) * DAY_US

    def epoch(self, point: Point) -> tuple[Any, ...]:
        """Give what membership depends on besides the facts themselves."""
        org = point.org
        found = [getattr(org, name) for name in self.attributes] + [point[name] for name in self.varying]
        return (*found, *(tuple(point[name]) for name in self.lists))

    def condition(self, epoch: tuple[Any, ...], point: Point) -> Condition | None:
        """Give the condition of membership under an epoch, compiled once for all organizations; None: everything."""
        if self.feature.where is None:
            return None
        found = self._conditions.get(epoch)
        if found is None:
            if len(self._conditions) >= CONDITIONS_KEPT_MAX:
                self._conditions.clear()
            given = {name: point[name] for name in self.parameters} | {"org": point.org, "this": This(point)}
            found = compile_member(self.feature.where.node, self._words, given, self._fields)
            self._conditions[epoch] = found
        return found


def attrgetter_of(name: str) -> Callable[[Entry], Any]:
    """Give how a field of an entry is read."""
    return OF_ENTRY.get(name) or attrgetter(f"data.{name}")


def fields_asked(where: Expression | None, of: str) -> tuple[str, ...]:
    """Name the fields of `org` or `this` that a condition reads, in order."""
    fields = [part for part in walk(where.node) if isinstance(part, Field)] if where is not None else []
    return tuple(sorted({part.name for part in fields if isinstance(part.holder, Name) and part.holder.name == of}))


def fields_of(stream: str) -> frozenset[str]:
    """Name the fields that every fact of a stream has."""
    kinds = [set(EVENT_TYPES[name].data.__struct_fields__) for name, each in STREAMS.items() if each == stream]
    return frozenset(set.intersection(*kinds)) if kinds else frozenset()


class KeptSet:
    """The members of one set under one epoch, by key; one field summed. A key with one member holds it bare."""

    __slots__ = (
        "_by",
        "_by_group",
        "_condition",
        "_field",
        "_has_keys",
        "_members",
        "_same_day",
        "_slides",
        "dropped",
        "whole",
    )

    def __init__(self, plan: SetPlan, field: str, timeline: Timeline, condition: Condition | None) -> None:
        self._by = (*plan.by, *plan.by_given)
        self._by_group = plan.by_group
        self._same_day = plan.feature.same_day
        self._has_keys = plan.has_keys
        self._field = field
        self._condition = condition
        self._members: dict[tuple[Any, ...], Series | Entry] = {}
        self.whole = Series(field)  # all members, where there are no keys
        self._slides: dict[tuple[Any, ...], dict[str, Sliding]] = {}  # by key and measure
        self.dropped = False
        for entry in timeline.series(plan.feature.stream).entries:
            self.add(entry)

    def _key(self, entry: Entry) -> tuple[Any, ...]:
        values = [read(entry) for read in self._by]
        if self._by_group:
            values.append(entry.party)
        if self._same_day:
            values.append(entry.data.booked_on)
        return tuple(values)

    def add(self, entry: Entry) -> None:
        """Take an entry in, if it belongs there."""
        if self._condition is not None and not self._condition(entry):
            return
        if not self._has_keys:
            self._put(WHOLE, self.whole, entry)
            return
        key = self._key(entry)
        known = self._members.get(key)
        if known is None:
            self._members[key] = entry
            return
        if isinstance(known, Entry):
            if known.position == entry.position:
                return
            alone, known = known, Series(self._field)
            known.add(alone)
            self._members[key] = known
        self._put(key, known, entry)

    def _put(self, key: tuple[Any, ...], series: Series, entry: Entry) -> None:
        if series.positions and entry.position < series.positions[-1]:
            self._slides.pop(key, None)  # places have moved
        series.add(entry)

    def remove(self, entry: Entry) -> None:
        """Take an entry out, if it is there."""
        if not self._has_keys:
            if self.whole.remove(entry.position):
                self._slides.clear()
            return
        key = self._key(entry)
        known = self._members.get(key)
        if isinstance(known, Entry):
            if known.position == entry.position:
                del self._members[key]
        elif known is not None:
            self._slides.pop(key, None)
            known.remove(entry.position)
            if not known.entries:
                del self._members[key]

    def series(self, key: tuple[Any, ...]) -> Series | None:
        """Give the members of a key."""
        known = self._members.get(key)
        if isinstance(known, Entry):
            alone = Series(self._field)
            alone.add(known)
            return alone
        return known

    def sum_at(self, key: tuple[Any, ...], plan: SetPlan, point: Point) -> int:
        """Add the field over the members of a key in the window of a point."""
        known = self._members.get(key)
        if known is None:
            return 0
        if isinstance(known, Entry):
            alone = plan.feature.same_day and known.position <= point.position
            if alone or (known is point.entry and plan.is_open):
                return getattr(known.data, self._field) or 0
            series = self.series(key) or Series(self._field)
            window = bounds(plan, series, point)
        else:
            window = bounds(plan, known, point)
        return window.series.sum(window.low, window.high)

    def measure(self, key: tuple[Any, ...], window: Window, name: str, make: Callable[[], Any]) -> Any:
        """Give a measure of a window of a key's members, sliding on from the last one asked for."""
        slides = self._slides.setdefault(key, {})
        sliding = slides.get(name)
        if sliding is None or sliding.series is not window.series:
            sliding = slides[name] = Sliding(window.series, make)
        return sliding.move(window.low, window.high)


class SetBook:
    """All kept sets of one organization."""

    __slots__ = ("_kept", "_timeline")

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._kept: dict[SetNumber, dict[tuple[Any, ...], KeptSet]] = {}

    def build(self, number: SetNumber, plan: SetPlan, field: str, point: Point) -> KeptSet:
        """Give the kept set for the attributes of a point, building it when it was not asked for yet."""
        epochs = self._kept.setdefault(number, {})
        epoch = plan.epoch(point) if plan.varies else WHOLE
        found = epochs.get(epoch)
        if found is None:
            indexes = self._timeline.indexes.setdefault(plan.feature.stream, [])
            if len(epochs) >= EPOCHS_KEPT_MAX:
                oldest = epochs.pop(next(iter(epochs)))
                oldest.dropped = True  # attributes may still point to it
                indexes.remove(oldest)
            found = epochs[epoch] = KeptSet(plan, field, self._timeline, plan.condition(epoch, point))
            indexes.append(found)
        if not plan.lists:  # a list is another one at other points under the same attributes
            point.org.kept[number] = found
        return found


def kept_at(number: SetNumber, plan: SetPlan, field: str, point: Point) -> KeptSet:
    """Give the kept set that holds at a point."""
    found: KeptSet | None = point.org.kept.get(number)
    if found is not None and not found.dropped:
        return found
    book = point.timeline.kept
    if book is None:
        book = point.timeline.kept = SetBook(point.timeline)
    built: KeptSet = book.build(number, plan, field, point)
    return built


def bounds(plan: SetPlan, series: Series, point: Point) -> Window:
    """Give the part of a series of members that lies in the window of a point, the newest ones where they suffice."""
    window = span_of(plan, series, point)
    newest = plan.feature.newest
    return window if newest is None else window._replace(low=max(window.low, window.high - newest))


def span_of(plan: SetPlan, series: Series, point: Point) -> Window:
    """Give the part of a series that lies in the spans of a set at a point."""
    high = series.until(point.position)
    if plan.feature.same_day:
        return Window(series, 0, high)
    low, within_us = 0, plan.within_us
    if within_us is None and plan.feature.within is not None:
        within_us = plan.feature.within.run(point) * DAY_US
    if within_us is not None:
        low = series.after(point.position.time_us - within_us)
    if plan.feature.since is not None:
        day = plan.feature.since.run(point)
        low = max(low, series.after(start_us(day) - 1)) if day is not None else high
    if plan.feature.until is not None:
        day = plan.feature.until.run(point)
        until = series.after(end_us(day) - 1) if day is not None else low
        high = until if plan.feature.ahead else min(high, until)
    if plan.feature.after is not None:
        first = point.plan.end_of(plan.feature.after, point, last=False)
        low = max(low, series.until(first.position)) if first is not None else high
    if plan.feature.before is not None:
        first = point.plan.end_of(plan.feature.before, point, last=False)
        high = min(high, series.before(first.position)) if first is not None else low
    return Window(series, low, max(low, high))


def keys_at(plan: SetPlan, point: Point) -> list[tuple[Any, ...]]:
    """Give the keys that are equal to those of the fact at hand; a group has one for each member."""
    entry = point.entry
    alike = entry.stream == plan.feature.stream
    values = [read(entry) for read in plan.by] if alike else list(read_key(plan, entry, point))
    values += [key.value.run(point) for key in plan.feature.by_given]
    tail = (entry.data.booked_on,) if plan.feature.same_day else ()
    if not plan.by_group:
        return [(*values, *tail)]
    kinship, party = point.timeline.book.kinship, party_at(point.timeline, entry)
    if party is None or not kinship.knows(party):
        return [(*values, party, *tail)]
    return [(*values, member, *tail) for member in kinship.group(party, point.day)[1]]


def windows(kept: KeptSet, plan: SetPlan, point: Point) -> list[Window]:
    """Give the members of a set at a point, as parts of kept series: one for each member of a group."""
    if not plan.has_keys:
        return [bounds(plan, kept.whole, point)]
    found = [kept.series(key) for key in keys_at(plan, point)]
    return [bounds(plan, series, point) for series in found if series is not None]


def scanned(plan: SetPlan, point: Point) -> Series:
    """Give the members of a set whose condition depends on the point, by scanning its window."""
    timeline, where = point.timeline, plan.feature.where
    window = span_of(plan, timeline.series(plan.feature.stream), point)
    found = Series()
    here = (*read_key(plan, point.entry, point), *(key.value.run(point) for key in plan.feature.by_given))
    for entry in window.series.entries[window.low : window.high]:
        if plan.feature.same_day and entry.data.booked_on != point.entry.data.booked_on:
            continue
        if (*read_key(plan, entry, point), *(read(entry) for read in plan.by_given)) == here and (
            where is None or where.run(Candidate(entry, timeline, point, point))
        ):
            found.add(entry)
    return found if plan.feature.newest is None else newest_of(found, plan.feature.newest)


def newest_of(series: Series, count: int) -> Series:
    """Give the last entries of a series."""
    found = Series()
    for entry in series.entries[-count:]:
        found.add(entry)
    return found


def read_key(plan: SetPlan, entry: Entry, point: Point) -> tuple[Any, ...]:
    """Give the values that have to be equal."""
    by = plan.feature.by if not (plan.kept and plan.by_group) else [name for name in plan.feature.by if name != "group"]
    names = (read_name(point.timeline, entry, name, point.day) for name in by)
    return (*names, *(read(entry) for read in plan.by_values))
