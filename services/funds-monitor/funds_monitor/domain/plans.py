"""A rule made ready to run: how each name is computed, and which bit says that it was looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import reduce
from typing import Any

from funds_monitor.domain.attributes import ATTRIBUTE_STREAMS
from funds_monitor.domain.compiling import read_field
from funds_monitor.domain.cover import COVER_STREAMS
from funds_monitor.domain.entries import Entry
from funds_monitor.domain.facts import DAY_US, Position
from funds_monitor.domain.lives import lives_on
from funds_monitor.domain.measuring import measured
from funds_monitor.domain.members import PointCompiler, compile_member
from funds_monitor.domain.operators import OPERATIONS
from funds_monitor.domain.paths import own_entries
from funds_monitor.domain.points import Candidate, Point, Shown, This, read_name
from funds_monitor.domain.rules import (
    SILENT_SINCE,
    AggregateFeature,
    AnyFeature,
    ExtremeFeature,
    Feature,
    LastFeature,
    OperatorFeature,
    Parameter,
    Rule,
    SetFeature,
    ValueFeature,
    ValuesFeature,
    parts_of,
)
from funds_monitor.domain.schemas import WAY
from funds_monitor.domain.sets import SetNumber, SetPlan, Window, bounds, fields_of, kept_at, keys_at, scanned, windows
from funds_monitor.domain.streams import ALL_STREAMS, DATED, LIVES, VOIDED
from funds_monitor.domain.versions import ALWAYS, Span
from funds_monitor.domain.words import Words

Compute = Callable[[Point], Any]


class RulePlan:
    """One rule with everything that does not depend on facts worked out, and the days that it judges.

    A version has a plan for each of its spans; `key` tells apart what an organization keeps for each.
    """

    def __init__(self, rule: Rule, words: Words, first_bit: int, span: Span = ALWAYS) -> None:
        self.rule = rule
        self.span = span
        self.judges_always = span == ALWAYS
        self.key = rule.id if span.first == ALWAYS.first else f"{rule.id} from {span.first}"
        self.versions: list[RulePlan] = [self]  # all plans of the rule, by their days
        self.bits: dict[str, int] = {}
        looking = [f for f in rule.features.values() if isinstance(f, SetFeature | AnyFeature | LastFeature)]
        for place, feature in enumerate(looking):
            self.bits[feature.name] = 1 << (first_bit + place)
        self.related_bit = 1 << (first_bit + len(looking))
        self.done_bit = self.related_bit << 1
        self.path_bit = self.done_bit << 1
        self.cover_bit = self.path_bit << 1
        self.register_bit = self.cover_bit << 1
        self.path_days = path_days_of(rule)
        self.bits_end = first_bit + len(looking) + 5
        self.all_bits = (1 << self.bits_end) - (1 << first_bit)
        self.dating = ATTRIBUTE_STREAMS | {each.stream for each in rule.deadlines.values()} - {"payment"}
        self.dates_payments = any(each.stream == "payment" for each in rule.deadlines.values())
        self.sets = {f.name: SetPlan(f, rule, words, self.bits[f.name]) for f in looking if isinstance(f, SetFeature)}
        receipts = [each for each in self.sets.values() if each.feature.stream in {"receipt", VOIDED}]
        self.payer_bits = sum(each.bit for each in receipts)  # sets whose parties are looked up each time
        by_group = sum(each.bit for each in receipts if each.by_group)
        self.group_bits = by_group | (self.path_bit if self.path_days else 0)  # what looks at groups by other ways
        self.look_ups = [f for f in looking if isinstance(f, AnyFeature | LastFeature)]
        self.given = frozenset({"d", "org", "this", "base_fen", SILENT_SINCE, *rule.parameters})
        self._compile = self._compiler(words)
        self.hit = [
            (branch, rule.needs.get(branch, ()), self._compile.run(each.node)) for branch, each in rule.hit.items()
        ]
        self.names: dict[str, Compute] = {
            "d": lambda point: point.day,
            "org": lambda point: point.org,
            "this": This,
            "base_fen": lambda point: point.timeline.base_fen(point.position, point.day),
            SILENT_SINCE: lambda point: point.timeline.signs[self.key].last(point.day),
            **{name: parameter_of(parameter) for name, parameter in rule.parameters.items()},
            **{name: self._compute(feature) for name, feature in rule.features.items()},
        }
        self.evidence = {branch: self._evidence(expression.names) for branch, expression in rule.hit.items()}
        defaults = {name: parameter.default for name, parameter in rule.parameters.items()}
        self.wakes: dict[str, Callable[[Entry], Any] | None] = {
            stream: None if each.text.strip() == "true" else compile_member(each.node, words, defaults, frozenset())
            for stream, each in rule.wakes_on.items()
        }
        self._bits_on = {stream: bits for stream in ALL_STREAMS if (bits := self._look_up_bits(stream))}
        self._sets_on: dict[str, list[SetPlan]] = {}
        for each in self.sets.values():
            self._sets_on.setdefault(each.feature.stream, []).append(each)
        self.heard = self._heard()
        self.measured = [name for name, f in rule.features.items() if not isinstance(f, SetFeature) and "#" not in name]

        self.shown = frozenset(self.measured)

    def judges_on(self, day: date) -> bool:
        """Say whether this version judges the points of a day."""
        return self.judges_always or self.span.holds(day)

    def _compiler(self, words: Words) -> PointCompiler:
        """Give a compiler that knows what is the same at every point of the rule."""
        rule = self.rule
        fields = [fields_of(stream) for stream in rule.wakes_on]
        same = frozenset.intersection(*fields) if fields and not rule.on_deadline else frozenset[str]()
        constants = {n: p.default for n, p in rule.parameters.items() if not p.by_kind and not p.by_size}
        known = frozenset({"stream", *rule.features, *self.given})
        return PointCompiler(words, rule.cost, constants=constants, fields=same, known=known)

    def _compute(self, feature: Feature) -> Compute:  # noqa: PLR0911 - one answer per form
        match feature:
            case ValueFeature():
                return self._compile.run(feature.expression.node)
            case SetFeature():
                return lambda point: self.members(feature.name, point)
            case AggregateFeature():
                return self._aggregate(feature)
            case ExtremeFeature():
                return extreme_of(feature)
            case ValuesFeature():
                return lambda point: self._values(feature, point)
            case AnyFeature():
                return self._any(feature)
            case LastFeature():
                return lambda point: self._last(feature, point)
            case OperatorFeature():
                return self._operation(feature)

    def _operation(self, feature: OperatorFeature) -> Compute:
        operation = OPERATIONS[feature.operator]

        def run(point: Point) -> Any:
            sets = {key: point[name] for key, name in feature.sets.items()}
            return operation(point, sets, {key: each.run(point) for key, each in feature.numbers.items()})

        return run

    def _aggregate(self, feature: AggregateFeature) -> Compute:
        plan, how, field = self.sets[feature.of], feature.how, feature.field
        if how in {"earliest", "latest"}:
            return self._at_end(feature)
        if how == "sum" and plan.kept:
            return self._kept_sum(feature)
        summed = field if how == "sum" else self._summed(feature.of)
        number = self._number(feature.of, summed)

        def run(point: Point) -> int | None:
            found = self.windows(feature.of, point, summed)
            if how == "count":
                return sum(window.high - window.low for window in found)
            if how == "sum":
                return sum(window.series.sum(window.low, window.high) for window in found)
            return measured(feature, plan, number, found=found, point=point)

        return run

    def _at_end(self, feature: AggregateFeature) -> Compute:
        """Give how a field of the first or last fact of a set is found."""
        name, *path = feature.field.split(".")

        def run(point: Point) -> Any:
            entry = self.end_of(feature.of, point, last=feature.how == "latest")
            value = read_name(point.timeline, entry, name, point.day) if entry is not None else None
            return reduce(read_field, path, value)

        return run

    def end_of(self, name: str, point: Point, *, last: bool) -> Entry | None:
        """Give the first or last member of a set at a point."""
        found = [window for window in self.windows(name, point) if window.low < window.high]
        ends = [window.series.entries[window.high - 1 if last else window.low] for window in found]
        return (max if last else min)(ends, key=position_of, default=None)

    def _kept_sum(self, feature: AggregateFeature) -> Compute:
        """Give the quick way to a sum over a kept set."""
        plan, field, bit = self.sets[feature.of], feature.field, self.sets[feature.of].bit
        number = self._number(feature.of, field)
        if not plan.has_keys:

            def run_whole(point: Point) -> int:
                point.asked |= bit
                window = bounds(plan, kept_at(number, plan, field, point).whole, point)
                return window.series.sum(window.low, window.high)

            return run_whole

        def run(point: Point) -> int:
            point.asked |= bit
            kept = kept_at(number, plan, field, point)
            return sum([kept.sum_at(key, plan, point) for key in keys_at(plan, point)])

        return run

    def _number(self, name: str, field: str) -> SetNumber:
        """Give the number under which a set, summed by a field, is kept."""
        return (self.bits[name], field)

    def windows(self, name: str, point: Point, field: str = "") -> list[Window]:
        """Give the members of a set at a point as parts of series, `field` summed in them."""
        plan = self.sets[name]
        point.asked |= plan.bit
        if plan.kept:
            summed = field or self._summed(name)
            return windows(kept_at(self._number(name, summed), plan, summed, point), plan, point)
        series = scanned(plan, point)
        if field:
            with_sums = type(series)(field)
            for entry in series:
                with_sums.add(entry)
            series = with_sums
        return [Window(series, 0, len(series))]

    def _summed(self, name: str) -> str:
        """Give a field that the set is summed by anyway, so that one kept series serves both."""
        for feature in self.rule.features.values():
            if isinstance(feature, AggregateFeature) and feature.of == name and feature.how == "sum":
                return feature.field
        return ""

    def members(self, name: str, point: Point) -> list[Entry]:
        """Give the members of a set at a point, in order."""
        return members_of(self.windows(name, point))

    def _found(self, feature: AnyFeature | LastFeature, point: Point) -> Iterator[Entry]:
        point.asked |= self.bits[feature.name]
        timeline, where, stream = point.timeline, feature.where, feature.stream
        on = feature.on if isinstance(feature, AnyFeature) else None
        day: date | None = on.run(point) if on is not None else None
        if on is not None and day is None:
            return
        endings = timeline.endings(stream) if day is not None else []
        within = feature.within if isinstance(feature, AnyFeature) else None
        after_us = point.position.time_us - within.run(point) * DAY_US if within is not None else None
        for entry in timeline.entries(stream):
            if after_us is not None and not after_us < entry.position.time_us:
                continue
            if day is not None:
                if not lives_on(entry.fact, day, endings):
                    continue
            elif stream not in DATED and entry.position > point.position:
                continue
            if where is None or where.run(Candidate(entry, timeline, point, point)):
                yield entry

    def _any(self, feature: AnyFeature) -> Compute:
        bit, stream, shared = self.bits[feature.name], feature.stream, feature.stream == "office"

        def run(point: Point) -> bool:
            if not shared and not point.timeline.series(stream).entries:
                point.asked |= bit
                return False
            return next(self._found(feature, point), None) is not None

        return run

    def _values(self, feature: ValuesFeature, point: Point) -> list[Any]:
        """Give the different values of a field of the facts that a look-up finds, in no order that means anything."""
        path = feature.field.split(".")
        values = (reduce(read_field, path, entry.data) for entry in self._found(feature, point))
        return list(dict.fromkeys(value for value in values if value is not None))

    def _last(self, feature: LastFeature, point: Point) -> Any:
        entry = self._last_entry(feature, point)
        if feature.then is None:
            return Shown(entry) if entry is not None else None
        if entry is None:
            return False
        return bool(feature.then.run(Candidate(entry, point.timeline, point, point)))

    def _last_entry(self, feature: LastFeature, point: Point) -> Entry | None:
        if feature.stream != "office" and not point.timeline.series(feature.stream).entries:
            point.asked |= self.bits[feature.name]
            return None
        found = [each for each in self._found(feature, point) if getattr(each.data, feature.order, None) is not None]
        pick = min if feature.earliest else max
        return pick(found, key=lambda each: (getattr(each.data, feature.order), each.position), default=None)

    def _evidence(self, names: Iterable[str]) -> tuple[Feature, ...]:
        """Name the sets and look-ups that a branch speaks of, directly or through other features."""
        asked, seen = list(names), set[str]()
        while asked:
            name = asked.pop()
            feature = self.rule.features.get(name)
            if feature is not None and name not in seen:
                seen.add(name)
                asked += parts_of(feature)
        return tuple(
            self.rule.features[name]
            for name in sorted(seen)
            if isinstance(self.rule.features[name], SetFeature | AnyFeature | LastFeature | OperatorFeature)
        )

    def looked_up(self, feature: Feature, point: Point) -> list[Entry]:
        """Give the facts that a look-up gave at a point, as evidence."""
        if isinstance(feature, AnyFeature):
            return list(self._found(feature, point))
        if isinstance(feature, LastFeature):
            entry = self._last_entry(feature, point)
            return [entry] if entry is not None and (feature.then is None or point[feature.name]) else []
        if isinstance(feature, OperatorFeature) and feature.gives == WAY:
            return own_entries(point[feature.name], point)
        return []

    def _heard(self) -> frozenset[str]:
        """Name the streams whose facts may move a point of the rule; start-up funds may move any."""
        rule = self.rule
        found = {*self.dating, *self.wakes, *self._bits_on, *self._sets_on}
        found.update(rule.silence.signs if rule.silence is not None else ())
        found.update({*COVER_STREAMS, "payment"} if rule.asks_cover else ())
        found.update({"payment"} if self.dates_payments else ())
        found.update({rule.done.stream} if rule.done is not None else ())
        return frozenset(found)

    def sets_on(self, stream: str) -> Sequence[SetPlan]:
        """Give the sets that are made of facts of a stream."""
        return self._sets_on.get(stream, ())

    def bits_on(self, stream: str) -> int:
        """Give the bits of look-ups that a fact of a stream may change (it may end one of another stream)."""
        return self._bits_on.get(stream, 0)

    def _look_up_bits(self, stream: str) -> int:
        bits = 0
        for feature in self.look_ups:
            life = LIVES.get(feature.stream)
            if stream == feature.stream or (life is not None and life.ended_by == stream):
                bits |= self.bits[feature.name]
        return bits

    def is_dated(self, stream: str) -> bool:
        """Say whether a look-up counts facts of a stream by their dates, whenever they became known."""
        for feature in self.look_ups:
            life = LIVES.get(feature.stream)
            if stream == feature.stream or (life is not None and life.ended_by == stream):
                on = feature.on if isinstance(feature, AnyFeature) else None
                if on is not None or feature.stream in DATED:
                    return True
        return False


def parameter_of(parameter: Parameter) -> Compute:
    """Give how a parameter gets its value."""
    if not parameter.by_kind and not parameter.by_size:
        default = parameter.default
        return lambda _: default
    return lambda point: parameter.value(point.org.kind, point.org.size)


def path_days_of(rule: Rule) -> int:
    """Give the longest time that a way may take which some operator searches; 0: none does."""
    widest = {name: parameter.widest for name, parameter in rule.parameters.items()}
    searching = (each for each in rule.features.values() if isinstance(each, OperatorFeature))
    windows = (each.numbers["window_days"] for each in searching if "window_days" in each.numbers)
    return max((int(window.run(widest)) for window in windows), default=0)


def extreme_of(feature: ExtremeFeature) -> Compute:
    """Give how the greatest or smallest of several features is found."""
    pick = max if feature.how == "max" else min

    def run(point: Point) -> int | None:
        values = [value for name in feature.of if (value := point[name]) is not None]
        return pick(values) if values else None

    return run


def members_of(found: list[Window]) -> list[Entry]:
    """Give the entries of several windows in order."""
    if len(found) == 1:
        window = found[0]
        return window.series.entries[window.low : window.high]
    entries = [entry for window in found for entry in window.series.entries[window.low : window.high]]
    return sorted(entries, key=position_of)


def position_of(entry: Entry) -> Position:
    """Give the position of an entry, for sorting."""
    return entry.position


def plan_rules(rules: Iterable[tuple[Rule, Span]], words: Words) -> list[RulePlan]:
    """Plan all rules and the days that they judge, each with bits of its own."""
    plans: list[RulePlan] = []
    versions: dict[str, list[RulePlan]] = {}
    bit = 0
    for rule, span in rules:
        plan = RulePlan(rule, words, bit, span)
        plan.versions = versions.setdefault(rule.id, [])
        plan.versions.append(plan)
        plans.append(plan)
        bit = plan.bits_end
    return plans
