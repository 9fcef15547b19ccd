"""What a change of versions takes away: true points that nobody judges any more, alerts on them, what they waited for.

Source: monitor.md §3 (Where rules live).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from funds_monitor.domain.alerts import Cause, position_of, withdrawn
from funds_monitor.domain.facts import day_of
from funds_monitor.domain.organizations import Organization
from funds_monitor.domain.outcome import AlertRevision, HitChange, WaitingChange
from funds_monitor.domain.rulebook import RuleBook


class RuleChange(Struct, frozen=True):
    """Rules whose versions have changed, and the event that says so."""

    rules: frozenset[str]
    caused_by: tuple[str, str] | None = None  # (source, id)


def merged_rules(changes: Sequence[RuleChange]) -> list[RuleChange]:
    """Make one change of several: every organization is judged again once; several have no single cause."""
    if len(changes) <= 1:
        return list(changes)
    return [RuleChange(frozenset().union(*(change.rules for change in changes)))]


def forget_judgements(organization: Organization, change: RuleChange) -> list[HitChange]:
    """Forget what was said by versions that are no more; give the true points to be taken away."""
    gone = []
    for rule in sorted(change.rules):
        organization.latest.pop(rule, None)
        gone += [
            msgspec.structs.replace(hit, removed=True, branches=(), keys=(), values={}, waiting=False)
            for hit in organization.stale.pop(rule, ())
        ]
    return gone


def withdraw_unjudged(
    organization: Organization, change: RuleChange, rules: RuleBook, cause: Cause
) -> Iterator[AlertRevision]:
    """Withdraw the alerts whose triggers no version judges: the rule is retired by then."""
    for rule in sorted(change.rules):
        for alert in list(organization.alerts.get(rule, {}).values()):
            day = day_of(position_of(alert.trigger))
            if alert.state == "open" and rules.plan_on(rule, day) is None:
                gone = organization.alerts[rule][alert.id] = withdrawn(alert)
                yield AlertRevision("withdrawn", gone, *cause.of("withdrawn", []))


def clear_waiting(organization: Organization, change: RuleChange, rules: RuleBook) -> Iterator[WaitingChange]:
    """Say that the rules do not wait for what none of their versions waits for now, whoever waited before."""
    for rule in sorted(change.rules):
        for topic in sorted(rules.topics_of(rule)):
            if (rule, topic) not in organization.waiting:
                yield WaitingChange(organization.code, rule, topic, cleared=True)
