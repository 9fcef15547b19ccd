"""The deadlines of one rule and organization: dates at which it looks, each standing on the fact that names it."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from funds_monitor.domain.entries import Entry, Series
from funds_monitor.domain.facts import Fact, Position, day_of, deadline_position
from funds_monitor.domain.placing import Placement
from funds_monitor.domain.plans import RulePlan
from funds_monitor.domain.rule_reading import Dated, Defaults
from funds_monitor.domain.rules import Deadline
from funds_monitor.domain.silence import Signs
from funds_monitor.domain.timeline import Timeline

DEADLINE = "deadline"
PAYMENT = "payment"


class DeadlineBook:
    """Deadlines in order. Those of records are worked out anew when a record moved, those of payments one by one."""

    def __init__(self, plan: RulePlan) -> None:
        self._plan = plan
        self._of_records: dict[Position, Entry] = {}
        self._sharing: dict[str, dict[Any, Shared]] = {
            name: {} for name, each in plan.rule.deadlines.items() if each.stream == PAYMENT
        }
        silence = plan.rule.silence
        self.signs = Signs(silence, plan.rule.parameters) if silence is not None else None
        self._silences: dict[date, Entry] = {}  # by the last sign before them
        self._by_position: dict[Position, Entry] = {}
        self._positions: list[Position] = []

    def get(self, position: Position) -> Entry | None:
        """Give the deadline that stands at a position."""
        return self._by_position.get(position)

    def last(self) -> Position | None:
        """Give the position of the last one."""
        return self._positions[-1] if self._positions else None

    def between(self, position: Position | None, until_us: int | None) -> list[Entry]:
        """Give those from a position up to (not including) a time."""
        low = bisect_left(self._positions, position) if position is not None else 0
        high = bisect_left(self._positions, (until_us, "", "")) if until_us is not None else len(self._positions)
        return [self._by_position[each] for each in self._positions[low:high]]

    def restore(self, timeline: Timeline) -> None:
        """Work all out from a whole timeline."""
        self.arrange(timeline)
        self.follow(Placement(points=timeline.payments.entries))
        silence = self._plan.rule.silence
        for stream in silence.signs if silence is not None else ():
            self.listen(Placement(points=timeline.series(stream).entries), timeline)

    def arrange(self, timeline: Timeline) -> tuple[list[Entry], list[Entry]]:
        """Work those of records out anew; give those that came (or stand on another fact) and that went."""
        before, now = self._of_records, deadlines_of(self._plan, timeline)
        came = []
        for position, entry in now.items():
            known = before.get(position)
            if known is None or known.fact is not entry.fact:
                came.append(entry)
                self._put(entry)
            else:
                now[position] = known
        gone = [entry for position, entry in before.items() if position not in now]
        for entry in gone:
            self._drop(entry.position)
        self._of_records = now
        return came, gone

    def follow(self, placement: Placement) -> tuple[list[Entry], list[Entry]]:
        """Let those of payments follow the payments that came and went; give what came and what went."""
        moved: dict[int, Shared] = {}
        for name, sharing in self._sharing.items():
            deadline = self._plan.rule.deadlines[name]
            for payment in paying(placement.gone):
                shared = sharing.get(value_shared(self._plan, deadline, payment.fact))
                if shared is not None:
                    shared.payments.remove(payment.position)
                    moved[id(shared)] = shared
            for payment in paying(placement.points):
                value = value_shared(self._plan, deadline, payment.fact)
                if value is not None:
                    shared = sharing.get(value)
                    if shared is None:
                        shared = sharing[value] = Shared(deadline, value)
                    shared.payments.add(payment)
                    moved[id(shared)] = shared
        return self._settle(moved.values())

    def listen(self, placement: Placement, timeline: Timeline) -> tuple[list[Entry], list[Entry], date | None]:
        """Let the deadlines of silence follow signs of life; give what came, what went, the first date that differs."""
        signs = self.signs
        if signs is None:
            return [], [], None
        moved = signs.move(placement.gone, placement.points)
        touched = {before for day in moved if (before := signs.before(day)) is not None} | moved
        if any(fact.stream == "org" for fact in placement.records):  # which snapshot they stand on
            touched.update(signs.dates)
        came, gone = [], []
        for day in sorted(touched):
            stood, stands = self._silences.pop(day, None), silence_after(signs, day, timeline)
            if stood is not None and stands is None:
                self._drop(stood.position)
                gone.append(stood)
            elif stands is not None and (stood is None or stood.fact is not stands.fact):
                self._put(stands)
                came.append(stands)
            if stands is not None:
                self._silences[day] = self._by_position.get(stands.position, stands)
        return came, gone, min(moved, default=None)

    def _settle(self, moved: Iterable[Shared]) -> tuple[list[Entry], list[Entry]]:
        """Let shared deadlines stand on the first payments that name them, or go with the last ones."""
        came, gone = [], []
        for shared in moved:
            before, now = shared.standing, shared.due(self._plan)
            if before is not None and now is not None and before.fact is now.fact:
                continue
            if before is not None and (now is None or now.position != before.position):
                self._drop(before.position)
                gone.append(before)
            if now is not None:
                self._put(now)
                came.append(now)
            shared.standing = now
        return came, gone

    def _put(self, entry: Entry) -> None:
        if not self._plan.judges_on(entry.day):
            return  # another version of the rule looks on that day
        if entry.position not in self._by_position:
            insort(self._positions, entry.position)
        self._by_position[entry.position] = entry

    def _drop(self, position: Position) -> None:
        if self._by_position.pop(position, None) is not None:
            del self._positions[bisect_left(self._positions, position)]


class Shared:
    """Payments that share a deadline, and the deadline as it stands."""

    __slots__ = ("_deadline", "_value", "payments", "standing")

    def __init__(self, deadline: Deadline, value: object) -> None:
        self._deadline = deadline
        self._value = value
        self.payments = Series()
        self.standing: Entry | None = None

    def due(self, plan: RulePlan) -> Entry | None:
        """Give the deadline of the first payment."""
        if not self.payments.entries:
            return None
        return shared_due(plan, self._deadline, self.payments.entries[0].fact, self._value)


def paying(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Give the payments among some entries."""
    return (entry for entry in entries if entry.stream == PAYMENT)


def deadlines_of(plan: RulePlan, timeline: Timeline) -> dict[Position, Entry]:
    """Give the deadlines of the organization itself and of its records."""
    found: dict[Position, Entry] = {}
    for deadline in plan.rule.deadlines.values():
        if not deadline.stream:
            found.update((entry.position, entry) for entry in organization_due(plan, deadline, timeline))
        elif deadline.stream != PAYMENT:
            for entry in records_due(plan, deadline, timeline):
                found.setdefault(entry.position, entry)
    return found


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


def records_due(plan: RulePlan, deadline: Deadline, timeline: Timeline) -> Iterator[Entry]:
    """Give a deadline for each fact of a stream that names a date, or for the first one that gives a shared value."""
    told: set[Any] = set()
    for fact in timeline.facts(deadline.stream):
        value = value_shared(plan, deadline, fact)
        if value is None or value in told:
            continue
        told.add(value)
        entry = shared_due(plan, deadline, fact, value)
        if entry is not None:
            yield entry


def value_shared(plan: RulePlan, deadline: Deadline, fact: Fact) -> Any:
    """Give the value by which a fact shares a deadline, its identity where it shares none; None: it has none at all."""
    around = Dated(plan.rule.parameters, fact)
    if deadline.where is not None and not deadline.where.run(around):
        return None
    if deadline.once is None:
        return f"{fact.position.source} {fact.position.id}"
    return deadline.once.run(around)


def shared_due(plan: RulePlan, deadline: Deadline, fact: Fact, value: object) -> Entry | None:
    """Give the deadline that a fact names; None where it names no date."""
    day: date | None = deadline.day.run(Dated(plan.rule.parameters, fact))
    if day is None:
        return None
    of = str(value) if deadline.once is None else f"{deadline.name} {value}"
    return Entry(fact, DEADLINE, deadline_position(day, of))


def silence_after(signs: Signs, day: date, timeline: Timeline) -> Entry | None:
    """Give the deadline after a sign of life, where no other one follows in time."""
    due = signs.due(day)
    if due is None:
        return None
    position = deadline_position(due, signs.name)
    snapshot = timeline.snapshot(position)
    return Entry(snapshot, DEADLINE, position) if snapshot is not None else None
