"""What the engine keeps of one organization besides its timeline: true points, deadlines, alerts, what it waits for."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator

from funds_monitor.domain.entries import Entry
from funds_monitor.domain.facts import Position, day_of, deadline_position
from funds_monitor.domain.links import Identity, Link
from funds_monitor.domain.outcome import Alert, HitChange, Severity, WaitingChange
from funds_monitor.domain.plans import RulePlan
from funds_monitor.domain.points import Point
from funds_monitor.domain.rule_reading import Dated, Defaults
from funds_monitor.domain.rules import Deadline
from funds_monitor.domain.timeline import Timeline

DEADLINE = "deadline"


class Hit:
    """A true point. Without `point` it is cold: known from storage, judged again before it is spoken of."""

    __slots__ = ("branches", "entry", "keys", "point", "position", "severity", "values", "waiting")

    def __init__(self, entry: Entry, judged: HitChange, point: Point | None) -> None:
        self.entry = entry
        self.position = entry.position
        self.branches = judged.branches
        self.keys = judged.keys
        self.values = judged.values
        self.waiting = judged.waiting
        self.point = point
        self.severity: Severity | None = None


class HitBook:
    """The true points of one rule, in order."""

    def __init__(self) -> None:
        self.by_position: dict[Position, Hit] = {}
        self.positions: list[Position] = []
        self.waiting: set[Position] = set()

    def put(self, hit: Hit) -> None:
        """Add a true point, or replace the one that stands there."""
        if hit.position not in self.by_position:
            insort(self.positions, hit.position)
        self.by_position[hit.position] = hit
        (self.waiting.add if hit.waiting else self.waiting.discard)(hit.position)

    def drop(self, position: Position) -> Hit | None:
        """Take a true point away."""
        hit = self.by_position.pop(position, None)
        if hit is not None:
            del self.positions[bisect_left(self.positions, position)]
            self.waiting.discard(position)
        return hit

    def speaking(self) -> list[Hit]:
        """Give the true points that do not wait, in order."""
        return [hit for position in self.positions if not (hit := self.by_position[position]).waiting]


class Episode:
    """True points of one key that make one alert; `told` is what the alert said of them, None: as stored."""

    __slots__ = ("hits", "key", "told")

    def __init__(self, key: str, hits: list[Hit]) -> None:
        self.key = key
        self.hits = hits
        self.told: Alert | None = None


class Organization:
    """The memory of one organization."""

    def __init__(self, code: str, timeline: Timeline, plans: list[RulePlan]) -> None:
        self.code = code
        self.timeline = timeline
        self.hits: dict[str, HitBook] = {plan.rule.id: HitBook() for plan in plans}
        self.deadlines: dict[str, dict[Position, Entry]] = {p.rule.id: {} for p in plans if p.rule.on_deadline}
        self.alerts: dict[str, dict[str, Alert]] = {plan.rule.id: {} for plan in plans}  # by id, withdrawn too
        self.episodes: dict[str, list[Episode]] = {plan.rule.id: [] for plan in plans}  # as last assembled
        self.raised: int = 0
        self.latest: dict[str, Position] = {}  # of each rule's verdict
        self.waiting: dict[tuple[str, str], WaitingChange] = {}
        self.dependencies: set[str] = set()
        self.links: dict[Identity, Link] = {}  # as last told, by the payment
        self.newest: Position | None = None  # of any fact; an older one is late

    def open_alerts(self) -> Iterator[Alert]:
        """Give the open alerts of all rules."""
        for alerts in self.alerts.values():
            for alert in alerts.values():
                if alert.state == "open":
                    yield alert

    def last_deadline(self) -> Position | None:
        """Give the last deadline of any rule."""
        return max((next(reversed(each)) for each in self.deadlines.values() if each), default=None)

    def arrange_deadlines(self, plan: RulePlan) -> tuple[list[Entry], list[Entry]]:
        """Work a rule's deadlines out anew; give those that came (or stand on another snapshot) and that went."""
        before, now = self.deadlines[plan.rule.id], deadlines_of(plan, self.timeline)
        came = []
        for position, entry in now.items():
            known = before.get(position)
            if known is None or known.fact is not entry.fact:
                came.append(entry)
            else:
                now[position] = known
        gone = [entry for position, entry in before.items() if position not in now]
        self.deadlines[plan.rule.id] = now
        return came, gone


def deadlines_of(plan: RulePlan, timeline: Timeline) -> dict[Position, Entry]:
    """Give all deadlines of a rule, in order."""
    found: dict[Position, Entry] = {}
    for deadline in plan.rule.deadlines.values():
        named = facts_due(plan, deadline, timeline) if deadline.stream else organization_due(plan, deadline, timeline)
        found.update((entry.position, entry) for entry in named)
    return dict(sorted(found.items()))


def organization_due(plan: RulePlan, deadline: Deadline, timeline: Timeline) -> Iterator[Entry]:
    """Give the deadlines that some snapshot names and that still stand when their date is over."""
    for snapshot in timeline.facts("org"):
        here = timeline.attributes(snapshot.position, day_of(snapshot.position))
        day = deadline.day.run(Defaults(plan.rule.parameters, here))
        if day is None:
            continue
        position = deadline_position(day)
        there = timeline.snapshot(position)
        if there is None:
            continue
        org = timeline.attributes(position, day)
        if deadline.day.run(Defaults(plan.rule.parameters, org)) == day:
            yield Entry(there, DEADLINE, position)


def facts_due(plan: RulePlan, deadline: Deadline, timeline: Timeline) -> Iterator[Entry]:
    """Give a deadline for each fact of a stream that names a date, whenever the fact became known."""
    for fact in timeline.facts(deadline.stream):
        day = deadline.day.run(Dated(plan.rule.parameters, fact))
        if day is not None:
            yield Entry(fact, DEADLINE, deadline_position(day, f"{fact.position.source} {fact.position.id}"))
