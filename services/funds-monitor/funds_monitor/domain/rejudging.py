"""Which evaluation points have to be judged again after something moved, and no others.

A point remembers (`consulted`, a bit per feature) what it looked at when it was last judged: a change in a window that
a point never opened cannot alter its verdict.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import date

from funds_monitor.domain.attributes import ATTRIBUTE_STREAMS
from funds_monitor.domain.cover import COVER_STREAMS
from funds_monitor.domain.entries import Entry, Series
from funds_monitor.domain.facts import DAY_US, Fact, Position, start_us
from funds_monitor.domain.organizations import Organization
from funds_monitor.domain.placing import Placement, partners_in
from funds_monitor.domain.plans import RulePlan
from funds_monitor.domain.reference import OFFICES, ReferenceChange
from funds_monitor.domain.register import is_of_register
from funds_monitor.domain.sets import SetPlan
from funds_monitor.domain.streams import TRANSFER

Dirty = dict[Position, Entry]


class Rejudging:
    """Collects the dirty points of one rule and organization."""

    def __init__(self, organization: Organization, plan: RulePlan) -> None:
        self._organization = organization
        self._plan = plan
        self.dirty: Dirty = {}
        self.gone: set[Position] = set()

    def after(self, placement: Placement) -> None:
        """Note what a batch of facts moved."""
        self.arrange(placement)
        self.follow(placement)

    def arrange(self, placement: Placement) -> None:
        """Note the deadlines that came and went."""
        book = self._organization.deadlines.get(self._plan.rule.id)
        if book is None:
            return
        moved = []
        if any(fact.stream in self._plan.dating for fact in placement.records):
            moved.append(book.arrange(self._organization.timeline))
        if self._plan.dates_payments:
            moved.append(book.follow(placement))
        came, gone, first = book.listen(placement, self._organization.timeline)
        moved.append((came, gone))
        for came, gone in moved:
            self.dirty.update((entry.position, entry) for entry in came)
            self.gone.update(entry.position for entry in gone)
        if first is not None:
            self._note(Position(start_us(first), "", ""), 0, always=True)

    def reaches(self, position: Position) -> bool:
        """Say whether a fact at a position may matter to a deadline."""
        book = self._organization.deadlines.get(self._plan.rule.id)
        last = book.last() if book is not None else None
        return last is not None and position < last

    def follow(self, placement: Placement) -> None:
        """Note the points that a batch of facts moved, once the deadlines are arranged."""
        plan, wakes = self._plan, self._plan.wakes
        self.gone.update(entry.position for entry in placement.gone if entry.stream in wakes)
        self.dirty.update((entry.position, entry) for entry in placement.points if entry.stream in wakes)
        for fact in placement.records:
            self._after_record(fact)
        for entry in (*placement.gone, *placement.points):
            if entry.stream == TRANSFER:
                self._after_transfer(entry)
        if placement.renamed and plan.payer_bits:
            self._note(None, plan.payer_bits)
        self._after_payments(placement.payments)

    def _after_transfer(self, moved: Entry) -> None:
        """Note the points in whose windows a payment between own accounts is, or was."""
        for set_plan in self._plan.sets.values():
            if set_plan.feature.stream == TRANSFER:
                self._after_member(moved, set_plan)

    def _after_payments(self, payments: Iterable[Entry]) -> None:
        """Note the points behind payments that came, went or changed; at the end of the timeline there are none."""
        plan, last = self._plan, self._last()
        for entry in payments:
            if last is None or entry.position >= last:
                continue
            for set_plan in plan.sets.values():
                if set_plan.feature.stream == "payment":
                    self._after_member(entry, set_plan)
            if plan.rule.asks_cover:  # it may show on what basis its account is delivered
                self._note(entry.position, plan.cover_bit)
            if entry.data.earmark == "start_up_funds":  # whoever paid it is a founder from then on
                self._note(entry.position, plan.related_bit)

    def _last(self) -> Position | None:
        """Give the last evaluation point."""
        timeline, rule_id = self._organization.timeline, self._plan.rule.id
        found: Position | None = None
        for stream in self._plan.wakes:
            positions = timeline.series(stream).positions
            if positions and (found is None or positions[-1] > found):
                found = positions[-1]
        book = self._organization.deadlines.get(rule_id)
        last = book.last() if book is not None else None
        if last is not None:
            found = last if found is None or last > found else found
        return found

    def after_reference(self, change: ReferenceChange, placement: Placement) -> None:
        """Note what moved in the reference data."""
        plan, timeline = self._plan, self._organization.timeline
        if not change.keys:
            self._note(None, plan.all_bits)
            return
        if change.moments:
            self._after_links(change)
            return
        self.after(placement)
        if OFFICES in change.keys:
            self._note(None, plan.bits_on("office"))
        if self._organization.code in change.keys or self._concerns_partners(change):
            self._note(None, plan.related_bit, from_on=change.from_on)
        if any(is_of_register(key) or (plan.rule.asks_rivals and is_party(key)) for key in change.keys):
            self._note(None, plan.register_bit)
        if plan.group_bits and any(is_party(key) for key in change.keys):  # somebody's group
            self._note(None, plan.group_bits, from_on=change.from_on)
        for key in change.keys:
            series = timeline.by_party.get(key)
            self._after_party(series.entries if series is not None else ())

    def _after_party(self, payments: Iterable[Entry]) -> None:
        """Note the points of payments whose party belongs to others now, and those whose windows they are in."""
        plan = self._plan
        for entry in payments:
            if "payment" in plan.wakes:
                self.dirty[entry.position] = entry
            for set_plan in plan.sets.values():
                if set_plan.feature.stream == "payment":
                    self._after_member(entry, set_plan)

    def _after_links(self, change: ReferenceChange) -> None:
        """Note the points whose ways may lead over payments that moved."""
        plan = self._plan
        moments = sorted(set().union(*(change.moments[key] for key in change.keys)))
        if not plan.path_days or not moments:
            return
        # Both sides' reports of a payment are of one day. A point looks back one window to where ways begin or pass,
        # and these reach one window further in either direction.
        back_us, ahead_us = (2 * plan.path_days + 2) * DAY_US, (plan.path_days + 2) * DAY_US
        for entry in self._points(Position(moments[0] - ahead_us, "", ""), moments[-1] + back_us):
            if not entry.consulted & plan.path_bit:
                continue
            place = bisect_left(moments, entry.position.time_us - back_us)
            if place < len(moments) and moments[place] <= entry.position.time_us + ahead_us:
                self.dirty[entry.position] = entry

    def _concerns_partners(self, change: ReferenceChange) -> bool:
        """Say whether the rule asks of partners in activities, and one of them moved."""
        if not self._plan.rule.asks_partners:
            return False
        return not partners_in(self._organization.timeline.facts("activity")).isdisjoint(change.keys)

    def _after_record(self, fact: Fact) -> None:
        plan = self._plan
        if fact.stream == "ended":
            self._note(None, plan.all_bits, always=True)
        elif fact.stream in ATTRIBUTE_STREAMS:
            self._note(fact.position, plan.all_bits, always=True)
        if plan.rule.asks_cover and fact.stream in COVER_STREAMS:
            self._note(None, plan.cover_bit)
        bits = plan.bits_on(fact.stream)
        if bits:
            self._note(None if plan.is_dated(fact.stream) else fact.position, bits)
        if plan.rule.done is not None and plan.rule.done.stream == fact.stream:
            self._note(None, plan.done_bit)
        for set_plan in plan.sets.values():
            if set_plan.feature.stream == fact.stream:
                self._after_member(Entry(fact), set_plan)

    def _after_member(self, changed: Entry, set_plan: SetPlan) -> None:
        """Note the points whose window of a set contains a changed fact."""
        feature, bit = set_plan.feature, set_plan.bit
        until_us = None
        if feature.within is not None:
            until_us = changed.position.time_us + days_of(set_plan, self._plan) * DAY_US
        booked_on = changed.data.booked_on if feature.same_day else None
        for entry in self._points(changed.position if not feature.ahead else None, until_us):
            if entry.consulted & bit and (booked_on is None or same_day(entry, booked_on)):
                self.dirty[entry.position] = entry

    def _note(self, position: Position | None, bits: int, *, always: bool = False, from_on: date | None = None) -> None:
        """Note the points from a position on that looked at one of some features."""
        for entry in self._points(position, None):
            if (always or entry.consulted & bits) and (from_on is None or entry.day >= from_on):
                self.dirty[entry.position] = entry

    def _points(self, position: Position | None, until_us: int | None) -> Iterator[Entry]:
        """Give the evaluation points from a position up to (not including) a time."""
        timeline = self._organization.timeline
        for stream in self._plan.wakes:
            yield from part_of(timeline.series(stream), position, until_us)
        book = self._organization.deadlines.get(self._plan.rule.id)
        if book is not None:
            yield from book.between(position, until_us)


def is_party(key: str) -> bool:
    """Say whether a key of reference data is a party's, not an account's or one with a sign of its own."""
    return ":" not in key and not key.startswith(("@", "a_"))


def part_of(series: Series, position: Position | None, until_us: int | None) -> Iterable[Entry]:
    """Give the entries from a position up to (not including) a time."""
    positions = series.positions
    if position is not None and (not positions or positions[-1] < position):
        return ()
    low = series.after(position.time_us - 1) if position is not None else 0
    high = series.after(until_us - 1) if until_us is not None else len(positions)
    if position is not None:
        while low < high and positions[low] < position:
            low += 1
    return series.entries[low:high]


def same_day(entry: Entry, booked_on: date) -> bool:
    """Say whether the fact of a point is booked on a day."""
    return bool(getattr(entry.data, "booked_on", None) == booked_on)


def days_of(set_plan: SetPlan, plan: RulePlan) -> int:
    """Give the widest window that a set has for any kind or size."""
    names = set_plan.feature.within.names if set_plan.feature.within is not None else frozenset()
    widest = {
        name: max([p.default, *p.by_kind.values(), *p.by_size.values()])
        for name, p in plan.rule.parameters.items()
        if name in names
    }
    return int(set_plan.feature.within.run(widest)) if set_plan.feature.within is not None else 0
