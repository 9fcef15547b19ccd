"""What a rule file may hold, part by part: the loader checks files against it, and editors by the schema made of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from msgspec import Struct

Kind = Literal["association", "foundation", "service_institution"]
Size = Literal["micro", "small", "medium", "large"]
Status = Literal["active", "suspended", "deregistered", "revoked"]
Level = Literal["low", "medium", "high", "critical"]
Unit = Literal[
    "fen",
    "usd_cent",
    "bp",
    "count",
    "score",
    "times",
    "hours",
    "days",
    "working_days",
    "months",
    "years",
    "day_no",
    "month_no",
]
Term = str  # an expression of the rule language
# Names that are known beforehand: the reader says what was meant, the schema for editors lists them.
Stream = Annotated[str, "stream"]
Waking = Annotated[str, "stream or deadline"]
Instrument = Annotated[str, "law"]
TopicName = Annotated[str, "topic"]


class WordingForm(Struct, frozen=True):
    """A text in both languages."""

    zh: str
    en: str


class LawForm(Struct, frozen=True):
    """One clause; one that nobody has dated is `unverified`."""

    key: Instrument
    article: str
    in_force: date | None = None
    in_force_to: date | None = None
    kinds: tuple[Kind, ...] | None = None
    unverified: bool = False


class AppliesForm(Struct, frozen=True):
    """Which organizations the rule speaks of, and while they are what."""

    kinds: tuple[Kind, ...]
    unregistered: bool = False
    status: tuple[Status, ...] = ("active",)


class DeadlineForm(Struct, frozen=True):
    """A date of the facts of a stream, or so many days after the last sign of life."""

    of: Stream | None = None
    on: Term | None = None
    where: Term | None = None
    once: Term | None = None
    silent: Mapping[Stream, Term] = {}
    days: str | None = None


class EpisodeForm(Struct, frozen=True):
    """How true points form alerts; one of the three."""

    regroup_days: int | None = None
    value: str | None = None
    single: bool | None = None


class WaitForm(Struct, frozen=True):
    """A topic that has to be complete."""

    topic: TopicName
    branches: tuple[str, ...] = ()
    until: str | None = None


class ParameterForm(Struct, frozen=True):
    """A whole number that may be changed without a programmer."""

    default: int
    unit: Unit
    statutory: Instrument | None = None
    by_kind: Mapping[Kind, int] = {}
    by_size: Mapping[Size, int] = {}


class SeverityForm(Struct, frozen=True):
    """A level and when it holds."""

    level: Level
    when: Term | None = None


class DoneForm(Struct, frozen=True):
    """What ends an absence after all."""

    any: Stream
    field: str
    where: Term | None = None
    branches: tuple[str, ...] = ()


class LetForm(Struct, frozen=True):
    """A macro."""

    let: Term


class ValueForm(Struct, frozen=True):
    """A value computed at the point."""

    value: Term


class SetForm(Struct, frozen=True):
    """A set of facts."""

    of: Stream
    where: Term | None = None
    by: tuple[Term | Mapping[str, Term], ...] = ()
    within: Term | int | None = None
    since: Term | None = None
    until: Term | None = None
    ahead: bool | None = None
    after: str | None = None
    before: str | None = None
    newest: int | None = None


class CountForm(Struct, frozen=True):
    """How many facts a set has."""

    count: str


class SumForm(Struct, frozen=True):
    """The sum of a field of a set."""

    sum: str


class DistinctForm(Struct, frozen=True):
    """How many values a field has in a set."""

    distinct: str


class MedianForm(Struct, frozen=True):
    """The middle value of a field of a set; of two the lower."""

    median: str


class MedianOfMonthsForm(Struct, frozen=True):
    """The middle one of the sums of a field by month, months without any fact left out; of two the lower; 0: none."""

    median_of_months: str


class CommonestForm(Struct, frozen=True):
    """How many facts of a set have one of the commonest values of a field."""

    commonest: str
    values: Term | int


class EarliestForm(Struct, frozen=True):
    """A field of the first fact of a set."""

    earliest: str


class LatestForm(Struct, frozen=True):
    """A field of the last fact of a set."""

    latest: str


class MaxForm(Struct, frozen=True):
    """The greatest of several features, by name or written in place."""

    max: tuple[str | Mapping[str, str], ...]


class MinForm(Struct, frozen=True):
    """The smallest of several features, by name or written in place."""

    min: tuple[str | Mapping[str, str], ...]


class AnyForm(Struct, frozen=True):
    """Whether a fact exists."""

    any: Stream
    where: Term | None = None
    on: Term | None = None
    within: Term | int | None = None


class ValuesForm(Struct, frozen=True):
    """The different values of a field among the facts that an `any` would find."""

    values: str
    where: Term | None = None
    on: Term | None = None
    within: Term | int | None = None


class LastForm(Struct, frozen=True):
    """The fact with the greatest value of a field."""

    last: Stream
    order: str
    where: Term | None = None
    then: Term | None = None


class FirstForm(Struct, frozen=True):
    """The fact with the smallest value of a field."""

    first: Stream
    order: str
    where: Term | None = None
    then: Term | None = None


# By the key that tells a form; the first one that a feature has counts. `operator` has the keys of its signature.
FEATURE_FORMS: Mapping[str, type[Struct]] = {
    "let": LetForm,
    "of": SetForm,
    "value": ValueForm,
    "any": AnyForm,
    "last": LastForm,
    "first": FirstForm,
    "count": CountForm,
    "sum": SumForm,
    "distinct": DistinctForm,
    "median": MedianForm,
    "median_of_months": MedianOfMonthsForm,
    "commonest": CommonestForm,
    "earliest": EarliestForm,
    "latest": LatestForm,
    "values": ValuesForm,
    "max": MaxForm,
    "min": MinForm,
}
FeatureForm = Mapping[str, object]  # told apart by its keys: FEATURE_FORMS and the operators


class RuleForm(Struct, frozen=True):
    """A rule file."""

    id: str
    version: int
    name: WordingForm
    decides: str
    law: tuple[LawForm, ...]
    hit: Mapping[str, Term]
    severity: tuple[SeverityForm, ...]
    why: Mapping[str, WordingForm]
    applies: AppliesForm
    wakes_on: Mapping[Waking, Term]
    seed: tuple[int, ...] = ()
    look_alikes: tuple[str, ...] = ()
    deadlines: Mapping[str, Term | DeadlineForm] = {}
    alert_by: Mapping[str, Term | tuple[Term, ...]] = {}
    episode: EpisodeForm | None = None
    waits: tuple[WaitForm, ...] = ()
    parameters: Mapping[str, ParameterForm] = {}
    features: Mapping[str, FeatureForm] = {}
    needs: Mapping[str, tuple[str, ...]] = {}
    done: DoneForm | None = None
    raises: Term | None = None
