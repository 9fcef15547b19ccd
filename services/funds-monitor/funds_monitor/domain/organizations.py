"""What the engine keeps of one organization besides its timeline: true points, deadlines, alerts, what it waits for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from datetime import date

from funds_monitor.domain.deadlines import DeadlineBook
from funds_monitor.domain.entries import Entry
from funds_monitor.domain.facts import Position, end_us
from funds_monitor.domain.links import Identity, Link
from funds_monitor.domain.outcome import Alert, HitChange, Severity, WaitingChange
from funds_monitor.domain.points import Point
from funds_monitor.domain.rulebook import RuleBook
from funds_monitor.domain.timeline import Timeline

Awaited = tuple[str, date]


class Hit:
    """A true point. Without `point` it is cold: known from storage, judged again before it is spoken of.

    `awaited` names the topics that its branches need, each with the date to whose end.
    """

    __slots__ = ("awaited", "branches", "entry", "keys", "point", "position", "severity", "values", "waiting")

    def __init__(self, entry: Entry, judged: HitChange, point: Point | None, awaited: Sequence[Awaited]) -> None:
        self.entry = entry
        self.awaited = awaited
        self.position = entry.position
        self.branches = judged.branches
        self.keys = judged.keys
        self.values = judged.values
        self.waiting = judged.waiting
        self.point = point
        self.severity: Severity | None = None


class HitBook:
    """The true points of one rule; `seen` is the revision of completeness at which those that wait were asked."""

    def __init__(self) -> None:
        self.by_position: dict[Position, Hit] = {}
        self.positions: list[Position] = []  # of those that do not wait, in order
        self.waiting: set[Position] = set()
        self.seen: int | None = None
        self._awaited: dict[str, list[date]] = {}  # by topic, in order: what those that wait wait for

    def put(self, hit: Hit) -> None:
        """Add a true point, or replace the one that stands there."""
        self.drop(hit.position)
        self.by_position[hit.position] = hit
        if not hit.waiting:
            insort(self.positions, hit.position)
            return
        self.waiting.add(hit.position)
        for topic, day in hit.awaited:
            insort(self._awaited.setdefault(topic, []), day)

    def drop(self, position: Position) -> Hit | None:
        """Take a true point away."""
        hit = self.by_position.pop(position, None)
        if hit is None:
            return None
        if not hit.waiting:
            del self.positions[bisect_left(self.positions, position)]
            return hit
        self.waiting.discard(position)
        for topic, day in hit.awaited:
            days = self._awaited[topic]
            del days[bisect_left(days, day)]
        return hit

    def release(self, hit: Hit) -> None:
        """Let a true point wait no longer."""
        self.drop(hit.position)
        hit.waiting = False
        self.put(hit)

    def awaited(self, topic: str, complete_until_us: int | None) -> list[date]:
        """Give the dates that true points wait for and to whose end a topic is not complete, in order."""
        days = self._awaited.get(topic, [])
        return days[bisect_right(days, complete_until_us, key=end_us) :] if complete_until_us is not None else days

    def speaking(self) -> list[Hit]:
        """Give the true points that do not wait, in order."""
        return [self.by_position[position] for position in self.positions]


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
