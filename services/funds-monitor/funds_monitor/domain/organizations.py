"""What the engine keeps of one organization besides its timeline: true points, deadlines, alerts, what it waits for."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator

from funds_monitor.domain.deadlines import DeadlineBook
from funds_monitor.domain.entries import Entry
from funds_monitor.domain.facts import Position
from funds_monitor.domain.links import Identity, Link
from funds_monitor.domain.outcome import Alert, HitChange, Severity, WaitingChange
from funds_monitor.domain.points import Point
from funds_monitor.domain.rulebook import RuleBook
from funds_monitor.domain.timeline import Timeline


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

    def held_back(self) -> list[Hit]:
        """Give the true points that wait."""
        return [self.by_position[position] for position in self.waiting]

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

    def __init__(self, code: str, timeline: Timeline, rules: RuleBook) -> None:
        self.code = code
        self.timeline = timeline
        plans = rules.plans
        self.hits: dict[str, HitBook] = {plan.key: HitBook() for plan in plans}
        self.deadlines = {plan.key: DeadlineBook(plan) for plan in plans if plan.rule.on_deadline}
        timeline.signs = {plan: book.signs for plan, book in self.deadlines.items() if book.signs is not None}
        # Of each rule and pattern by id, withdrawn ones too: an alert lives on whatever version judges its trigger.
        self.alerts: dict[str, dict[str, Alert]] = {name: {} for name in rules.names}
        self.episodes: dict[str, list[Episode]] = {plan.key: [] for plan in plans}  # as last assembled
        self.stale: dict[str, list[HitChange]] = {}  # true points as another rule book had them, by rule
        self.raised: int = 0
        self.latest: dict[str, Position] = {}  # of each rule's verdict, whatever version gave it
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
