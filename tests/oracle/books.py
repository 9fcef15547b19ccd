"""The believed facts, laid out so that one can ask for those of an organization or of everybody."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from tests.oracle.facts import Fact, Position, day_at, day_of, end_of

SUSPENDED = "civil-affairs.organization.suspended.v1"
CHANGED = "civil-affairs.organization.changed.v1"
SUSPENSION_DAYS = 180
SIZES = ((50_000_000, "micro"), (500_000_000, "small"), (5_000_000_000, "medium"))
# start field, end field of the fact itself, stream and field of the end, fields that pair them
LIVES: dict[str, tuple[str | None, str | None, str | None, str | None, tuple[str, ...]]] = {
    "finding": (None, None, "finding_rectified", "rectified_on", ("finding_id",)),
    "filing": ("from_on", "to_on", None, None, ()),
    "office": (None, None, "office_ended", "deregistered_on", ("office_code",)),
    "approval": ("approved_on", "valid_until", None, None, ()),
    "post": ("from_on", None, "post_left", "to_on", ("person", "post")),
    "relation": ("from_on", "to_on", None, None, ()),
    "fee": ("valid_from", "valid_to", None, None, ()),
    "branch": ("opened_on", None, "branch_closed", "closed_on", ("branch_id",)),
    "debtor": ("listed_on", None, "debtor_delisted", "delisted_on", ("case_no",)),
    "account": ("opened_on", None, "account_closed", "closed_on", ("account",)),
    "listing": ("effective_on", None, "listing_lifted", "lifted_on", ("listing_id",)),
}


class Books:
    """Everything believed; every list is in order of position."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._of: dict[tuple[str | None, str], list[Fact]] = defaultdict(list)
        self._everywhere: dict[str, list[Fact]] = defaultdict(list)
        for fact in facts:
            self._of[fact.code, fact.stream].append(fact)
            self._everywhere[fact.stream].append(fact)

    def of(self, code: str | None, stream: str) -> list[Fact]:
        """Give the facts of a stream under one subject."""
        return self._of.get((code, stream), [])

    def everywhere(self, stream: str) -> list[Fact]:
        """Give the facts of a stream of all subjects."""
        return self._everywhere.get(stream, [])

    def codes(self) -> list[str]:
        """Name every subject that has a believed fact."""
        return sorted({code for code, _ in self._of if code is not None})

    def lives_on(self, fact: Fact, day: date) -> bool:
        """Say whether a fact with a life holds on a date."""
        first, last = self.life(fact)
        return first <= day and (last is None or day <= last)

    def life(self, fact: Fact) -> tuple[date, date | None]:
        """Give the first and the last date of a fact with a life."""
        start, end, ended_by, ended_on, keys = LIVES[fact.stream]
        first = (getattr(fact.data, start) if start else None) or fact.day
        ends = [getattr(fact.data, end)] if end else []
        for ending in self.of(fact.code, ended_by) if ended_by else []:
            same = all(getattr(ending.data, key) == getattr(fact.data, key) for key in keys)
            if same and getattr(ending.data, ended_on or "") >= first:
                ends.append(getattr(ending.data, ended_on or ""))
        return first, min((day for day in ends if day is not None), default=None)

    def snapshot(self, code: str, position: Position) -> Fact | None:
        """Give the last whole picture of an organization at a position; None: not registered."""
        before = [fact for fact in self.of(code, "org") if fact.position <= position]
        return before[-1] if before else None

    def snapshot_on(self, code: str, day: date) -> Fact | None:
        """Give the last whole picture of an organization at the end of a date."""
        before = [fact for fact in self.of(code, "org") if fact.position[0] < end_of(day)]
        return before[-1] if before else None

    def status(self, code: str, position: Position) -> str:
        """Give active, suspended, deregistered or revoked at a position."""
        day = day_of(position)
        ends = [fact for fact in self.of(code, "ended") if fact.data.effective_on <= day]
        if not ends:
            return "active"
        last = max(ends, key=lambda fact: (fact.data.effective_on, fact.position))
        if last.type != SUSPENDED:
            return last.type.split(".")[-2]
        until = last.data.until_on or last.data.effective_on + timedelta(days=SUSPENSION_DAYS)
        back = any(fact.type == CHANGED and last.position < fact.position <= position for fact in self.of(code, "org"))
        return "active" if back or day > until else "suspended"

    def size(self, code: str, position: Position) -> str:
        """Give the size by the income of the last annual report before a position."""
        before = [fact for fact in self.of(code, "annual") if fact.position < position]
        income_fen = before[-1].data.income_fen if before else None
        if income_fen is None:
            return "small"
        return next((name for below_fen, name in SIZES if income_fen < below_fen), "large")

    def base_fen(self, code: str, position: Position) -> int | None:
        """Give last year's spending, else that of the year before."""
        year = day_of(position).year
        for asked in (year - 1, year - 2):
            reports = [f for f in self.of(code, "annual") if f.position <= position and f.data.year == asked]
            if reports and reports[-1].data.spending_fen is not None:
                return int(reports[-1].data.spending_fen)
        return None

    def first_payment_us(self, code: str) -> int | None:
        """Give the time of the organization's first payment of any kind."""
        return next((fact.position[0] for fact in self.of(code, "payment") if not fact.sealed), None)


def amount_of(facts: Iterable[Fact]) -> int:
    """Add the amounts of payments."""
    return sum(fact.data.amount_fen for fact in facts)


def since(fact: Fact, day: date) -> bool:
    """Say whether a fact is dated on a date or later."""
    return day_at(fact.position[0]) >= day


def names_something(value: Any) -> bool:
    return value is not None and value != ""
