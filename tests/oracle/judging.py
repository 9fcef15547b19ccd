"""Where a rule looks, and where it hits."""

from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from tests.oracle.facts import Fact, Position, end_of
from tests.oracle.points import Names, Point, World, attributes
from tests.oracle.rules import Rule
from tests.oracle.signs import signs_of

OPERANDS = ("inflows", "outflows", "one", "other", "of", "paid", "payrolls")  # sets that operators take
AGGREGATES = ("count", "sum", "distinct", "median", "median_of_months", "commonest", "earliest", "latest")


def evaluation_points(world: World, rule: Rule, code: str) -> Iterator[Point]:
    """Give every point where a rule looks at an organization, in order of position."""
    found = []
    for stream, condition in rule.row["wakes_on"].items():
        if stream == "deadline":
            found += deadlines(world, rule, code)
            continue
        for fact in world.stream(code, stream):
            point = Point(world, rule, code=code, position=fact.position, this=fact)
            if rule.expression(condition).run(Names(point, fact, bare_features=True)):
                found.append(point)
    judged = (point for point in found if rule.judges(point.d) and applies(rule, point))
    yield from sorted(judged, key=lambda point: point.position)


def deadlines(world: World, rule: Rule, code: str) -> list[Point]:
    """Give a point for each date of a snapshot that still stands when it is over, and for each date of a fact."""
    points: dict[Position, Point] = {}
    for name, text in rule.row["deadlines"].items():
        if isinstance(text, dict) and "silent" in text:
            points |= {point.position: point for point in silences(world, rule, code)}
            continue
        if isinstance(text, dict):
            for point in deadlines_of_facts(world, rule, code=code, spec=text, name=name):
                points.setdefault(point.position, point)
            continue
        for snapshot in world.books.of(code, "org"):
            org = attributes(world.books, code, snapshot.position, snapshot)
            day = due(rule, text, org)
            if day is None:
                continue
            position: Position = (end_of(day), "", "")
            there = world.books.snapshot(code, position)
            if there is not None and due(rule, text, attributes(world.books, code, position, there)) == day:
                points[position] = Point(world, rule, code=code, position=position, this=there)
    return list(points.values())


def silences(world: World, rule: Rule, code: str) -> Iterator[Point]:
    """Give a point for every sign of life that none follows in time; the organization's snapshot is at hand there."""
    name, spec = rule.silence() or ("", {})
    dates = sorted(signs_of(world, rule, code))
    for day in dates:
        due_on = day + timedelta(days=rule.parameters[spec["days"]]["default"])
        position: Position = (end_of(due_on), "", name)
        there = world.books.snapshot(code, position)
        if there is not None and not any(day < other <= due_on for other in dates):
            yield Point(world, rule, code=code, position=position, this=there)


def deadlines_of_facts(world: World, rule: Rule, *, code: str, spec: dict[str, Any], name: str) -> Iterator[Point]:
    """Give a point for the date of each fact of a stream; of those that give `once` one value, for the first fact's.

    The fact is at hand there.
    """
    told = set()
    for fact in world.stream(code, spec["of"]):
        fields = {name: getattr(fact.data, name) for name in fact.data.__struct_fields__}
        known = fields | {name: each["default"] for name, each in rule.parameters.items()} | {"told_on": fact.day}
        if "where" in spec and not rule.expression(spec["where"]).run(known):
            continue
        value = rule.expression(spec["once"]).run(known) if "once" in spec else fact.position
        if value is None or value in told:
            continue
        told.add(value)
        day = rule.expression(spec["on"]).run(known)
        if day is not None:
            of = f"{name} {value}" if "once" in spec else f"{fact.position[1]} {fact.position[2]}"
            yield Point(world, rule, code=code, position=(end_of(day), "", of), this=fact)


def due(rule: Rule, text: str, org: SimpleNamespace) -> date | None:
    """Compute a deadline over an organization's attributes and the parameters."""
    names: Any = {name: spec["default"] for name, spec in rule.parameters.items()} | {"org": org}
    found: date | None = rule.expression(text).run(names)
    return found


def applies(rule: Rule, point: Point) -> bool:
    """Say whether a rule speaks at a point at all: kind, registration, status, law."""
    wanted = rule.row["applies"]
    if rule.is_silent(point.d) or point.org.status not in wanted.get("status", ["active"]):
        return False
    if point.snapshot is None:
        return bool(wanted.get("unregistered"))
    return point.org.kind in wanted["kinds"]


def true_branches(point: Point) -> list[str]:
    """Name the branches of `hit` that hold; one that needs a null does not."""
    needs = point.rule.row.get("needs", {})
    return [
        branch
        for branch, condition in point.rule.row["hit"].items()
        if all(point.names[name] is not None for name in needs.get(branch, [])) and point.evaluate(condition)
    ]


def evidence_of(point: Point, branches: list[str]) -> list[Fact]:
    """Give the fact at hand and the facts behind the names of the true branches, in order of position."""
    found = {point.this}
    asked = [name for branch in branches for name in point.rule.expression(point.rule.row["hit"][branch]).names]
    seen: set[str] = set()
    while asked:
        name = asked.pop()
        if name in seen or name not in point.rule.features:
            continue
        seen.add(name)
        spec = point.rule.features[name]
        found |= facts_of(point, spec)
        asked += names_behind(point.rule, spec)
    return sorted(found, key=lambda fact: fact.position)


def facts_of(point: Point, spec: dict[str, Any]) -> set[Fact]:
    """Give the facts that a feature itself returns."""
    if "of" in spec and "operator" not in spec:
        return set(point._of(spec))  # noqa: SLF001 - the set itself, not its view
    if "any" in spec or ("values" in spec and "commonest" not in spec):
        return set(point.looked_up(spec))
    if spec.get("operator") in ("path_back", "ring_back"):
        way = point.compute(spec)
        return set(way.facts) if way is not None else set()
    if "last" in spec or "first" in spec:
        last = point.last(spec)
        return {last} if last is not None and ("then" not in spec or point.compute(spec)) else set()
    return set()


def names_behind(rule: Rule, spec: dict[str, Any]) -> list[str]:
    """Name the features that a feature is made of."""
    names = [spec[key].partition(".")[0] for key in AGGREGATES if key in spec]
    names += [str(spec[key]) for key in OPERANDS if "operator" in spec and key in spec]
    for inner in (*spec.get("max", []), *spec.get("min", [])):
        names += [inner] if isinstance(inner, str) else names_behind(rule, inner)
    names += [name for key in ("value", "let") if key in spec for name in rule.expression(spec[key]).names]
    return names
