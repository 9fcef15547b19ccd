"""Reference data of all organizations, as of a date: one copy per process, read by every shard."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from funds_monitor.domain.facts import Fact


class ReferenceChange(Struct, frozen=True):
    """What moved in the reference data; organizations that depend on one of the keys are to be judged again."""

    keys: frozenset[str]
    from_on: date | None = None  # nothing before this date is touched; None: any date
    caused_by: tuple[str, str] | None = None
    reason: str = "reference_changed"


class ReferenceBook:
    """Relations, posts, accounts, activities, offices and snapshots of everybody."""

    def apply(self, fact: Fact) -> ReferenceChange:
        """Take a fact of a reference topic (corrections and withdrawals too) and say what moved."""
        raise NotImplementedError
