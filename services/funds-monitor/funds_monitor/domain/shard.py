"""The engine of one shard: facts in, everything that they change out. Pure: no clock, no storage, no logger."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from funds_monitor.domain.completeness import Completeness
from funds_monitor.domain.facts import Fact
from funds_monitor.domain.outcome import Outcome, StoredOrganization
from funds_monitor.domain.reference import ReferenceBook, ReferenceChange
from funds_monitor.domain.rulebook import RuleBook


class Shard:
    """All organizations of one partition number.

    The caller loads organizations that are `missing` before it calls an `observe…`, writes the outcome in one
    transaction and calls `forget(outcome.touched)` when that transaction fails.
    """

    def __init__(self, number: int, rules: RuleBook, reference: ReferenceBook, completeness: Completeness) -> None:
        self.number = number
        self.rules = rules
        self.reference = reference
        self.completeness = completeness

    def missing(self, organizations: Iterable[str]) -> list[str]:
        """Name those that are not loaded (a new one is loaded as an empty `StoredOrganization`)."""
        raise NotImplementedError

    def restore(self, stored: Iterable[StoredOrganization]) -> None:
        """Load organizations from storage without judging them again."""
        raise NotImplementedError

    def observe(self, facts: Sequence[Fact]) -> Outcome:
        """Take facts of this shard in arrival order, completeness declarations and withdrawals among them.

        A declaration is only noted (`outcome.completeness`): the caller then finds the organizations that wait for
        it or hold unsettled alerts, and hands them to `observe_completeness` in slices.
        """
        raise NotImplementedError

    def observe_reference(self, organizations: Iterable[str], change: ReferenceChange) -> Outcome:
        """Judge again what depended on reference data that moved."""
        raise NotImplementedError

    def observe_completeness(self, organizations: Iterable[str]) -> Outcome:
        """Judge what waited, and settle alerts, after completeness moved."""
        raise NotImplementedError

    def waiting_organizations(self) -> list[str]:
        """Name loaded organizations that wait for a topic or hold unsettled alerts."""
        raise NotImplementedError

    def dependents(self, keys: Collection[str]) -> list[str]:
        """Name loaded organizations that depend on one of the keys."""
        raise NotImplementedError

    def forget(self, organizations: Iterable[str]) -> None:
        """Drop organizations from memory: after a failed commit, or to make room."""
        raise NotImplementedError
