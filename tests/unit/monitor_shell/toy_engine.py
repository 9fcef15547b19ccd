"""An engine small enough to be seen through: a payment of 10,000 yuan or more is an alert.

It judges again what depended on the counterparty's name, waits for tax when the purpose says so, and breaks on 毒.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import msgspec

from contracts import TOPICS, to_us
from funds_monitor.domain.completeness import Completeness
from funds_monitor.domain.facts import Fact, Position, date_of
from funds_monitor.domain.outcome import (
    Alert,
    AlertRevision,
    CompletenessChange,
    Evidence,
    HitChange,
    LawClause,
    Outcome,
    StoredOrganization,
    Trigger,
    Verdict,
    WaitingChange,
)
from funds_monitor.domain.reference import ReferenceChange
from funds_monitor.domain.rule_changes import RuleChange
from funds_monitor.domain.streams import COMPLETED

RULE = "SO-01"
AWAITED = "tax.registrations.v1"
HIT_FEN = 1_000_000


class PoisonError(ValueError):
    """The toy's bug."""


@dataclass
class Organization:
    """What the toy holds of an organization."""

    facts: dict[Position, Fact] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    waits: set[Position] = field(default_factory=set)


class ToyEngine:
    """Does what the shell needs to see, and counts what it was asked."""

    def __init__(self, number: int, completeness: Iterable[CompletenessChange], *, fixed: bool = False) -> None:
        self.number = number
        self.completeness = Completeness(
            {topic.name: topic.known_sources for topic in TOPICS.all},
            reference=frozenset(topic.name for topic in TOPICS.reference),
            partitions=TOPICS.by_name[AWAITED].partitions,
        )
        for each in completeness:
            self.completeness.declare(each.source, each.topic, each.partition, each.until_us)
        self.organizations: dict[str, Organization] = {}
        self.fixed = fixed

    def missing(self, organizations: Iterable[str]) -> list[str]:
        return [code for code in organizations if code not in self.organizations]

    def restore(self, stored: Iterable[StoredOrganization]) -> None:
        for each in stored:
            organization = self.organizations[each.code] = Organization()
            organization.facts = {fact.position: fact for fact in each.facts}
            organization.alerts = {alert.id: alert for alert in each.alerts}
            organization.waits = {hit.position for hit in each.hits if hit.waiting}

    def observe(self, facts: Sequence[Fact], *, counted: bool = False) -> Outcome:
        outcome = Outcome()
        for fact in facts:
            if fact.stream != COMPLETED and not counted:
                self.completeness.count(fact)
            if fact.stream == COMPLETED and not self.completeness.weigh(fact):
                outcome.blocked.add(fact.position[1:])
            elif fact.stream == COMPLETED:
                until_us = to_us(fact.data.complete_until)
                moved = self.completeness.declare(fact.position.source, fact.data.topic, fact.place.partition, until_us)
                outcome.completeness += [moved] if moved else []
            elif fact.organization is not None:
                outcome.facts.append(fact)
                outcome.touched.add(fact.organization)
                self._observe(self.organizations[fact.organization], fact, outcome)
        outcome.tallies = self.completeness.moved()
        return outcome

    def observe_reference(self, organizations: Iterable[str], change: ReferenceChange) -> Outcome:
        outcome = Outcome()
        for code in organizations:
            outcome.touched.add(code)
            for alert in list(self.organizations[code].alerts.values()):
                if alert.key in change.keys and alert.severity == "medium":
                    self._tell(code, changed(alert, severity="high"), "amended", outcome, reason="reference_changed")
        return outcome

    def observe_rules(self, organizations: Iterable[str], change: RuleChange) -> Outcome:
        outcome = Outcome()
        for code in organizations:
            outcome.touched.add(code)
            for alert in list(self.organizations[code].alerts.values()):
                if alert.rule in change.rules:
                    self._tell(code, changed(alert, rule_version=2), "amended", outcome, reason="rule_changed")
        return outcome

    def observe_completeness(self, organizations: Iterable[str]) -> Outcome:
        outcome = Outcome()
        for code in organizations:
            organization = self.organizations[code]
            for position in sorted(organization.waits):
                if self.completeness.is_complete(AWAITED, self.number, position.time_us):
                    organization.waits.remove(position)
                    outcome.hits.append(hit(organization.facts[position], waiting=False))
                    outcome.waiting.append(WaitingChange(code, RULE, AWAITED, cleared=True))
                    self._raise(organization.facts[position], outcome)
        return outcome

    def forget(self, organizations: Iterable[str]) -> None:
        for code in organizations:
            self.organizations.pop(code, None)

    def _observe(self, organization: Organization, fact: Fact, outcome: Outcome) -> None:
        organization.facts[fact.position] = fact
        if fact.stream != "payment":
            return
        purpose = fact.data.purpose_text or ""
        if "毒" in purpose and not self.fixed:
            raise PoisonError("cannot take this")
        assert fact.organization is not None
        outcome.dependencies.append((fact.organization, fact.data.counterparty.name))
        is_hit = fact.data.amount_fen >= HIT_FEN
        kind = "hit" if is_hit else "no_hit"
        values = {"amount_fen": fact.data.amount_fen}
        outcome.verdicts.append(Verdict(fact.organization, RULE, 1, fact.position, kind, dict(values)))
        if is_hit and "等税务" in purpose:
            organization.waits.add(fact.position)
            outcome.hits.append(hit(fact, waiting=True))
            day = date_of(fact.position.time_us)
            outcome.waiting.append(WaitingChange(fact.organization, RULE, AWAITED, ("/tax/bureau",), day, day))
        elif is_hit:
            outcome.hits.append(hit(fact, waiting=False))
            self._raise(fact, outcome)

    def _raise(self, fact: Fact, outcome: Outcome) -> None:
        assert fact.organization is not None
        self._tell(fact.organization, first_alert(fact), "raised", outcome, fact=fact)

    def _tell(
        self, code: str, alert: Alert, kind: str, outcome: Outcome, *, fact: Fact | None = None, reason: str = "new"
    ) -> None:
        self.organizations[code].alerts[alert.id] = alert
        caused_by = (fact.position.source, fact.position.id) if fact else None
        traceparent = fact.traceparent if fact else None
        outcome.alerts.append(AlertRevision(kind, alert, reason, caused_by, traceparent))  # type: ignore[arg-type]


def hit(fact: Fact, *, waiting: bool) -> HitChange:
    assert fact.organization is not None
    return HitChange(fact.organization, RULE, 1, fact.position, waiting=waiting, branches=("a",), keys=("",))


def changed(alert: Alert, **changes: object) -> Alert:
    return msgspec.structs.replace(alert, revision=alert.revision + 1, **changes)


def first_alert(fact: Fact) -> Alert:
    assert fact.organization is not None
    time_us, source, identity = fact.position
    return Alert(
        id=f"alert-{identity}",
        rule=RULE,
        rule_version=1,
        organization=fact.organization,
        organization_name=None,
        severity="medium",
        state="open",
        window_from_us=time_us,
        window_to_us=time_us,
        title_zh="大额资金往来",
        title_en="Large transfer",
        why_zh="超过一万元。",
        why_en="Above 10,000 yuan.",
        measured={"amount_fen": fact.data.amount_fen},
        evidence=(Evidence(source, identity, fact.event_type, time_us),),
        evidence_count=1,
        law=(LawClause("CASH-LARGE-2016-3", "5", unverified=True),),
        settled=False,
        history=False,
        revision=1,
        key=fact.data.counterparty.name,
        trigger=Trigger(source, identity, time_us),
        raised_order=1,
        settles_on=date(2026, 3, 1),
    )
