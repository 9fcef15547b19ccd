"""Judging compound patterns: which open alerts of an organization belong together, and what is said of them.

A pattern reads what alerts say and the facts that they show as evidence, nothing else, so it follows from the same
facts, rules and completeness as they do. Source: indicators.md §4, docs/rule-language.md §5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from funds_monitor.domain.alerts import Cause, alert_id, amended, raised, says_the_same, withdrawn
from funds_monitor.domain.dates import month_end
from funds_monitor.domain.entries import Entry
from funds_monitor.domain.episodes import LEVELS, ends_of
from funds_monitor.domain.explaining import Language, fill
from funds_monitor.domain.facts import DAY_US, Position, date_of
from funds_monitor.domain.organizations import Organization
from funds_monitor.domain.outcome import Alert, AlertRevision, Evidence, Outcome, Reason, Severity, Trigger
from funds_monitor.domain.pattern_forms import Shared
from funds_monitor.domain.patterns import Bond, Pattern
from funds_monitor.domain.streams import STREAMS
from funds_monitor.domain.timeline import Timeline

ALERTS_MAX = 40  # of a member the latest ones: what is older speaks for itself
TRIGGER = "pattern"  # one alert for each pattern and organization, whatever brought it

Together = dict[str, Alert]  # by member: alerts that make the pattern
OF_AWARDS: Mapping[Shared, Callable[[Any], str | None]] = {
    "award": lambda award: award.supplement_of or award.award_id,
    "buyer": lambda award: award.buyer.code,
    "item": lambda award: award.catalogue_item,
}


class Witness:
    """What an alert has to do with others: the facts of its evidence, read once."""

    def __init__(self, alert: Alert, timeline: Timeline) -> None:
        self.alert = alert
        self._timeline = timeline
        self._entries: list[Entry] | None = None
        self._shared: dict[tuple[Shared, date], set[Any]] = {}

    @property
    def entries(self) -> list[Entry]:
        """The facts shown as evidence that the organization's own books hold."""
        if self._entries is None:
            found = (self._entry(each) for each in self.alert.evidence)
            self._entries = [entry for entry in found if entry is not None]
        return self._entries

    def _entry(self, shown: Evidence) -> Entry | None:
        stream = STREAMS.get(shown.type)
        position = Position(shown.time_us, shown.source, shown.id)
        return self._timeline.series(stream).at(position) if stream is not None else None

    def payments(self) -> Iterator[Entry]:
        """Give the payments among the evidence."""
        return (entry for entry in self.entries if entry.stream == "payment")

    def shared(self, kind: Shared, day: date) -> set[Any]:
        """Give the values that may be shared with others, worked out once: an alert is in many choices."""
        found = self._shared.get((kind, day))
        if found is None:
            found = self._shared[kind, day] = self._values(kind, day)
        return found

    def _values(self, kind: Shared, day: date) -> set[Any]:
        """Give the values of a kind; groups as of a date, as they are without the organization."""
        if kind == "group":
            kinship, code = self._timeline.book.kinship, self._timeline.code
            dealing = [entry for entry in self.entries if entry.stream != "payroll"]  # which lists everybody
            return {kinship.circle(party, day, without=code) for entry in dealing for party in parties_of(entry)}
        if kind in OF_AWARDS:
            return {value for award in self._awards() if (value := OF_AWARDS[kind](award)) is not None}
        if kind == "payment":
            return {entry.position for entry in self.payments()}
        return {party for entry in self.entries for party in parties_of(entry)}

    def _awards(self) -> list[Any]:
        """Give the awards that are evidence; where there are none, those that payments are under."""
        shown = [entry.data for entry in self.entries if entry.stream == "award"]
        under = {entry.award for entry in self.payments()} - {None}
        return shown or [fact.data for fact in self._timeline.facts("award") if fact.data.award_id in under]


def parties_of(entry: Entry) -> list[str]:
    """Name the parties that a fact speaks of: the other side of a payment, the person of a post, who was paid."""
    match entry.stream:
        case "payment":
            return [entry.party]
        case "post" | "approval":
            return [entry.data.person]
        case "payroll":
            return [each.person for each in entry.data.payees or () if each.amount_fen > 0]
        case _:
            return []


class Told:
    """What an alert says, as conditions and sentences of a pattern read it."""

    def __init__(self, alert: Alert) -> None:
        self._alert = alert

    def __getattr__(self, name: str) -> Any:
        return date_of(self._alert.window_to_us) if name == "on" else self._alert.measured.get(name)


class Compound:
    """One pattern's share of a call."""

    def __init__(self, organization: Organization, pattern: Pattern, *, cause: Cause, outcome: Outcome) -> None:
        self._organization = organization
        self._pattern = pattern
        self._cause = cause
        self._outcome = outcome
        self._alerts = organization.alerts[pattern.id]
        self._witnesses: dict[str, Witness] = {}

    def judge(self) -> None:
        """Raise, amend or withdraw the pattern's alert."""
        known = next(iter(self._alerts.values()), None)
        is_open = known is not None and known.state == "open"
        found = list(self._together())
        if found:
            told = self._tell(found)
            if known is None or not is_open:
                self._raise(told, known, found)
            elif not says_the_same(told, known):
                self._note("amended", amended(told, known))
        elif known is not None and is_open:
            self._note("withdrawn", withdrawn(known))

    def _candidates(self) -> dict[str, list[Alert]] | None:
        """Give the open alerts of each member, the latest first; None: some member has none."""
        found = {}
        for name, member in self._pattern.members.items():
            alerts = [
                alert
                for alert in self._organization.alerts[member.rule].values()
                if alert.state == "open" and (not member.branches or not branches_of(alert).isdisjoint(member.branches))
            ]
            if not alerts:
                return None
            found[name] = sorted(alerts, key=lambda alert: (-alert.window_to_us, alert.key, alert.window_from_us))
        return {name: alerts[:ALERTS_MAX] for name, alerts in found.items()}

    def _together(self) -> Iterator[Together]:
        candidates = self._candidates()
        if candidates is not None:
            yield from self._grown({}, list(candidates.items()))

    def _grown(self, begun: Together, rest: list[tuple[str, list[Alert]]]) -> Iterator[Together]:
        """Give every choice of one alert per member that holds, dropping what cannot hold as early as it shows."""
        if not rest:
            if self._is_bound(begun):
                yield begun
            return
        (name, alerts), *others = rest
        for alert in alerts:
            chosen = {**begun, name: alert}
            if self._is_timely(chosen):
                yield from self._grown(chosen, others)

    def _is_timely(self, chosen: Together) -> bool:
        times = [alert.window_to_us for alert in chosen.values()]
        if max(times) - min(times) > self._pattern.within_days * DAY_US:
            return False
        return all(
            chosen[first].window_to_us <= chosen[second].window_to_us
            for first, second in self._pattern.order
            if first in chosen and second in chosen
        )

    def _is_bound(self, chosen: Together) -> bool:
        day = date_of(max(alert.window_to_us for alert in chosen.values()))
        return all(self._holds(bond, chosen, day) for bond in self._pattern.bound)

    def _holds(self, bond: Bond, chosen: Together, day: date) -> bool:
        tied = [self._witness(chosen[name]) for name in bond.between]
        if bond.share:
            return any(set.intersection(*(each.shared(kind, day) for each in tied)) for kind in bond.share)
        first, second = tied[0], tied[1]
        if bond.paid_after:
            return any(entry.position.time_us > first.alert.window_from_us for entry in second.payments())
        days = timedelta(days=bond.month_ends_within or 0)
        ends = {month_end(entry.data.booked_on) for entry in second.payments()}
        begun = {entry.data.booked_on for entry in first.payments()}
        return any(start <= end <= start + days for start in begun for end in ends)

    def _witness(self, alert: Alert) -> Witness:
        found = self._witnesses.get(alert.id)
        if found is None:
            found = self._witnesses[alert.id] = Witness(alert, self._organization.timeline)
        return found

    def _tell(self, found: list[Together]) -> Alert:
        """Write down what the pattern says of all choices that hold; identity and history are not decided here."""
        pattern = self._pattern
        levels = [self._severity(chosen) for chosen in found]
        level = max(levels, key=lambda each: LEVELS[each])
        shown = max((chosen for chosen, each in zip(found, levels, strict=True) if each == level), key=rank)
        taking_part = parts_of(found)
        last = taking_part[-1]
        evidence = sorted({each for alert in taking_part for each in alert.evidence}, key=time_of)
        names = self._names(shown)
        settles_on = max((alert.settles_on for alert in taking_part if alert.settles_on is not None), default=None)
        return Alert(
            id="",
            rule=pattern.id,
            rule_version=pattern.version,
            organization=self._organization.code,
            organization_name=last.organization_name,
            severity=level,
            state="open",
            window_from_us=min(alert.window_from_us for alert in taking_part),
            window_to_us=last.window_to_us,
            title_zh=pattern.name.zh,
            title_en=pattern.name.en,
            why_zh=words_of(pattern.why.zh, names, "zh"),
            why_en=words_of(pattern.why.en, names, "en"),
            measured={
                **{pattern.members[name].rule: date_of(each.window_to_us).isoformat() for name, each in shown.items()},
                "span_days": names["span_days"],
                "alerts_together": len(taking_part),
            },
            evidence=tuple(ends_of(evidence)),
            evidence_count=len(evidence),
            law=tuple(dict.fromkeys(clause for alert in taking_part for clause in alert.law)),
            settled=all(alert.settled for alert in taking_part),
            history=False,
            revision=0,
            key="",
            trigger=Trigger("", TRIGGER, last.window_to_us),
            raised_order=0,
            settles_on=settles_on,
        )

    def _severity(self, chosen: Together) -> Severity:
        names = self._names(chosen)
        return next(line.level for line in self._pattern.severity if line.when is None or line.when.run(names))

    def _names(self, chosen: Together) -> dict[str, Any]:
        times = [alert.window_to_us for alert in chosen.values()]
        told = {name: Told(alert) for name, alert in chosen.items()}
        return {**self._pattern.parameters, **told, "span_days": (max(times) - min(times)) // DAY_US}

    def _raise(self, told: Alert, before: Alert | None, found: list[Together]) -> None:
        organization = self._organization
        organization.raised += 1
        trigger = before.trigger if before is not None else told.trigger
        name = alert_id(trigger, rule=told.rule, organization=told.organization, key=told.key)
        history = all(alert.history for alert in parts_of(found))
        alert = raised(told, before, name=name, trigger=trigger, history=history, order=organization.raised)
        self._note("raised", alert)

    def _note(self, kind: Any, alert: Alert) -> None:
        """Tell it for the reason for which one of its members was told last."""
        self._alerts[alert.id] = alert
        reason: Reason
        reason, caused_by, traceparent = self._cause.of(kind, [])
        for each in reversed(self._outcome.alerts):
            if each.alert.organization == alert.organization and each.alert.rule in self._pattern.rules:
                reason, caused_by, traceparent = each.reason, each.caused_by, each.traceparent
                break
        self._outcome.alerts.append(AlertRevision(kind, alert, reason, caused_by, traceparent))


def branches_of(alert: Alert) -> set[str]:
    """Give the branches that an alert shows."""
    return set(str(alert.measured.get("branch", "")).split(","))


def parts_of(found: list[Together]) -> list[Alert]:
    """Give the alerts that take part, each once, in order."""
    return sorted({alert.id: alert for chosen in found for alert in chosen.values()}.values(), key=order_of)


def order_of(alert: Alert) -> tuple[int, str, str]:
    """Order alerts by when they last were true."""
    return (alert.window_to_us, alert.rule, alert.key)


def rank(chosen: Together) -> list[tuple[int, str, str]]:
    """Order choices: the one that was completed last counts."""
    return sorted((order_of(alert) for alert in chosen.values()), reverse=True)


def time_of(evidence: Evidence) -> Position:
    """Give where a fact that is evidence stands."""
    return Position(evidence.time_us, evidence.source, evidence.id)


def words_of(template: str, names: Mapping[str, Any], language: Language) -> str:
    """Fill the sentence of a pattern."""

    def value_of(path: tuple[str, ...]) -> Any:
        value = names[path[0]]
        return getattr(value, path[1]) if len(path) > 1 else value

    return fill(template, value_of, language)
