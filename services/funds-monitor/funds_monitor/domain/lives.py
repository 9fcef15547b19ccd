"""How long a fact holds: its own dates, and the fact that ends it.

Source: docs/rule-language.md §4 (Life).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from funds_monitor.domain.facts import Fact, day_of
from funds_monitor.domain.streams import LIVES


def start_of(fact: Fact) -> date:
    """Give the first date of a fact; without a start field, the date of its position."""
    life = LIVES.get(fact.stream)
    start: date | None = getattr(fact.data, life.start, None) if life is not None and life.start else None
    return start or day_of(fact.position)


def end_of(fact: Fact, endings: Iterable[Fact]) -> date | None:
    """Give the last date of a fact: its own end, or the first ending with the same key dated at or after its start."""
    life = LIVES.get(fact.stream)
    if life is None:
        return None
    start = start_of(fact)
    ends: list[date] = []
    own: date | None = getattr(fact.data, life.end, None) if life.end else None
    if own is not None:
        ends.append(own)
    for ending in endings:
        on: date | None = getattr(ending.data, life.ended_on or "", None)
        same = all(getattr(ending.data, key) == getattr(fact.data, key) for key in life.keys)
        if same and on is not None and on >= start:
            ends.append(on)
    return min(ends, default=None)


def lives_on(fact: Fact, day: date, endings: Iterable[Fact]) -> bool:
    """Say whether a fact holds on a date."""
    if start_of(fact) > day:
        return False
    end = end_of(fact, endings)
    return end is None or day <= end
