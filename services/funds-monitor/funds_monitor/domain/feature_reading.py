"""Features of a rule file, form by form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, get_args

from msgspec import Struct

from funds_monitor.domain.checking import KIN_CALLS, LIST_OF, suggest
from funds_monitor.domain.rule_files import Path_
from funds_monitor.domain.rules import (
    Aggregate,
    AggregateFeature,
    AnyFeature,
    Expression,
    ExtremeFeature,
    GivenKey,
    LastFeature,
    OperatorFeature,
    SetFeature,
    ValueFeature,
    ValuesFeature,
)
from funds_monitor.domain.schemas import RIVALS, WAY

if TYPE_CHECKING:
    from funds_monitor.domain.rule_reading import RuleReader

SET = "set"
LATER = "stands further down: a feature speaks only of those above it"


class OperatorSignature(Struct, frozen=True):
    """What a registered operator takes and gives."""

    sets: tuple[str, ...]
    numbers: tuple[str, ...]
    gives: str


OPERATORS: dict[str, OperatorSignature] = {
    "pass_through": OperatorSignature(("inflows", "outflows"), ("payees_max",), "int"),
    "groups_meet": OperatorSignature(("one", "other"), (), "bool"),
    "any_related": OperatorSignature(("of",), ("hops",), "bool"),
    "path_back": OperatorSignature((), ("window_days", "edges_max", "back_bp", "edge_max_bp", "fanout_max"), WAY),
    "ring_back": OperatorSignature((), ("window_days", "edges_max", "floor_fen", "fanout_max"), WAY),
    "neighbours_tied": OperatorSignature((), ("tie_fen", "window_days"), "bool"),
    "bid_against": OperatorSignature((), ("address_max", "close_bp"), RIVALS),
    "normal_pay": OperatorSignature(("payrolls",), (), "int"),
    "insider_bonus": OperatorSignature(("payrolls",), ("times",), "int"),
    "beyond_salary": OperatorSignature(("paid", "payrolls"), (), "int"),
    "beyond_allowance": OperatorSignature(("of",), ("each",), "int"),
    "largest_groups": OperatorSignature(("of",), ("groups",), "int"),
}
UNKEPT = frozenset(
    {"group", "ngo_name", "ngo_code", "former_head"}
)  # differ from point to point, or are worked out each time
COST_LOOK_UP, COST_SUM, COST_DISTINCT, COST_OPERATOR = 1, 2, 3, 100
SUMMED = frozenset({"sum", "median", "median_of_months"})  # of integers only
AGGREGATES: tuple[Aggregate, ...] = get_args(Aggregate)


def read_feature(reader: RuleReader, name: str, spec: dict[str, Any]) -> None:
    """Read one feature (not a `let`) and add it to the reader's, or note what does not hold."""
    form = next((form for form in READERS if form in spec), None)
    if form is None:
        reader.file.refuse(("features", name), f"has none of the forms {', '.join(['let', *READERS])}")
        return
    READERS[form](reader, name, spec)


def allowed(reader: RuleReader, name: str, spec: dict[str, Any], keys: set[str]) -> None:
    """Note keys that the form does not have."""
    for key in spec.keys() - keys:
        reader.file.refuse(("features", name, key), f"unknown key {key!r}{suggest(key, frozenset(keys))}", at_key=True)


def stream_in(reader: RuleReader, name: str, key: str, stream: Any) -> bool:
    """Say whether a stream is known, else note it."""
    if stream in reader.schemas:
        return True
    reader.file.refuse(("features", name, key), f"unknown stream {stream!r}{suggest(str(stream), reader.schemas)}")
    return False


def refuse_set(reader: RuleReader, path: Path_, name: str) -> None:
    """Note that a feature is no set, unless what is wrong with it has been said."""
    if name in reader.broken:
        return
    is_later = name in reader.file.content.get("features", {}) and name not in reader.features
    sets = {each: kind for each, kind in reader.types.items() if kind == SET}
    reader.file.refuse(path, f"{name!r} {LATER}" if is_later else f"{name!r} is no set{suggest(name, sets)}")


def optional(
    reader: RuleReader, name: str, spec: dict[str, Any], key: str, *, names: dict[str, str], wanted: str
) -> Expression | None:
    """Read an expression where the feature has one."""
    if key not in spec:
        return None
    return reader.expression(("features", name, key), spec[key], names=names, wanted=wanted)


def read_value(reader: RuleReader, name: str, spec: dict[str, Any]) -> None:
    """Read `{value: expression}`."""
    allowed(reader, name, spec, {"value"})
    path = ("features", name, "value")
    found = reader.expression(path, spec["value"], names=reader.point_names(), wanted=None)
    if found is not None:
        reader.add(ValueFeature(name, found), found.type, reader.cost(found.node))


def read_set(reader: RuleReader, name: str, spec: dict[str, Any]) -> None:
    """Read `{of: stream, where, by, within, since, until, ahead, after, before, newest}`."""
    keys_allowed = {"of", "where", "by", "within", "since", "until", "ahead", "after", "before", "newest"}
    allowed(reader, name, spec, keys_allowed)
    stream = spec["of"]
    if not stream_in(reader, name, "of", stream):
        return
    if not spec.keys() & {"within", "since"} or (spec.get("within") == "day" and spec.keys() & {"since", "until"}):
        reader.file.refuse(("features", name), "needs within (days), since, or both; `within: day` stands alone")
    if spec.get("ahead") and (stream == "payment" or "until" not in spec):
        reader.file.refuse(("features", name, "ahead"), "only up to a date (`until`), and not of payments")
    keys = list(spec.get("by", ()))
    by, by_values = read_keys(reader, name, stream, [key for key in keys if not isinstance(key, dict)])
    by_given = read_given(reader, name, stream, [key for key in keys if isinstance(key, dict)])
    after, before = (read_neighbour(reader, name, key, spec.get(key)) for key in ("after", "before"))
    newest = spec.get("newest")
    if newest is not None and (not isinstance(newest, int) or newest < 1 or "group" in by or same_day_of(spec)):
        reader.file.refuse(("features", name, "newest"), "is how many, not by group nor within a day")
    same_day = same_day_of(spec)
    if same_day and "booked_on" not in reader.schemas[stream]:
        reader.file.refuse(("features", name, "within"), f"{stream} has no booked_on")
    where = optional(reader, name, spec, "where", names=reader.where_names(stream), wanted="bool")
    numbers = dict.fromkeys(reader.parameters, "int")
    within = None if same_day else optional(reader, name, spec, "within", names=numbers, wanted="int")
    since = optional(reader, name, spec, "since", names=reader.point_names(), wanted="date")
    until = optional(reader, name, spec, "until", names=reader.point_names(), wanted="date")
    feature = SetFeature(
        name=name,
        stream=stream,
        where=where,
        by=by,
        within=within,
        same_day=same_day,
        since=since,
        by_values=by_values,
        by_given=by_given,
        after=after,
        until=until,
        ahead=bool(spec.get("ahead")),
        before=before,
        newest=newest,
    )
    reader.add(feature, SET, COST_SUM)


def same_day_of(spec: dict[str, Any]) -> bool:
    """Say whether a set is that of a day."""
    return bool(spec.get("within") == "day")


def read_neighbour(reader: RuleReader, name: str, key: str, of: Any) -> str | None:
    """Read `after` and `before`: a set whose first fact bounds this one."""
    if of is None:
        return None
    if reader.types.get(str(of)) != SET:
        refuse_set(reader, ("features", name, key), str(of))
    return str(of)


def read_keys(
    reader: RuleReader, name: str, stream: str, keys: Iterable[Any]
) -> tuple[tuple[str, ...], tuple[Expression, ...]]:
    """Read `by`: fields of the stream, and expressions over a fact's own fields."""
    fields: list[str] = []
    values: list[Expression] = []
    for place, key in enumerate(keys):
        path = ("features", name, "by", place)
        if str(key).isidentifier():
            fields.append(str(key))
            if key not in reader.schemas[stream]:
                hint = suggest(str(key), reader.schemas[stream])
                reader.file.refuse(path, f"{stream} has no field {key!r}{hint}")
            continue
        value = reader.expression(path, key, names=reader.own_names(stream), wanted=None)
        if value is not None and value.functions & {"cleared", *KIN_CALLS}:
            reader.file.refuse(path, "a key is computed of the fact alone")
        elif value is not None:
            values.append(value)
    return tuple(fields), tuple(values)


def read_given(reader: RuleReader, name: str, stream: str, keys: Iterable[dict[str, Any]]) -> tuple[GivenKey, ...]:
    """Read the keys of `by` that equal a value of the point: `{field: expression}`, or an expression on both sides."""
    known = {key: kind for key, kind in reader.schemas[stream].items() if key not in UNKEPT}
    if stream != "payment":
        known.pop("party", None)  # looked up each time, so no facts are kept by it
    found: list[GivenKey] = []
    path = ("features", name, "by")
    for field, text in (pair for key in keys for pair in key.items()):
        computed = None
        if not field.isidentifier():
            computed = reader.expression(path, field, names=reader.own_names(stream), wanted=None)
            if computed is None:
                continue
        elif field not in known:
            reader.file.refuse(path, f"no key {field!r} of {stream}{suggest(field, known)}")
            continue
        kind = known[field] if computed is None else computed.type
        value = reader.expression(path, text, names=reader.point_names(), wanted=kind)
        if value is not None:
            found.append(GivenKey(field, computed, value))
    return tuple(found)


def read_aggregate(reader: RuleReader, name: str, spec: dict[str, Any]) -> None:
    """Read `{count: set}`, `{commonest: set.field, values}`, and the others: `{sum: set.field}`."""
    how = next(key for key in AGGREGATES if key in spec)
    allowed(reader, name.partition("#")[0], spec, {how} | ({"values"} if how == "commonest" else set()))
    of, _, field = str(spec[how]).partition(".")
    feature = reader.features.get(of)
    path = ("features", name.partition("#")[0], how)
    if not isinstance(feature, SetFeature):
        refuse_set(reader, path, of)
        return
    at_end = how in {"earliest", "latest"}
    kind = kind_of(reader, feature.stream, field) if at_end else reader.schemas[feature.stream].get(field)
    if (how in SUMMED and kind != "int") or (how != "count" and kind is None):
        known = {
            key: each for key, each in reader.schemas[feature.stream].items() if how not in SUMMED or each == "int"
        }
        said = f"{feature.stream} has no such field {field!r}{suggest(field, known)}"
        reader.file.refuse(path, said, len(of) + 1 if field else None)
        return
    values = None
    if how == "commonest":
        numbers = dict.fromkeys(reader.parameters, "int")
        values = optional(reader, name, spec, "values", names=numbers, wanted="int")
        if "values" not in spec:
            reader.file.refuse(path, "needs values (how many count as the commonest)")
    cost = COST_DISTINCT if how in {"distinct", "median", "median_of_months", "commonest"} else COST_SUM
    gives = kind if at_end and kind is not None else "int"
    reader.add(AggregateFeature(name, how, of, field, values), gives, cost)


def read_extreme(reader: RuleReader, name: str, spec: dict[str, Any]) -> None:
    """Read `{max: [..]}` and `{min: [..]}`; an item is a feature's name or a feature written in place."""
    how = "max" if "max" in spec else "min"
    allowed(reader, name, spec, {how})
    names: list[str] = []
    for place, item in enumerate(spec[how]):
        if isinstance(item, dict):
            inner = f"{name}#{place}"  # cannot be written in an expression, so it has no other use
            read_feature(reader, inner, item)
            names.append(inner)
        else:
            names.append(str(item))
    missing = [each for each in names if reader.types.get(each) != "int"]
    if missing:
        if missing[0] not in reader.broken:
            reader.file.refuse(("features", name, how), f"{missing[0]!r} is no number")
        return
    reader.add(ExtremeFeature(name, how, tuple(names)), "int", COST_SUM)  # type: ignore[arg-type]


def read_any(reader: RuleReader, name: str, spec: dict[str, Any]) -> None:
    """Read `{any: stream, where, on, within}`."""
    allowed(reader, name, spec, {"any", "where", "on", "within"})
    stream = spec["any"]
    if not stream_in(reader, name, "any", stream):
        return
    where = optional(reader, name, spec, "where", names=reader.where_names(stream), wanted="bool")
    on = optional(reader, name, spec, "on", names=reader.point_names(), wanted="date")
    dear = reader.cost(where.node) if where is not None else 0
    numbers = dict.fromkeys(reader.parameters, "int")
    within = optional(reader, name, spec, "within", names=numbers, wanted="int")
    reader.add(AnyFeature(name, stream, where, on, within), "bool", max(COST_LOOK_UP, dear))


def read_values(reader: RuleReader, name: str, spec: dict[str, Any]) -> None:
    """Read `{values: stream.field, where, on, within}`."""
    allowed(reader, name, spec, {"values", "where", "on", "within"})
    stream, _, field = str(spec["values"]).partition(".")
    if not stream_in(reader, name, "values", stream):
        return
    kind = kind_of(reader, stream, field)
    if kind not in {"int", "string", "date"}:
        hint = suggest(field, reader.schemas[stream])
        reader.file.refuse(("features", name, "values"), f"{stream} has no such field{hint}")
        return
    where = optional(reader, name, spec, "where", names=reader.where_names(stream), wanted="bool")
    on = optional(reader, name, spec, "on", names=reader.point_names(), wanted="date")
    within = optional(reader, name, spec, "within", names=dict.fromkeys(reader.parameters, "int"), wanted="int")
    reader.add(ValuesFeature(name, stream, where, on, within, field), f"{LIST_OF}{kind}", COST_LOOK_UP)


def kind_of(reader: RuleReader, stream: str, path: str) -> str | None:
    """Give the type of a field of a stream, or of a field of a part of it (`buyer.code`)."""
    found: str | None = stream
    for name in path.split("."):
        found = reader.schemas.get(found or "", {}).get(name)
    return found


def read_last(reader: RuleReader, name: str, spec: dict[str, Any]) -> None:
    """Read `{last: stream, order, where, then}`, and `first` for `last`."""
    how = "last" if "last" in spec else "first"
    allowed(reader, name, spec, {how, "order", "where", "then"})
    stream = spec[how]
    if not stream_in(reader, name, how, stream):
        return
    order = str(spec.get("order", ""))
    if order not in reader.schemas[stream]:
        reader.file.refuse(("features", name), f"order is no field of {stream}{suggest(order, reader.schemas[stream])}")
    where = optional(reader, name, spec, "where", names=reader.where_names(stream), wanted="bool")
    then = optional(reader, name, spec, "then", names=reader.where_names(stream), wanted="bool")
    kind = "bool" if "then" in spec else stream
    reader.add(LastFeature(name, stream, order, where, then, how == "first"), kind, COST_LOOK_UP)


def read_operator(reader: RuleReader, name: str, spec: dict[str, Any]) -> None:
    """Read `{operator: name, …}` against its signature."""
    signature = OPERATORS.get(str(spec["operator"]))
    path = ("features", name)
    if signature is None:
        said = f"unknown operator {spec['operator']!r}{suggest(str(spec['operator']), OPERATORS)}"
        reader.file.refuse((*path, "operator"), said)
        return
    allowed(reader, name, spec, {"operator", *signature.sets, *signature.numbers})
    missing = [key for key in (*signature.sets, *signature.numbers) if key not in spec]
    if missing:
        reader.file.refuse(path, f"{spec['operator']} needs {missing[0]!r}")
        return
    for key in signature.sets:
        if reader.types.get(str(spec[key])) != SET:
            refuse_set(reader, (*path, key), str(spec[key]))
    numbers = {
        key: reader.expression((*path, key), spec[key], names=dict.fromkeys(reader.parameters, "int"), wanted="int")
        for key in signature.numbers
    }
    feature = OperatorFeature(
        name=name,
        operator=str(spec["operator"]),
        sets={key: str(spec[key]) for key in signature.sets},
        numbers={key: found for key, found in numbers.items() if found is not None},
        gives=signature.gives,
    )
    reader.add(feature, signature.gives, COST_OPERATOR)


READERS: dict[str, Callable[[RuleReader, str, dict[str, Any]], None]] = {
    "operator": read_operator,
    "of": read_set,
    "value": read_value,
    "any": read_any,
    "last": read_last,
    "first": read_last,
    **dict.fromkeys(AGGREGATES, read_aggregate),
    "values": read_values,
    "max": read_extreme,
    "min": read_extreme,
}
