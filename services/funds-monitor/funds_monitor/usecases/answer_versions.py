"""Say which versions a rule has, which of them judges which days, and what was told of them."""

from __future__ import annotations

from datetime import date

from funds_monitor.domain.versions import Span, versions_of
from funds_monitor.usecases.ports import Json, Rules, RuleTold


async def answer_versions(rule: str, *, rules: Rules) -> Json | None:
    """Give every version of a rule with its days, and all events in its life, refused ones with why; None: no rule.

    Raises: Unavailable.
    """
    versions = [each for each in await rules.load() if each.id == rule]
    if not versions:
        return None
    life = await rules.load_life(rule)
    steps = [*life.first, *(told.step for told, refused in life.told if not refused)]
    spans = versions_of(steps)
    return {
        "id": rule,
        "items": [
            {
                "version": each.version,
                "state": each.state,
                "judges": [_days(found.span) for found in spans if found.version == each.version],
                "decides": each.decides,
            }
            | each.summary
            for each in versions
        ],
        "told": [_event(told, refused) for told, refused in life.told],
    }


def _days(span: Span) -> Json:
    """Write a span; null: since ever, or without end."""
    return {
        "from": span.first.isoformat() if span.first != date.min else None,
        "to": span.last.isoformat() if span.last != date.max else None,
    }


def _event(told: RuleTold, refused: str) -> Json:
    return {
        "source": told.source,
        "id": told.id,
        "type": told.kind,
        "version": told.version,
        "effective_from": told.effective_from.isoformat(),
        "by": list(told.by),
        "reason": told.reason,
        "refused": refused or None,
    }
