"""Which evaluation points have to be judged again after something moved, and no others.

A point remembers (`consulted`, a bit per feature) what it looked at when it was last judged: a change in a window that
a point never opened cannot alter its verdict.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property

from funds_monitor.domain.attributes import ATTRIBUTE_STREAMS
from funds_monitor.domain.cover import COVER_STREAMS
from funds_monitor.domain.entries import Entry, Series
from funds_monitor.domain.facts import DAY_US, Fact, Position, start_us
from funds_monitor.domain.organizations import Organization
from funds_monitor.domain.placing import Placement, partners_in, stretches
from funds_monitor.domain.plans import RulePlan
from funds_monitor.domain.reference import OFFICES, ReferenceChange
from funds_monitor.domain.register import is_of_register
from funds_monitor.domain.sets import SetPlan
from funds_monitor.domain.streams import TRANSFER

Dirty = dict[Position, Entry]


class Movement:
    """What moved of an organization and around it, worked out once for all rules."""

    def __init__(self, organization: Organization, placement: Placement, change: ReferenceChange | None = None) -> None:
        self._organization = organization
        self.placement = placement
        self.change = change
        self._concerns_all = placement.renamed or any(pays_in(entry) for entry in placement.payments)
        self._streams = {fact.stream for fact in placement.records}
        self._streams.update(entry.stream for entry in (*placement.points, *placement.gone, *placement.payments))

    def concerns(self, plan: RulePlan) -> bool:
        """Say whether a rule may hear of what moved among the organization's own facts."""
        return self._concerns_all or not self._streams.isdisjoint(plan.heard)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of reference data that moved."""
        return self.change.keys if self.change is not None else frozenset()

    @cached_property
    def moments(self) -> list[int]:
        """The times of the linked payments that moved, in order."""
        found = self.change.moments.values() if self.change is not None else ()
        return sorted(set().union(*found))

    @cached_property
    def moves_partners(self) -> bool:
        """Whether a partner in some activity moved."""
        return not partners_in(self._organization.timeline.facts("activity")).isdisjoint(self.keys)

    @cached_property
    def moves_parties(self) -> bool:
        """Whether somebody moved, not only accounts and signs."""
        return any(is_party(key) for key in self.keys)

    @cached_property
    def moves_register(self) -> bool:
        """Whether something of the register of everybody moved."""
        return any(is_of_register(key) for key in self.keys)

    @cached_property
    def of_parties(self) -> list[Entry]:
        """The payments whose party moved, in order."""
        series = [found for key in self.keys if (found := self._organization.timeline.by_party.get(key)) is not None]
        return sorted((entry for each in series for entry in each.entries), key=standing)

    @cached_property
    def payments(self) -> list[Entry]:
        """The payments that came, went or changed their marks, in order."""
        return sorted(self.placement.payments, key=standing)

    @cached_property
    def others(self) -> dict[str, list[Entry]]:
        """The other facts that came or went, by stream, in order."""
        placement = self.placement
        transfers = (entry for entry in (*placement.gone, *placement.points) if entry.stream == TRANSFER)
        found: dict[str, list[Entry]] = {}
        for entry in sorted((*map(Entry, placement.records), *transfers), key=standing):
            found.setdefault(entry.stream, []).append(entry)
        return found


class Rejudging:
    """Collects the dirty points of one rule and organization."""

    def __init__(self, organization: Organization, plan: RulePlan) -> None:
        self._organization = organization
        self._plan = plan
        self.dirty: Dirty = {}
        self.gone: set[Position] = set()

    def after(self, movement: Movement) -> None:
        """Note what a batch of facts, or a change in the reference data, moved."""
        if movement.change is not None and not movement.keys:
            self._note(None, self._plan.all_bits)
        elif movement.moments:
            self._after_links(movement.moments)
        else:
            if movement.concerns(self._plan):
                self.arrange(movement.placement)
                self.follow(movement)
            if movement.change is not None:
                self._after_reference(movement, movement.change.from_on)

    def everything(self) -> None:
        """Note all points: the rule is another one."""
        self._note(None, 0, always=True)

    def in_order(self) -> list[Entry]:
        """Give the dirty points in order, but those that other versions of the rule judge."""
        in_order = [self.dirty[position] for position in sorted(self.dirty)]
        if self._plan.judges_always:
            return in_order
        return [entry for entry in in_order if self._plan.span.holds(entry.day)]

    def arrange(self, placement: Placement) -> None:
        """Note the deadlines that came and went."""
        book = self._organization.deadlines.get(self._plan.key)
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
        book = self._organization.deadlines.get(self._plan.key)
        last = book.last() if book is not None else None
        return last is not None and position < last

    def follow(self, movement: Movement) -> None:
        """Note the points that a batch of facts moved, once the deadlines are arranged."""
        placement, plan, wakes = movement.placement, self._plan, self._plan.wakes
        self.gone.update(entry.position for entry in placement.gone if entry.stream in wakes)
        self.dirty.update((entry.position, entry) for entry in placement.points if entry.stream in wakes)
        for fact in placement.records:
            self._after_record(fact)
        for stream, changed in movement.others.items():
            for set_plan in plan.sets_on(stream):
                self._after_members(changed, set_plan)
        if placement.renamed and plan.payer_bits:
            self._note(None, plan.payer_bits)
        self._after_payments(movement.payments)

    def _after_payments(self, payments: Sequence[Entry]) -> None:
        """Note the points behind payments that came, went or changed; at the end of the timeline there are none."""
        plan, last = self._plan, self._last()
        if last is None or not payments or payments[0].position >= last:
            return
        for set_plan in plan.sets_on("payment"):
            self._after_members(payments, set_plan)
        if plan.rule.asks_cover:  # they may show on what basis their accounts are delivered
            self._note(payments[0].position, plan.cover_bit)
        first = next((entry.position for entry in payments if pays_in(entry)), None)
        if first is not None:
            self._note(first, plan.related_bit)

    def _last(self) -> Position | None:
        """Give the last evaluation point."""
        found = [series.positions[-1] for series in self._woken]
        book = self._organization.deadlines.get(self._plan.key)
        last = book.last() if book is not None else None
        if last is not None:
            found.append(last)
        return max(found, default=None)

    def _after_reference(self, movement: Movement, from_on: date | None) -> None:
        """Note what moved around the organization."""
        plan, keys = self._plan, movement.keys
        if OFFICES in keys:
            self._note(None, plan.bits_on("office"))
        if self._organization.code in keys or (plan.rule.asks_partners and movement.moves_partners):
            self._note(None, plan.related_bit, from_on=from_on)
        if movement.moves_register or (plan.rule.asks_rivals and movement.moves_parties):
            self._note(None, plan.register_bit)
        if plan.group_bits and movement.moves_parties:  # somebody's group
            self._note(None, plan.group_bits, from_on=from_on)
        self._after_party(movement.of_parties)

    def _after_party(self, payments: Sequence[Entry]) -> None:
        """Note the points of payments whose party belongs to others now, and those whose windows they are in."""
        if "payment" in self._plan.wakes:
            self.dirty.update((entry.position, entry) for entry in payments)
        for set_plan in self._plan.sets_on("payment"):
            self._after_members(payments, set_plan)

    def _after_links(self, moments: list[int]) -> None:
        """Note the points whose ways may lead over payments that moved, at some times in order."""
        plan = self._plan
        if not plan.path_days:
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

    def _after_members(self, changed: Sequence[Entry], set_plan: SetPlan) -> None:
        """Note the points whose window of a set contains one of some changed facts, which are in order."""
        bit, feature = set_plan.bit, set_plan.feature
        days = {entry.data.booked_on for entry in changed} if feature.same_day else None
        positions = [entry.position for entry in changed]
        for position, until_us in stretches(positions, days=set_plan.days_max, ahead=feature.ahead):
            for entry in self._points(position, until_us):
                if entry.consulted & bit and (days is None or getattr(entry.data, "booked_on", None) in days):
                    self.dirty[entry.position] = entry

    def _note(self, position: Position | None, bits: int, *, always: bool = False, from_on: date | None = None) -> None:
        """Note the points from a position on that looked at one of some features."""
        for entry in self._points(position, None):
            if (always or entry.consulted & bits) and (from_on is None or entry.day >= from_on):
                self.dirty[entry.position] = entry

    @cached_property
    def _woken(self) -> list[Series]:
        """The facts that wake the rule; streams without any are left out."""
        timeline = self._organization.timeline
        return [series for stream in self._plan.wakes if (series := timeline.series(stream)).entries]

    def _points(self, position: Position | None, until_us: int | None) -> Iterator[Entry]:
        """Give the evaluation points from a position up to (not including) a time."""
        for series in self._woken:
            yield from part_of(series, position, until_us)
        book = self._organization.deadlines.get(self._plan.key)
        if book is not None:
            yield from book.between(position, until_us)


def pays_in(entry: Entry) -> bool:
    """Say whether a payment is of start-up funds: whoever paid it is a founder from then on."""
    return bool(entry.data.earmark == "start_up_funds")


def is_party(key: str) -> bool:
    """Say whether a key of reference data is a party's, not an account's or one with a sign of its own."""
    return ":" not in key and not key.startswith(("@", "a_"))


def part_of(series: Series, position: Position | None, until_us: int | None) -> Iterable[Entry]:
    """Give the entries of a series with some from a position up to (not including) a time."""
    positions = series.positions
    if position is not None and positions[-1] < position:
        return ()
    low = series.after(position.time_us - 1) if position is not None else 0
    high = series.after(until_us - 1) if until_us is not None else len(positions)
    if position is not None:
        while low < high and positions[low] < position:
            low += 1
    return series.entries[low:high]


def standing(entry: Entry) -> Position:
    """Give where an entry stands on its timeline."""
    return entry.position
