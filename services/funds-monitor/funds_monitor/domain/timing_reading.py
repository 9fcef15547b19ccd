"""When a rule looks, what it waits for, and what ends an absence: `deadlines`, `waits` and `done` of a rule file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from funds_monitor.domain.checking import KIN_CALLS, suggest
from funds_monitor.domain.rules import Deadline, Done, Expression, Silence, Wait
from funds_monitor.domain.schemas import ORGANIZATION

if TYPE_CHECKING:
    from funds_monitor.domain.rule_reading import RuleReader

WITHOUT_DEADLINES = frozenset({"office"})  # belongs to nobody


def deadline_streams(specs: Mapping[str, Any]) -> list[str]:
    """Name the streams whose facts have deadlines of their own, as written."""
    return [str(spec["of"]) for spec in specs.values() if isinstance(spec, dict) and "of" in spec]


def read_deadlines(reader: RuleReader, specs: Mapping[str, Any]) -> dict[str, Deadline]:
    """Read `{name: date expression}` and `{name: {of: stream, on: date expression, where?, once?}}`."""
    found = {name: read_deadline(reader, name, spec) for name, spec in specs.items() if not is_silence(spec)}
    return {name: deadline for name, deadline in found.items() if deadline is not None}


def is_silence(spec: Any) -> bool:
    """Say whether a deadline follows the last sign of life."""
    return isinstance(spec, dict) and "silent" in spec


def read_silence(reader: RuleReader, specs: Mapping[str, Any]) -> Silence | None:
    """Read `{name: {silent: {stream: date expression}, days: parameter}}`; a rule has one at most."""
    named = [(name, spec) for name, spec in specs.items() if is_silence(spec)]
    for name, _ in named[1:]:
        reader.file.refuse(("deadlines", name), "a rule has one silence", at_key=True)
    if not named:
        return None
    name, spec = named[0]
    path = ("deadlines", name)
    days = reader.parameters.get(str(spec.get("days")))
    if spec.keys() != {"silent", "days"} or days is None or days.by_kind or days.by_size:
        said = "has signs of life (`silent`), and a parameter of all kinds and sizes for how long it may be (`days`)"
        reader.file.refuse(path, said)
        return None
    signs: dict[str, Expression] = {}
    for stream, text in spec["silent"].items():
        if stream not in reader.schemas or stream in WITHOUT_DEADLINES:
            hint = suggest(stream, reader.schemas)
            reader.file.refuse((*path, "silent", stream), f"unknown stream {stream!r}{hint}", at_key=True)
            continue
        day = dated(reader, (*path, "silent", stream), text, reader.own_names(stream), "date")
        if day is not None:
            signs[stream] = day
    return Silence(name, signs, days.default)


def read_deadline(reader: RuleReader, name: str, spec: Any) -> Deadline | None:
    """Read one deadline: a date of the organization, or of the facts of a stream."""
    path = ("deadlines", name)
    if not isinstance(spec, dict):
        day = dated(reader, path, spec, {"org": ORGANIZATION}, "date")
        return Deadline(name, day) if day is not None else None
    stream = str(spec.get("of"))
    if not {"of", "on"} <= spec.keys() <= {"of", "on", "where", "once"}:
        reader.file.refuse(path, "is a date expression, or has a stream (`of`) and a date of its facts (`on`)")
        return None
    if stream not in reader.schemas or stream in WITHOUT_DEADLINES:
        reader.file.refuse((*path, "of"), f"no deadlines of {stream!r}{suggest(stream, reader.schemas)}")
        return None
    if stream == "payment" and not {"where", "once"} <= spec.keys():
        said = "payments are many: say which (`where`), and by what they share a deadline (`once`)"
        reader.file.refuse(path, said)
        return None
    own = {**reader.own_names(stream), "told_on": "date"}
    day = dated(reader, (*path, "on"), spec["on"], own, "date")
    where = dated(reader, (*path, "where"), spec["where"], own, "bool") if "where" in spec else None
    once = dated(reader, (*path, "once"), spec["once"], own, None) if "once" in spec else None
    return Deadline(name, day, stream, where, once) if day is not None else None


def dated(
    reader: RuleReader, path: tuple[str | int, ...], text: Any, names: Mapping[str, str], wanted: str | None
) -> Expression | None:
    """Read a part of a deadline over some names and the parameters."""
    found = reader.expression(path, text, names={**names, **dict.fromkeys(reader.parameters, "int")}, wanted=wanted)
    if found is None:
        return None
    if found.functions & {"cleared", *KIN_CALLS}:
        reader.file.refuse(path, "a deadline is known of the facts alone")
    for parameter in found.names & frozenset(reader.parameters):
        if reader.parameters[parameter].by_kind or reader.parameters[parameter].by_size:
            reader.file.refuse(path, f"{parameter!r} differs by kind or size: not in a deadline")
    return found


def read_waits(reader: RuleReader, specs: Iterable[Mapping[str, Any]], branches: Mapping[str, Any]) -> tuple[Wait, ...]:
    """Read `[{topic, branches?, until?}]`."""
    found = []
    for place, spec in enumerate(specs):
        path = ("waits", place)
        if spec.keys() - {"topic", "branches", "until"} or "topic" not in spec:
            reader.file.refuse(path, "has a topic, the branches that wait for it unless all do, and until when")
            continue
        until = str(spec.get("until", ""))
        if until and (reader.types.get(until) != "date" or until not in reader.features):
            dates = {name: kind for name, kind in reader.types.items() if kind == "date" and name in reader.features}
            reader.file.refuse((*path, "until"), f"{until!r} is no feature that gives a date{suggest(until, dates)}")
            continue
        found.append(Wait(str(spec["topic"]), known_branches(reader, path, spec, branches), until))
    return tuple(found)


def read_done(reader: RuleReader, spec: Mapping[str, Any], branches: Mapping[str, Any]) -> Done | None:
    """Read `{any: stream, field, where?, branches?}`."""
    if not spec:
        return None
    stream, field = str(spec.get("any")), str(spec.get("field"))
    if spec.keys() - {"any", "field", "where", "branches"} or reader.schemas.get(stream, {}).get(field) != "date":
        reader.file.refuse(("done",), "done has a stream (`any`) and a date `field` of it, maybe where and branches")
        return None
    where = None
    if "where" in spec:
        path = ("done", "where")
        where = reader.expression(path, spec["where"], names=reader.where_names(stream), wanted="bool")
    return Done(stream, field, where, known_branches(reader, ("done",), spec, branches))


def known_branches(
    reader: RuleReader, path: tuple[str | int, ...], spec: Mapping[str, Any], branches: Mapping[str, Any]
) -> tuple[str, ...]:
    """Give the branches that a part names; unknown ones are noted."""
    named = tuple(str(each) for each in spec.get("branches", ()))
    for branch in named:
        if branch not in branches:
            reader.file.refuse((*path, "branches"), f"unknown branch {branch!r}{suggest(branch, branches)}")
    return named
