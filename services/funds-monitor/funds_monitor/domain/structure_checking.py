"""Whether a part of a rule file has the shape of its type: every fault is noted where it stands, not only the first."""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import NODEFAULT, Struct

from funds_monitor.domain.checking import suggest
from funds_monitor.domain.rule_files import Path_, RuleFile
from funds_monitor.domain.rule_forms import FEATURE_FORMS, RuleForm

NAMES: Mapping[type, str] = {bool: "bool", int: "int", float: "a fraction", str: "string", date: "date"}


def note_faults(file: RuleFile, path: Path_, value: Any, wanted: Any) -> None:
    """Note what keeps a value from being read as a type: unknown and missing keys, values of another kind."""
    part = part_for(value, wanted)
    origin, inside = get_origin(part), get_args(part)
    if isinstance(value, dict) and is_struct(part):
        note_struct(file, path, value, part)
    elif isinstance(value, dict) and origin in {dict, Mapping}:
        known = frozenset(map(str, get_args(inside[0]))) if get_origin(inside[0]) is Literal else None
        for key, item in value.items():
            if known is not None and key not in known:
                file.refuse((*path, key), f"unknown key {key!r}{suggest_or_list(key, known)}", at_key=True)
            note_faults(file, (*path, key), item, inside[1])
    elif isinstance(value, list) and origin in {tuple, list}:
        for place, item in enumerate(value):
            note_faults(file, (*path, place), item, inside[0])
    else:
        note_leaf(file, path, value, part)


def note_struct(file: RuleFile, path: Path_, value: dict[str, Any], wanted: type[Struct]) -> None:
    """Note unknown keys, missing keys, and the faults of each known one."""
    hints = get_type_hints(wanted)
    fields = {each.name: each for each in msgspec.structs.fields(wanted)}
    for key in value.keys() - fields.keys():
        file.refuse((*path, key), f"unknown key {key!r}{suggest(key, fields)}", at_key=True)
    for key, field in fields.items():
        if key in value:
            note_faults(file, (*path, key), value[key], hints[field.name])
        elif field.default is NODEFAULT and field.default_factory is NODEFAULT:
            file.refuse(path, f"key {key!r} is missing", at_key=True)


def note_feature_faults(file: RuleFile, path: Path_, spec: dict[str, Any]) -> None:
    """Note what keeps a feature from being one of the forms."""
    if "operator" in spec:
        for key, value in spec.items():
            note_faults(file, (*path, key), value, str | int)  # its other keys are its signature's
        return
    form = next((form for key, form in FEATURE_FORMS.items() if key in spec), None)
    hints = get_type_hints(form) if form is not None else {}
    for key in spec.keys() & hints.keys():  # unknown ones are noted by the form's reader
        note_faults(file, (*path, key), spec[key], hints[key])


def note_rule_faults(file: RuleFile) -> None:
    """Note what keeps a file from having the shape of a rule."""
    note_struct(file, (), file.content, RuleForm)
    features = file.content.get("features")
    for name, spec in features.items() if isinstance(features, dict) else ():
        if isinstance(spec, dict):
            note_feature_faults(file, ("features", name), spec)


def note_leaf(file: RuleFile, path: Path_, value: Any, wanted: Any) -> None:
    """Note a value that is not of the wanted kind, or not one of the wanted words."""
    if get_origin(wanted) is Literal:
        words = frozenset(str(word) for word in get_args(wanted))
        if value not in get_args(wanted):
            file.refuse(path, f"{value!r} is unknown here{suggest_or_list(str(value), words)}")
        return
    try:
        msgspec.convert(value, wanted)
    except (msgspec.ValidationError, TypeError):  # TypeError: a union that holds several mappings
        quoted = ": in YAML this word stands in quotes" if isinstance(value, bool) and wanted is str else ""
        file.refuse(path, f"expected {name_of(wanted)}, found {kind_of(value)}{quoted}")


def suggest_or_list(word: str, known: frozenset[str]) -> str:
    """Say which word may have been meant, else which there are."""
    return suggest(word, known) or f", is one of {', '.join(sorted(known))}"


def part_for(value: Any, wanted: Any) -> Any:
    """Of several allowed types give the one that a value was meant for; of one type, that."""
    if get_origin(wanted) not in {Union, types.UnionType}:
        return wanted
    parts = [part for part in get_args(wanted) if part is not type(None)]
    if value is None and len(parts) < len(get_args(wanted)):
        return type(None)
    shape = "mapping" if isinstance(value, dict) else "list" if isinstance(value, list) else "leaf"
    fitting = parts if len(parts) == 1 else [part for part in parts if shape_of(part) == shape]
    return fitting[0] if len(fitting) == 1 else wanted


def shape_of(wanted: Any) -> str:
    """Name the shape that values of a type have in a file."""
    origin = get_origin(wanted)
    if is_struct(wanted) or origin in {dict, Mapping}:
        return "mapping"
    return "list" if origin in {tuple, list} else "leaf"


def is_struct(wanted: Any) -> bool:
    """Say whether a type is a Struct."""
    return isinstance(wanted, type) and issubclass(wanted, Struct)


def name_of(wanted: Any) -> str:
    """Name a type in a rule author's words."""
    if get_origin(wanted) in {Union, types.UnionType}:
        return " or ".join(name_of(part) for part in get_args(wanted) if part is not type(None))
    shape = shape_of(wanted)
    if shape != "leaf":
        return "keys with values" if shape == "mapping" else "a list"
    return NAMES[wanted] if wanted in NAMES else str(wanted)


def kind_of(value: Any) -> str:
    """Name the kind of a value in a rule author's words."""
    if isinstance(value, dict):
        return "keys with values"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else NAMES.get(type(value), type(value).__name__)
