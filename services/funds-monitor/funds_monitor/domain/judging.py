"""Judging one evaluation point: does the rule speak here, which branches hold, what was seen."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

from funds_monitor.domain.attributes import Attributes
from funds_monitor.domain.entries import Entry
from funds_monitor.domain.outcome import VerdictKind
from funds_monitor.domain.plans import RulePlan
from funds_monitor.domain.points import Candidate, Point, Shown
from funds_monitor.domain.timeline import Timeline

DETAIL_CHARS_MAX = 200
REPEALED = "no_law_in_force"  # what a verdict says where the rule has stopped by itself
KEY_CHARS = 32  # half a digest: keys only have to differ within one organization and rule


class Judgement(NamedTuple):
    """What a rule said at a point; `kind` None: the fact does not wake it."""

    kind: VerdictKind | None
    branches: tuple[str, ...] = ()
    point: Point | None = None
    detail: str = ""


ASLEEP = Judgement(None)


def judge(plan: RulePlan, timeline: Timeline, entry: Entry) -> Judgement:
    """Judge one point; a rule that raises answers `error` and stops nobody else."""
    point: Point | None = None
    try:
        wake = plan.wakes.get(entry.stream)
        if wake is not None and not wake(entry):
            entry.consulted &= ~plan.all_bits
            return ASLEEP
        point = Point(plan, timeline, entry, timeline.attributes(entry.position, entry.day))
        found = look(plan, point)
    except Exception as error:  # noqa: BLE001 - whatever a rule raises is its verdict
        found = Judgement("error", point=point, detail=f"{type(error).__name__}: {error}"[:DETAIL_CHARS_MAX])
    if found.branches or point is None or found.kind == "error":
        entry.consulted |= plan.all_bits
    else:
        entry.consulted = (entry.consulted & ~plan.all_bits) | point.asked
    return found


def look(plan: RulePlan, point: Point) -> Judgement:
    """Judge a point that may raise."""
    applies = point.org.applies.get(plan.key)
    if applies is None:
        applies = point.org.applies[plan.key] = applies_to(plan, point.org)
    if not applies:
        return Judgement("not_applicable", point=point)
    if plan.rule.is_silent_on(point.day):
        return Judgement("not_applicable", point=point, detail=REPEALED)
    branches, asked = [], False
    for branch, needs, run in plan.hit:
        if needs and any(point[name] is None for name in needs):
            continue
        asked = True
        if run(point):
            branches.append(branch)
    if branches:
        return Judgement("hit", tuple(branches), point)
    return Judgement("no_hit" if asked else "not_applicable", point=point)


def applies_to(plan: RulePlan, org: Attributes) -> bool:
    """Say whether a rule speaks about an organization with such attributes."""
    if org.status not in plan.rule.statuses:
        return False
    return plan.rule.unregistered if org.fact is None else org.kind in plan.rule.kinds


def keys_of(plan: RulePlan, point: Point, branches: tuple[str, ...]) -> tuple[str, ...]:
    """Give the values of `alert_by` at a true point."""
    by = plan.rule.alert_by
    stream = point.entry.fact.stream  # a deadline of a fact is told apart like the fact
    if stream in by.fields:
        return (str(point[by.fields[stream]]),)
    if by.branches:
        return tuple(sorted({key_of([each.run(point) for each in by.branches[branch]]) for branch in branches}))
    return ("",)


def key_of(values: list[Any]) -> str:
    """Write a key: one value as it is, several as a digest, since a group may be known by a person's name."""
    if len(values) == 1:
        return str(values[0])
    return sha256("\n".join(map(str, values)).encode()).hexdigest()[:KEY_CHARS]


def write(value: Any) -> int | str | None:
    """Write a measured value: booleans as words, dates as ISO; None for what is not shown."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | str):
        return value
    return value.isoformat() if isinstance(value, date) else None


def measured_at(plan: RulePlan, point: Point) -> dict[str, int | str]:
    """Give every feature that has a value at a point."""
    found: dict[str, int | str] = {}
    for name in plan.measured:
        value = point[name]
        written = None if value is None or isinstance(value, Shown) else write(value)
        if written is not None:
            found[name] = written
    return found


def seen_at(point: Point) -> dict[str, int | str]:
    """Give the features that were looked at on the way to a verdict."""
    found: dict[str, int | str] = {}
    shown = point.plan.shown
    for name, value in point.items():
        if name in shown:
            written = write(value)
            if written is not None:
                found[name] = written
    return found


def done_on(plan: RulePlan, point: Point) -> date | None:
    """Give when what was missing was done after all: the first such date after a point."""
    done = plan.rule.done
    if done is None:
        return None
    timeline, where = point.timeline, done.where
    dates = [
        getattr(entry.data, done.field)
        for entry in timeline.entries(done.stream)
        if where is None or where.run(Candidate(entry, timeline, point, point))
    ]
    return min((day for day in dates if day is not None and day > point.day), default=None)
