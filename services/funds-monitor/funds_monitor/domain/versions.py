"""Which version of a rule judges which days: the steps of its life in, spans of days out.

Source: monitor.md §3 (Where rules live).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from msgspec import Struct


class Step(Struct, frozen=True):
    """From a date on a version judges a rule's evaluation points; without version nobody does: it is retired."""

    rule: str
    version: int | None
    effective_from: date = date.min  # since ever


class Span(NamedTuple):
    """Days, first and last included."""

    first: date = date.min
    last: date = date.max

    def holds(self, day: date) -> bool:
        """Say whether a day is one of them."""
        return self.first <= day <= self.last


ALWAYS = Span()


class Version(NamedTuple):
    """A version of a rule and days whose evaluation points it judges; a version that comes back has several spans."""

    rule: str
    version: int
    span: Span


def versions_of(steps: Iterable[Step]) -> list[Version]:
    """Give who judges when, rule by rule and in order of days.

    Of steps that take effect on one day the last one told counts. One that changes nothing cuts no span: episodes end
    where the version changes, and it does not.
    """
    by_rule: dict[str, dict[date, int | None]] = {}
    for step in steps:
        by_rule.setdefault(step.rule, {})[step.effective_from] = step.version
    return [version for rule in sorted(by_rule) for version in _in_order(rule, by_rule[rule])]


def _in_order(rule: str, by_day: dict[date, int | None]) -> list[Version]:
    starts: list[tuple[date, int | None]] = []
    for day in sorted(by_day):
        if not starts or starts[-1][1] != by_day[day]:
            starts.append((day, by_day[day]))
    lasts = [day - timedelta(days=1) for day, _ in starts[1:]] + [date.max]
    return [
        Version(rule, version, Span(first, last))
        for (first, version), last in zip(starts, lasts, strict=True)
        if version is not None
    ]
