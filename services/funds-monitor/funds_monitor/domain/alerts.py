"""Alerts over time: which episode continues which alert, and what is told of it.

Source: monitor.md §1 (Id) and §9 (Episode).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

import msgspec
from msgspec import Struct

from funds_monitor.domain.facts import DAY_US, Fact, Position, day_of, is_deadline
from funds_monitor.domain.organizations import Episode, Hit, Organization
from funds_monitor.domain.outcome import Alert, AlertRevision, Reason, Trigger
from funds_monitor.domain.plans import RulePlan

ALERTS = UUID("6f1f6c0e-6f0a-5d0e-9b57-3a1c5d1f0b11")  # namespace of alert ids, fixed for ever
HISTORY_US = 30 * DAY_US  # older facts raise alerts that nobody is called for (monitor.md §9)
DEADLINE = "deadline:"
CLEARING_STREAMS = frozenset({"award", "grant", "fee", "filing", "activity", "resolution", "voided", "org"})
NOT_CONTENT = frozenset({"id", "revision", "history", "trigger", "raised_order", "settles_on", "state"})
CONTENT = tuple(name for name in Alert.__struct_fields__ if name not in NOT_CONTENT)


class Cause(Struct):
    """What a call brought: the facts that are new to an organization, and a reason where there is none."""

    facts: dict[Position, Fact] = {}
    late: set[Position] = set()
    reason: Reason = "new"
    caused_by: tuple[str, str] | None = None
    traceparent: str | None = None

    def of(self, kind: str, hits: list[Hit]) -> tuple[Reason, tuple[str, str] | None, str | None]:
        """Give reason, event and trace of a revision, to the best of what the batch lets us know."""
        if kind != "withdrawn":
            brought = next((f for hit in reversed(hits) if (f := self.facts.get(hit.position)) is not None), None)
            if brought is not None and brought.corrects is None:
                return self._named(brought, "late_fact" if brought.position in self.late else "new")
        best = max(self.facts.values(), key=lambda fact: (self._weight(fact), fact.position), default=None)
        if best is None:
            return self.reason, self.caused_by, self.traceparent
        reason = self._reason(best)
        if reason == "cleared" and kind != "withdrawn":
            reason = "late_fact" if best.position in self.late else "new"
        return self._named(best, reason)

    @staticmethod
    def _named(fact: Fact, reason: Reason) -> tuple[Reason, tuple[str, str], str | None]:
        return reason, (fact.position.source, fact.position.id), fact.traceparent

    def _reason(self, fact: Fact) -> Reason:
        if fact.stream == "withdrawn":
            return "withdrawn"
        if fact.corrects is not None:
            return "corrected"
        if fact.stream in CLEARING_STREAMS:
            return "cleared"
        return "late_fact" if fact.position in self.late else "new"

    def _weight(self, fact: Fact) -> int:
        order: dict[str, int] = {"withdrawn": 4, "corrected": 3, "cleared": 2, "late_fact": 1}
        return order.get(self._reason(fact), 0)

    def appended_us(self) -> int | None:
        """Give when the newest fact of the call was appended to its log."""
        return max((fact.place.appended_us for fact in self.facts.values()), default=None)


def alert_content(alert: Alert) -> dict[str, Any]:
    """Give what is compared of an open alert: all but identity, revision and history.

    Evidence as (source, id, type, time_us), law as (instrument, article, unverified).
    """
    found = {name: getattr(alert, name) for name in CONTENT}
    found["state"] = alert.state
    found["evidence"] = [(each.source, each.id, each.type, each.time_us) for each in alert.evidence]
    found["law"] = [(each.instrument, each.article, each.unverified) for each in alert.law]
    return found


def says_the_same(one: Alert, other: Alert) -> bool:
    """Say whether two alerts have the same content."""
    return all(getattr(one, name) == getattr(other, name) for name in CONTENT)


def withdrawn(alert: Alert) -> Alert:
    """Give the next revision of an alert that goes."""
    return msgspec.structs.replace(alert, state="withdrawn", revision=alert.revision + 1)


def amended(told: Alert, known: Alert) -> Alert:
    """Give the next revision of an alert that says something else now."""
    return msgspec.structs.replace(
        told,
        id=known.id,
        history=known.history,
        revision=known.revision + 1,
        trigger=known.trigger,
        raised_order=known.raised_order,
    )


def raised(told: Alert, before: Alert | None, *, name: str, trigger: Trigger, history: bool, order: int) -> Alert:
    """Give the first revision of an alert, or the one with which it comes back."""
    return msgspec.structs.replace(
        told,
        id=name,
        history=before.history if before is not None else history,
        revision=before.revision + 1 if before is not None else 1,
        trigger=trigger,
        raised_order=order,
    )


def trigger_of(position: Position) -> Trigger:
    """Name an evaluation point as a trigger."""
    if is_deadline(position):
        name = f"{DEADLINE}{day_of(position).isoformat()}"
        return Trigger("", f"{name}:{position.id}" if position.id else name, position.time_us)
    return Trigger(position.source, position.id, position.time_us)


def position_of(trigger: Trigger) -> Position:
    """Give the position of a trigger."""
    if trigger.source:
        return Position(trigger.time_us, trigger.source, trigger.id)
    _, _, of = trigger.id.removeprefix(DEADLINE).partition(":")
    return Position(trigger.time_us, "", of)


def alert_id(trigger: Trigger, *, rule: str, organization: str, key: str) -> str:
    """Name an alert for ever."""
    return str(uuid5(ALERTS, f"{rule}\n{organization}\n{key}\n{trigger.source}\n{trigger.id}"))


class Continuation(Struct):
    """Which alert each episode continues, and which open alerts end: merged into another, or without a point."""

    alerts: list[Alert | None]
    merged: list[Alert] = []
    lost: list[Alert] = []


def continued(alerts: dict[str, Alert], episodes: list[Episode]) -> Continuation:
    """Match alerts with episodes by their triggers: the same key first, of several the one raised first."""
    triggers = {position_of(alert.trigger) for alert in alerts.values()}
    where: dict[Position, list[int]] = {}
    for place, episode in enumerate(episodes):
        for hit in episode.hits:
            if hit.position in triggers:
                where.setdefault(hit.position, []).append(place)
    found = Continuation([None] * len(episodes))
    in_order = sorted(alerts.values(), key=lambda alert: alert.raised_order)
    rest: list[Alert] = []
    for alert in (each for each in in_order if each.state == "open"):
        places = where.get(position_of(alert.trigger), [])
        same = [place for place in places if episodes[place].key == alert.key]
        if same:
            settle(found, same[0], alert)
        else:
            rest.append(alert)
    for alert in rest:  # the key moved under its trigger: the alert follows the trigger
        places = where.get(position_of(alert.trigger), [])
        if places:
            settle(found, next((place for place in places if found.alerts[place] is None), places[0]), alert)
        else:
            found.lost.append(alert)
    revive(found, [each for each in in_order if each.state != "open"], where, episodes)
    return found


def revive(found: Continuation, alerts: list[Alert], where: dict[Position, list[int]], episodes: list[Episode]) -> None:
    """Let withdrawn alerts continue in episodes that hold their triggers and continue no open one."""
    for alert in alerts:
        for place in where.get(position_of(alert.trigger), []):
            if found.alerts[place] is None and episodes[place].key == alert.key:
                found.alerts[place] = alert


def settle(found: Continuation, place: int, alert: Alert) -> None:
    """Give an episode to an alert, or merge the alert into the one that has it."""
    if found.alerts[place] is None:
        found.alerts[place] = alert
    else:
        found.merged.append(alert)


class Reconciling:
    """Turns the episodes of one rule and organization into revisions of alerts."""

    def __init__(self, organization: Organization, plan: RulePlan, cause: Cause) -> None:
        self._organization = organization
        self._plan = plan
        self._cause = cause
        self._alerts = organization.alerts[plan.rule.id]
        self.revisions: list[AlertRevision] = []

    def reconcile(self, episodes: list[Episode]) -> None:
        """Raise, amend and withdraw; every episode has been told or is as stored."""
        found = continued(self._of_version(), episodes)
        for alert in found.lost:
            self._withdraw(alert, merged=False)
        for alert in found.merged:
            self._withdraw(alert, merged=True)
        for episode, known in zip(episodes, found.alerts, strict=True):
            if known is not None and known.state == "open":
                self._amend(episode, known)
            elif episode.told is not None:
                self._raise(episode, known)

    def _of_version(self) -> dict[str, Alert]:
        """Give the alerts that this version may speak of: those whose triggers it judges."""
        if self._plan.judges_always:
            return self._alerts
        span = self._plan.span
        return {name: each for name, each in self._alerts.items() if span.holds(day_of(position_of(each.trigger)))}

    def _tell(self, kind: Any, alert: Alert, hits: list[Hit], reason: Reason | None = None) -> None:
        known, caused_by, traceparent = self._cause.of(kind, hits)
        self._alerts[alert.id] = alert
        self.revisions.append(AlertRevision(kind, alert, reason or known, caused_by, traceparent))

    def _withdraw(self, alert: Alert, *, merged: bool) -> None:
        self._tell("withdrawn", withdrawn(alert), [], "merged" if merged else None)

    def _amend(self, episode: Episode, alert: Alert) -> None:
        told = episode.told
        if told is None:
            return
        if says_the_same(told, alert):
            if told.settles_on != alert.settles_on:
                self._alerts[alert.id] = msgspec.structs.replace(alert, settles_on=told.settles_on)
            return
        settled_only = msgspec.structs.replace(alert, settled=told.settled, settles_on=told.settles_on)
        now = amended(told, alert)
        only = msgspec.structs.replace(settled_only, revision=now.revision) == now
        self._tell("amended", now, episode.hits, "new" if only else None)

    def _raise(self, episode: Episode, before: Alert | None) -> None:
        told, organization = episode.told, self._organization
        if told is None:
            return
        trigger = before.trigger if before is not None else trigger_of(episode.hits[0].position)
        name = (
            before.id
            if before is not None
            else alert_id(trigger, rule=told.rule, organization=told.organization, key=told.key)
        )
        before = before or self._alerts.get(name)
        organization.raised += 1
        history = self._is_history(episode.hits[0])
        alert = raised(told, before, name=name, trigger=trigger, history=history, order=organization.raised)
        self._tell("raised", alert, [hit for hit in episode.hits if hit.position == position_of(trigger)])

    def _is_history(self, hit: Hit) -> bool:
        appended_us: int | None = hit.entry.fact.place.appended_us
        if is_deadline(hit.position):
            appended_us = self._cause.appended_us()
        return appended_us is not None and appended_us - hit.position.time_us >= HISTORY_US
