"""Rules as typed objects; what each part means is written in docs/rule-language.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any, Literal

from msgspec import Struct

from funds_monitor.domain.expressions import Call, Name, Node, walk
from funds_monitor.domain.expressions import Literal as Constant
from funds_monitor.domain.outcome import Severity
from funds_monitor.domain.schemas import RIVALS

Aggregate = Literal["count", "sum", "distinct", "median", "median_of_months", "commonest", "earliest", "latest"]
ASKING_OTHERS = frozenset({"hits_within", "branches_within", "repeated"})
SILENT_SINCE = "silent_since"  # a name of points: the date of the last sign of life up to `d`
SEED_IN_FORCE = date(2023, 1, 18)  # the seed measures were issued on this day (SEED-2023-3)


class Expression(Struct, frozen=True, dict=True):
    """A checked expression with every `let` expanded: its tree, its type, and the closure to run."""

    text: str
    node: Node
    type: str
    run: Callable[[Any], Any]

    @cached_property
    def names(self) -> frozenset[str]:
        """The bare names that it speaks of."""
        return frozenset(part.name for part in walk(self.node) if isinstance(part, Name))

    @cached_property
    def functions(self) -> frozenset[str]:
        """The functions that it calls."""
        return frozenset(part.function for part in walk(self.node) if isinstance(part, Call))

    @cached_property
    def clearing_keys(self) -> frozenset[str]:
        """The clearing keys that it names."""
        calls = [part for part in walk(self.node) if isinstance(part, Call) and part.function == "cleared"]
        return frozenset(str(item.value) for call in calls for item in call.arguments if isinstance(item, Constant))


class LawRow(Struct, frozen=True):
    """One clause with the time and the kinds that it is in force for."""

    key: str
    article: str
    in_force: date | None = None
    in_force_to: date | None = None
    kinds: tuple[str, ...] | None = None
    unverified: bool = False

    def in_force_on(self, day: date) -> bool:
        """Say whether it is in force on a date."""
        return (self.in_force is None or self.in_force <= day) and (self.in_force_to is None or day <= self.in_force_to)


class Parameter(Struct, frozen=True):
    """A number that may be changed without a programmer."""

    name: str
    default: int
    unit: str
    statutory: str | None = None
    by_kind: Mapping[str, int] = {}
    by_size: Mapping[str, int] = {}

    @property
    def widest(self) -> int:
        """The greatest value that it has for any kind or size."""
        return max([self.default, *self.by_kind.values(), *self.by_size.values()])

    def value(self, kind: str | None, size: str) -> int:
        """Give the value for a kind, else for a size, else the default."""
        if kind is not None and kind in self.by_kind:
            return self.by_kind[kind]
        return self.by_size.get(size, self.default)


class ValueFeature(Struct, frozen=True, tag="value"):
    """Computed at the point."""

    name: str
    expression: Expression


class GivenKey(Struct, frozen=True):
    """A key that equals what the point says, not what `this` has: a field of the fact, or something computed of it."""

    field: str
    computed: Expression | None
    value: Expression


class SetFeature(Struct, frozen=True, tag="of"):
    """Facts of a stream up to the point: in a sliding window, on the day, or since a date."""

    name: str
    stream: str
    where: Expression | None
    by: tuple[str, ...]
    within: Expression | None  # days
    same_day: bool
    since: Expression | None
    by_values: tuple[Expression, ...] = ()  # further keys, computed of each fact alone
    by_given: tuple[GivenKey, ...] = ()
    after: str | None = None  # a set: only facts behind its first one
    until: Expression | None = None  # a date: only facts up to its end
    ahead: bool = False  # up to that date also where it lies behind the point
    before: str | None = None  # a set: only facts ahead of its first one
    newest: int | None = None  # only so many of the last ones


class AggregateFeature(Struct, frozen=True, tag="aggregate"):
    """An integer over a set, or a field of its first or last fact."""

    name: str
    how: Aggregate
    of: str
    field: str = ""
    values: Expression | None = None  # how many values count as the commonest


class ExtremeFeature(Struct, frozen=True, tag="extreme"):
    """The greatest or smallest of several features; nulls are skipped."""

    name: str
    how: Literal["max", "min"]
    of: tuple[str, ...]


class AnyFeature(Struct, frozen=True, tag="any"):
    """Whether a fact exists; with `on`, lives on that date; with `within`, at a position of so many days."""

    name: str
    stream: str
    where: Expression | None
    on: Expression | None
    within: Expression | None = None  # days


class ValuesFeature(AnyFeature, frozen=True, tag="values"):
    """The different values of a field of the facts that exist."""

    field: str = ""


class LastFeature(Struct, frozen=True, tag="last"):
    """The fact with the greatest (order, position), or the smallest; with `then`, whether it passes."""

    name: str
    stream: str
    order: str
    where: Expression | None
    then: Expression | None
    earliest: bool = False


class OperatorFeature(Struct, frozen=True, tag="operator"):
    """Registered Python over sets and numbers."""

    name: str
    operator: str
    sets: Mapping[str, str]
    numbers: Mapping[str, Expression]
    gives: str


Feature = ValueFeature | SetFeature | AggregateFeature | ExtremeFeature | AnyFeature | LastFeature | OperatorFeature


class Episode(Struct, frozen=True):
    """How true points of one key form alerts."""

    kind: Literal["regroup", "value", "single"]
    regroup_days: int = 0
    field: str = ""


class AlertBy(Struct, frozen=True):
    """What tells alerts of one rule apart."""

    fields: Mapping[str, str] = {}  # stream -> field of the waking fact
    branches: Mapping[str, tuple[Expression, ...]] = {}  # several values make one key together


class Deadline(Struct, frozen=True):
    """A date on which a rule looks: the organization's own, or one for each fact of a stream.

    With `once`, facts that give it one value share one deadline; the first of them stands for it.
    """

    name: str
    day: Expression
    stream: str = ""
    where: Expression | None = None  # which facts have one
    once: Expression | None = None


class Silence(Struct, frozen=True):
    """A date so many days after the last sign of life: what counts as one, and when it was, by stream."""

    name: str
    signs: Mapping[str, Expression]
    days: int


class Wait(Struct, frozen=True):
    """A topic that has to be complete before some branches (none named: all) may speak.

    `until` names the feature that gives the date to whose end it has to be; none: the date of the point.
    """

    topic: str
    branches: tuple[str, ...] = ()
    until: str = ""

    def holds_back(self, branches: Iterable[str]) -> bool:
        """Say whether it matters to a point at which these branches are true."""
        return not self.branches or not set(self.branches).isdisjoint(branches)


class Done(Struct, frozen=True):
    """What ends an absence after all; with branches, only the absence that they state."""

    stream: str
    field: str
    where: Expression | None = None
    branches: tuple[str, ...] = ()

    def concerns(self, branches: Iterable[str]) -> bool:
        """Say whether it ends what a point states at which these branches are true."""
        return not self.branches or not set(self.branches).isdisjoint(branches)


class SeverityLine(Struct, frozen=True):
    """A level and the condition for it; the first line that holds counts."""

    level: Severity
    when: Expression | None


class Wording(Struct, frozen=True):
    """A text in both languages."""

    zh: str
    en: str


class Rule(Struct, frozen=True, dict=True):
    """One indicator."""

    id: str
    version: int
    name: Wording
    seed: tuple[int, ...]
    decides: str
    law: tuple[LawRow, ...]
    kinds: tuple[str, ...]
    unregistered: bool
    statuses: tuple[str, ...]
    wakes_on: Mapping[str, Expression]
    on_deadline: bool
    deadlines: Mapping[str, Deadline]
    silence: Silence | None
    alert_by: AlertBy
    episode: Episode
    waits: tuple[Wait, ...]
    parameters: Mapping[str, Parameter]
    features: Mapping[str, Feature]
    hit: Mapping[str, Expression]
    needs: Mapping[str, tuple[str, ...]]
    severity: tuple[SeverityLine, ...]
    raises: Expression | None  # where it holds, the severity is one step higher
    done: Done | None
    why: Mapping[str, Wording]
    look_alikes: tuple[str, ...]
    types: Mapping[str, str]  # of its parameters and features
    cost: Callable[[Node], int]  # how dear a term is, for the order of `&&` and `||`

    def is_silent_on(self, day: date) -> bool:
        """Say whether neither a clause nor a seed measure is in force."""
        if self.seed and day >= SEED_IN_FORCE:
            return False
        return not any(row.in_force_on(day) for row in self.law)

    def cited_on(self, day: date, kind: str | None) -> list[LawRow]:
        """Give the clauses to cite on a date for a kind of organization."""
        return [row for row in self.law if row.in_force_on(day) and (row.kinds is None or kind in row.kinds)]

    @cached_property
    def clearing_keys(self) -> frozenset[str]:
        """The clearing keys named anywhere in the rule."""
        return frozenset(key for expression in self.expressions() for key in expression.clearing_keys)

    @cached_property
    def topics(self) -> tuple[str, ...]:
        """The topics that some branch waits for."""
        return tuple(dict.fromkeys(wait.topic for wait in self.waits))

    def waits_for(self, branches: Iterable[str]) -> list[Wait]:
        """Give what a point waits for at which these branches are true."""
        return [wait for wait in self.waits if wait.holds_back(branches)]

    @cached_property
    def asks_history(self) -> bool:
        """Whether its severity looks at other true points."""
        return any(line.when is not None and line.when.functions & ASKING_OTHERS for line in self.severity)

    def expressions(self) -> list[Expression]:
        """Give every expression that is evaluated at points."""
        found = [*self.hit.values(), *(line.when for line in self.severity if line.when is not None)]
        found += [self.raises] if self.raises is not None else []
        for feature in self.features.values():
            match feature:
                case ValueFeature():
                    found.append(feature.expression)
                case SetFeature() | AnyFeature():
                    found += [part for part in (feature.where,) if part is not None]
                case LastFeature():
                    found += [part for part in (feature.where, feature.then) if part is not None]
                case _:
                    pass
        return found

    @cached_property
    def asks_partners(self) -> bool:
        """Whether it asks what another organization, with which an activity was held, may do."""
        return any("qualified" in each.functions for each in self.expressions())

    @cached_property
    def asks_cover(self) -> bool:
        """Whether it asks over which time the accounts are covered."""
        return any("covered" in each.functions for each in self.expressions())

    @cached_property
    def asks_rivals(self) -> bool:
        """Whether it asks who belongs together with other bidders."""
        return any(isinstance(each, OperatorFeature) and each.gives == RIVALS for each in self.features.values())

    @cached_property
    def streams(self) -> frozenset[str]:
        """The streams that its features look at."""
        looking = (SetFeature, AnyFeature, LastFeature)
        return frozenset(feature.stream for feature in self.features.values() if isinstance(feature, looking))


def parts_of(feature: Feature) -> tuple[str, ...]:
    """Name the features that a feature is made of (not those behind its `where`)."""
    match feature:
        case ValueFeature():
            return tuple(feature.expression.names)
        case AggregateFeature():
            return (feature.of,)
        case ExtremeFeature():
            return feature.of
        case OperatorFeature():
            return tuple(feature.sets.values())
        case _:
            return ()
