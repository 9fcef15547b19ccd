"""What a use-case of the worker did, for counters and logs."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct, field

from funds_monitor.domain.outcome import Outcome


class Observed(Struct):
    """Counts of what took effect; only what was committed is in it."""

    facts: int = 0
    duplicates: int = 0
    conflicts: int = 0
    parked: int = 0
    organizations: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    alerts: Counter[str] = field(default_factory=Counter)  # kind -> revisions
    rule_errors: Counter[str] = field(default_factory=Counter)

    def note(self, outcome: Outcome) -> None:
        """Add what the engine said."""
        self.alerts.update(revision.kind for revision in outcome.alerts)
        self.rule_errors.update(outcome.errors)
