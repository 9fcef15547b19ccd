"""What a batch of facts moves on a timeline, and who is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Protocol

from msgspec import Struct, field

from funds_monitor.domain.entries import Entry
from funds_monitor.domain.facts import DAY_US, Fact, Position


class SetIndex(Protocol):
    """What a set of a rule keeps of a stream."""

    def add(self, entry: Entry) -> None:
        """Take an entry in, if it belongs there."""

    def remove(self, entry: Entry) -> None:
        """Take an entry out again; its marks are still what they were when it came."""


class Placement(Struct):
    """What a batch of facts moved on one timeline."""

    points: list[Entry] = field(default_factory=list)  # came, or are judged differently themselves
    gone: list[Entry] = field(default_factory=list)
    payments: list[Entry] = field(default_factory=list)  # external ones that came, went or changed their marks
    records: list[Fact] = field(default_factory=list)  # other facts that came or went
    renamed: bool = False  # whoever got a receipt may be somebody else now: the owner of an account changed


def partners_in(facts: Iterable[Fact]) -> set[str]:
    """Name the organizations with which activities among some facts were held."""
    partners = (fact.data.counterpart for fact in facts if fact.stream == "activity")
    return {partner.code for partner in partners if partner is not None and partner.code is not None}


def stretches(
    moved: Sequence[Position], *, days: int | None, ahead: bool
) -> Iterator[tuple[Position | None, int | None]]:
    """Give the stretches of a timeline whose points look back on one of some positions, which are in order.

    A stretch goes from a position up to (not including) a time; None is the timeline's beginning, or its end. Points
    look `days` back, or all the way; with `ahead` they also look at what is behind them. Stretches that touch are one,
    so that each point is looked at once, however much moved.
    """
    if not moved:
        return
    begin = None if ahead else moved[0]
    if days is None:
        yield begin, None
        return
    for position, following in pairwise(moved) if begin is not None else ():
        until_us = position.time_us + days * DAY_US
        if following.time_us > until_us:
            yield begin, until_us
            begin = following
    yield begin, moved[-1].time_us + days * DAY_US
