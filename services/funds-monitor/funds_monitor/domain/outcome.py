"""What one call of the engine changed; the shell writes it in one transaction, nothing else is to be stored."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct, field

from contracts.counting import Tally
from funds_monitor.domain.facts import Fact, Position
from funds_monitor.domain.links import Link

Part = tuple[str, str, int]  # source, topic, partition
Severity = Literal["low", "medium", "high", "critical"]
Reason = Literal["new", "late_fact", "corrected", "withdrawn", "cleared", "reference_changed", "merged", "rule_changed"]
VerdictKind = Literal["hit", "no_hit", "not_applicable", "waiting", "error"]


class Evidence(Struct, frozen=True):
    """One event that an alert rests on."""

    source: str
    id: str
    type: str
    time_us: int


class LawClause(Struct, frozen=True):
    """One clause as frozen into an alert."""

    instrument: str
    article: str
    unverified: bool = False


class Trigger(Struct, frozen=True):
    """The evaluation point that named an alert; of a deadline, source is empty and id `deadline:<date>`.

    The deadline of a fact adds the fact: `deadline:<date>:<source> <id>`.
    """

    source: str
    id: str
    time_us: int


class Alert(Struct, frozen=True):
    """One alert with everything that it says; times of raising and amending are the shell's."""

    id: str
    rule: str
    rule_version: int
    organization: str
    organization_name: str | None
    severity: Severity
    state: Literal["open", "withdrawn"]
    window_from_us: int
    window_to_us: int
    title_zh: str
    title_en: str
    why_zh: str
    why_en: str
    measured: dict[str, int | str]
    evidence: tuple[Evidence, ...]
    evidence_count: int
    law: tuple[LawClause, ...]
    settled: bool
    history: bool
    revision: int
    key: str
    trigger: Trigger
    raised_order: int  # grows per organization; of two merged alerts the smaller one lives on
    settles_on: date | None = None  # the date that the clearing topics must reach; None once settled


class AlertRevision(Struct, frozen=True):
    """One event of an alert's life, to be stored and published."""

    kind: Literal["raised", "amended", "withdrawn"]
    alert: Alert
    reason: Reason
    caused_by: tuple[str, str] | None = None  # (source, id)
    traceparent: str | None = None


class HitChange(Struct, frozen=True):
    """A true point of a rule that came, changed or went (`removed`)."""

    organization: str
    rule: str
    rule_version: int
    position: Position
    removed: bool = False
    waiting: bool = False
    branches: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    values: dict[str, int | str] = field(default_factory=dict)


class Verdict(Struct, frozen=True):
    """What a rule said at its latest evaluation point of an organization, with the values that it saw."""

    organization: str
    rule: str
    rule_version: int
    position: Position
    kind: VerdictKind
    values: dict[str, int | str]
    detail: str = ""


class WaitingChange(Struct, frozen=True):
    """A rule that would speak once a topic is complete through `until_on`; `cleared` when it waits no more."""

    organization: str
    rule: str
    topic: str
    sources: tuple[str, ...] = ()  # known sources that have not declared enough; empty: the topic has none
    since: date | None = None  # the first date that it cannot judge
    until_on: date | None = None  # the last one
    cleared: bool = False


class CompletenessChange(Struct, frozen=True):
    """A source moved its completeness for a topic and partition forward."""

    source: str
    topic: str
    partition: int
    until_us: int


class PendingCorrection(Struct, frozen=True):
    """A correction whose target is not here; `arrived` when it came after all."""

    organization: str
    source: str
    id: str
    corrects: str
    arrived: bool = False


class LateMark(Struct, frozen=True):
    """A fact that came for a time which its source had already declared complete."""

    source: str
    topic: str
    partition: int
    position: Position
    complete_until_us: int


class Outcome(Struct):
    """Everything that one call changed, in the order in which it is to be written."""

    facts: list[Fact] = field(default_factory=list)
    hits: list[HitChange] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    alerts: list[AlertRevision] = field(default_factory=list)
    waiting: list[WaitingChange] = field(default_factory=list)
    dependencies: list[tuple[str, str]] = field(default_factory=list)  # (organization, key), new ones only
    completeness: list[CompletenessChange] = field(default_factory=list)
    tallies: dict[Part, Tally] = field(default_factory=dict)  # what moved, as it is now
    blocked: set[tuple[str, str]] = field(default_factory=set)  # declarations that were not taken: source, id
    pending: list[PendingCorrection] = field(default_factory=list)
    marks: list[LateMark] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)  # to be told to everybody, in this order
    errors: dict[str, int] = field(default_factory=dict)  # rule -> evaluation points that raised
    touched: set[str] = field(default_factory=set)  # organizations to forget if the commit fails


class StoredOrganization(Struct):
    """What the shell loads of an organization: its facts, true points, alerts as last told, and links."""

    code: str
    facts: list[Fact]
    hits: list[HitChange]
    alerts: list[Alert]  # withdrawn ones too: raised again on the same trigger they continue
    links: list[Link] = field(default_factory=list)  # of each payment what was told last
