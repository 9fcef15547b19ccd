"""What funds-monitor says: alerts, cases, rules, links."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, field

from contracts.parts import (
    LIST_LENGTH_MAX,
    Count,
    Data,
    EventId,
    EventReference,
    Identifier,
    Moment,
    Name,
    OpenValue,
    SourceName,
    Text,
)

EVIDENCE_SHOWN_MAX = 200  # first and last hundred; all are counted in `evidence_count`
Severity = Literal["low", "medium", "high", "critical"]
AlertState = Literal["open", "withdrawn", "closed"]
AlertReason = Literal[
    "new", "late_fact", "corrected", "withdrawn", "cleared", "reference_changed", "merged", "rule_changed"
]
Measured = int | bool | str | tuple[str, ...]


class AlertOrganization(Data, frozen=True):
    """Whom an alert is about; the name as of its last true point, empty where none is known."""

    code: str
    name: str = field(default="")


class AlertWindow(Data, frozen=True):
    """From the first evidence to the last true point: times with offset, or the date of a deadline."""

    from_: str = field(name="from")
    to: str


class Evidence(Data, frozen=True):
    """One fact that an alert leans on."""

    source: SourceName
    id: EventId
    type: str
    time: Moment


class LawCited(Data, frozen=True):
    """A clause as it was in force at the measured point."""

    instrument: str
    article: str
    in_force: date | None = None
    unverified: bool | None = None


class Alert(Data, frozen=True, omit_defaults=False):
    """One revision of an alert; every member is written, nulls included, as the gateway shows it."""

    id: Identifier
    rule: Identifier
    rule_version: Count
    organization: AlertOrganization
    severity: Severity
    state: AlertState
    window: AlertWindow
    raised_at: Moment
    amended_at: Moment | None
    title: str
    why: str
    measured: dict[str, Measured]
    evidence: Annotated[tuple[Evidence, ...], Meta(max_length=EVIDENCE_SHOWN_MAX)]
    evidence_count: Count
    law: tuple[LawCited, ...]
    settled: bool
    history: bool
    revision: Count
    reason: AlertReason
    caused_by: EventReference | None = None
    case_id: Identifier | None = None
    title_en: str | None = None
    why_en: str | None = None
    key: str = ""


class AlertRaised(Alert, frozen=True):
    """`monitor.alert.raised.v1`."""


class AlertAmended(Alert, frozen=True):
    """`monitor.alert.amended.v1`."""


class AlertWithdrawn(Alert, frozen=True):
    """`monitor.alert.withdrawn.v1`."""


class MonitorCase(Data, frozen=True):
    """One step of a case."""

    case_id: Identifier
    organization: Identifier
    family: OpenValue
    state: OpenValue
    act: OpenValue | None = None
    actor: Identifier | None = None
    role: OpenValue | None = None
    reason: Text | None = None
    due_on: date | None = None
    alerts: Annotated[tuple[Identifier, ...], Meta(max_length=LIST_LENGTH_MAX)] | None = None
    to_department: OpenValue | None = None
    disposition: OpenValue | None = None


class MonitorCaseOpened(MonitorCase, frozen=True):
    """`monitor.case.opened.v1`."""


class MonitorCaseActed(MonitorCase, frozen=True):
    """`monitor.case.acted.v1`."""


class MonitorCaseHandedOver(MonitorCase, frozen=True):
    """`monitor.case.handed-over.v1`."""


class MonitorCaseClosed(MonitorCase, frozen=True):
    """`monitor.case.closed.v1`."""


class RuleChange(Data, frozen=True):
    """A change in the life of a rule: by two persons, or by `system`."""

    rule: Identifier
    version: Count
    effective_from: date
    by: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=2)]
    reason: Text | None = None


class RuleActivated(RuleChange, frozen=True):
    """`monitor.rule.activated.v1` (no subject)."""


class RuleRetired(RuleChange, frozen=True):
    """`monitor.rule.retired.v1` (no subject)."""


class RuleDemoted(RuleChange, frozen=True):
    """`monitor.rule.demoted.v1` (no subject)."""


class LinkKey(Data, frozen=True):
    """What two organizations may share: a payment, an award, a name."""

    kind: OpenValue
    key: str


class Link(Data, frozen=True):
    """A tie that another shard needs to know; a lower revision is ignored."""

    link: LinkKey
    fact: EventReference
    revision: Count
    attributes: dict[str, int | bool | str | None] | None = None


class LinkAsserted(Link, frozen=True):
    """`monitor.link.asserted.v1` (internal)."""


class LinkRetracted(Link, frozen=True):
    """`monitor.link.retracted.v1` (internal)."""
