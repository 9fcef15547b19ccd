"""How the values of a field in a set are measured: sliding on where the members are kept, else from the beginning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from funds_monitor.domain.entries import Entry
from funds_monitor.domain.points import Point, read_name
from funds_monitor.domain.rules import AggregateFeature
from funds_monitor.domain.sets import WHOLE, SetNumber, SetPlan, Window, attrgetter_of, kept_at, keys_at
from funds_monitor.domain.sliding import Commonest, Different, Middle, MonthSums, Read

MEASURES: dict[str, Callable[[Read], Any]] = {
    "distinct": Different,
    "median": Middle,
    "median_of_months": MonthSums,
    "commonest": Commonest,
}
WORKED_OUT = frozenset({"group", "ngo_name", "ngo_code"})  # at the point, not once for all


def slides(plan: SetPlan, field: str) -> bool:
    """Say whether the members of a set stand in one kept series, each with its value of a field."""
    is_marked = field not in WORKED_OUT and (field != "party" or plan.feature.stream == "payment")
    return plan.kept and not plan.by_group and is_marked


def measured(
    feature: AggregateFeature, plan: SetPlan, number: SetNumber, *, found: list[Window], point: Point
) -> int | None:
    """Measure the windows that a set has at a point."""
    make, field = MEASURES[feature.how], feature.field
    if found and slides(plan, field):
        key = keys_at(plan, point)[0] if plan.has_keys else WHOLE
        kept = kept_at(number, plan, number[1], point)
        measure = kept.measure(key, found[0], f"{feature.how} {field}", lambda: make(attrgetter_of(field)))
    else:
        measure = make(lambda entry: read_name(point.timeline, entry, field, point.day))
        for entry in entries_of(found):
            measure.come(entry)
    return answer_of(feature, measure, point)


def entries_of(found: list[Window]) -> list[Entry]:
    """Give the entries of several windows, one window after the other."""
    return [entry for window in found for entry in window.series.entries[window.low : window.high]]


def answer_of(feature: AggregateFeature, measure: Any, point: Point) -> int | None:
    """Ask a measure for what the rule wants of it."""
    found: int | None
    match feature.how:
        case "median" | "median_of_months":
            found = measure.median()
        case "commonest":
            found = measure.top(feature.values.run(point)) if feature.values is not None else 0
        case _:
            found = measure.count()
    return found
