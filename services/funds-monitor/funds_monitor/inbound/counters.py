"""Counters of the worker, flushed once per batch."""

from __future__ import annotations

from chassis.telemetry import meter
from funds_monitor.usecases.ports import Observed

_events = meter.create_counter("monitor_events", description="Events by what became of them")
_alerts = meter.create_counter("monitor_alert_revisions", description="Revisions of alerts by kind")
_errors = meter.create_counter("monitor_rule_errors", description="Evaluation points at which a rule raised")
_rejudged = meter.create_counter("monitor_organizations_rejudged", description="Organizations judged again")
_seconds = meter.create_histogram("monitor_batch_seconds", unit="s", description="Time of one batch, with its commit")


def count(observed: Observed, *, seconds: float | None = None) -> None:
    """Add what a use-case did."""
    by_outcome = {
        "applied": observed.facts,
        "duplicate": observed.duplicates,
        "conflict": observed.conflicts,
        "parked": observed.parked,
    }
    for outcome, number in by_outcome.items():
        if number:
            _events.add(number, {"outcome": outcome})
    for code, number in observed.refused.items():
        _events.add(number, {"outcome": "refused", "code": code})
    for kind, number in observed.alerts.items():
        _alerts.add(number, {"kind": kind})
    for rule, number in observed.rule_errors.items():
        _errors.add(number, {"rule": rule})
    if observed.organizations:
        _rejudged.add(observed.organizations)
    if seconds is not None:
        _seconds.record(seconds)
