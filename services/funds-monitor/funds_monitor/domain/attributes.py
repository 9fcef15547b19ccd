"""An organization's attributes as of an evaluation point: the snapshot in force, its status and its size.

Source: docs/rule-language.md §4 (Organization attributes, Size, base).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from funds_monitor.domain.facts import Fact, Position

SUSPENDED = "civil-affairs.organization.suspended.v1"
CHANGED = "civil-affairs.organization.changed.v1"
ATTRIBUTE_STREAMS = frozenset({"org", "annual", "ended"})  # what attributes are made of
SUSPENSION_DAYS = 180
ACTIVE = "active"
SIZES = ((50_000_000, "micro"), (500_000_000, "small"), (5_000_000_000, "medium"))
SIZE_UNKNOWN = "small"


class Attributes:
    """What rules call `org`; all null but size and status where nothing is registered."""

    __slots__ = ("_data", "applies", "fact", "kept", "kind", "size", "status")

    def __init__(self, fact: Fact | None, *, size: str, status: str) -> None:
        self.fact = fact
        self._data: Any = fact.data if fact is not None else None
        self.kind: str | None = getattr(self._data, "kind", None)
        self.size = size
        self.status = status
        self.applies: dict[str, bool] = {}  # by plan; worked out once
        self.kept: dict[tuple[int, str], Any] = {}  # the kept sets that hold under these attributes, by number

    def __getattr__(self, name: str) -> Any:
        return getattr(self._data, name, None)


def size_by(income_fen: int | None) -> str:
    """Give the size by the income of an annual report."""
    if income_fen is None:
        return SIZE_UNKNOWN
    return next((name for below, name in SIZES if income_fen < below), "large")


def status_on(day: date, position: Position, *, ends: Iterable[Fact], snapshots: Sequence[Fact]) -> str:
    """Give the status at a position: the latest end by (effective_on, position) decides; suspensions pass."""
    last = max(
        (each for each in ends if each.data.effective_on <= day),
        key=lambda each: (each.data.effective_on, each.position),
        default=None,
    )
    if last is None:
        return ACTIVE
    if last.event_type != SUSPENDED:
        return last.event_type.split(".")[-2]
    until = last.data.until_on or last.data.effective_on + timedelta(days=SUSPENSION_DAYS)
    is_back = any(each.event_type == CHANGED and last.position < each.position <= position for each in snapshots)
    return ACTIVE if is_back or day > until else "suspended"


def spending_base(reports: Sequence[Any], year: int) -> int | None:
    """Give what the last report of the year before tells as spent, else that of the year before it."""
    for told in (year - 1, year - 2):
        spent = next((report.spending_fen for report in reversed(reports) if report.year == told), None)
        if spent is not None:
            return int(spent)
    return None
