"""Make one outcome of several."""

from __future__ import annotations

from collections.abc import Iterable

from funds_monitor.domain.outcome import Outcome


def merge_outcomes(outcomes: Iterable[Outcome]) -> Outcome:
    """Put what several calls of the engine changed into one outcome, in the order in which they were called."""
    merged = Outcome()
    for each in outcomes:
        merged.facts += each.facts
        merged.hits += each.hits
        merged.verdicts += each.verdicts
        merged.alerts += each.alerts
        merged.waiting += each.waiting
        merged.dependencies += each.dependencies
        merged.completeness += each.completeness
        merged.tallies |= each.tallies  # as they were after the later call
        merged.blocked |= each.blocked
        merged.pending += each.pending
        merged.marks += each.marks
        merged.links += each.links
        merged.touched |= each.touched
        for rule, count in each.errors.items():
            merged.errors[rule] = merged.errors.get(rule, 0) + count
    return merged
