"""Whether silence of money means something: every filed account was lawfully delivered over a span.

Source: docs/rule-language.md §4 (Covered).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from funds_monitor.domain.facts import Position
from funds_monitor.domain.lives import end_of, start_of
from funds_monitor.domain.timeline import Timeline

COVER_STREAMS = frozenset({"account", "account_closed", "coverage"})  # payments tell of it too
ONE_DAY = timedelta(days=1)


class Span(NamedTuple):
    """Some days, both ends among them."""

    from_on: date
    to_on: date


def is_covered(timeline: Timeline, span: Span, until: Position) -> bool:
    """Say whether every filed account that is open in a span is covered over it; payments count up to a position.

    Shape: O(accounts + declarations); where nothing is declared of an account, payments up to the first that covers it.
    """
    endings = timeline.endings("account")
    open_spans = []
    for account in timeline.facts("account"):
        end = end_of(account, endings)
        within = Span(max(start_of(account), span.from_on), span.to_on if end is None else min(end, span.to_on))
        if within.from_on <= within.to_on:
            open_spans.append((account.data.account, within))
    return bool(open_spans) and all(
        account_is_covered(timeline, account, span=span, within=within, until=until) for account, within in open_spans
    )


def account_is_covered(timeline: Timeline, account: str, *, span: Span, within: Span, until: Position) -> bool:
    """Say whether an account is covered while it is open: by declarations, or where there are none by a payment."""
    told = [fact.data for fact in timeline.facts("coverage") if fact.data.account == account and not fact.sealed]
    if told:
        return is_filled(within, [Span(each.covered_from, each.covered_to) for each in told])
    payments = timeline.payments
    return any(
        entry.data.own_account == account
        and entry.data.booked_on < span.from_on
        and (entry.data.legal_basis.valid_until or date.max) >= span.to_on
        for entry in payments.entries[: payments.until(until)]
    )


def is_filled(span: Span, parts: list[Span]) -> bool:
    """Say whether some spans hold every day of another one together."""
    wanted = span.from_on
    for part in sorted(parts):
        if part.from_on > wanted:
            return False
        if part.to_on >= span.to_on:
            return True
        wanted = max(wanted, part.to_on + ONE_DAY)
    return False
