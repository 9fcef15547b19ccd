"""The types of names in rules: fields of streams from the contracts, and what is derived."""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from contracts.catalogue import EVENT_TYPES
from funds_monitor.domain.streams import STREAMS, TRANSFER, VOIDED

ORGANIZATION = "organization"
THIS = "this"
WAY = "way"  # what a search for paths gives
RIVALS = "rivals"  # what a look at other bidders gives
NGO = {"ngo_name": "string", "ngo_code": "string"}  # the foreign body behind a fact
UNDER_AWARD = {"award": "string", "budgeted": "bool", "buyer_code": "string"}  # what awards make of a payment
DERIVED: Mapping[str, Mapping[str, str]] = {
    "payment": {"party": "string", "group": "string", "first_time": "bool", "named": "bool"} | NGO | UNDER_AWARD,
    "receipt": {"party": "string", "group": "string"},
    VOIDED: {"party": "string", "group": "string"},
    "award": {"buyer_code": "string", "fair_bids": "int"},
    "filing": NGO,
    "post": {"age": "int"},  # turned in the year in which it was taken
    "office": NGO,
    "org": {"former_head": "string"},  # who led before this snapshot
}
OF_WAY = dict.fromkeys(("sent_fen", "returned_fen", "smallest_fen", "edges", "fresh"), "int") | {
    "related": "bool",
    "role": "string",
    "path": "string",
    "cut": "bool",
}
OF_RIVALS = dict.fromkeys(("head", "control", "account", "phone", "address", "strong", "close"), "bool") | {
    "names": "string"
}
OF_ORGANIZATION = {"status": "string", "size": "string"}


def type_of(annotation: Any) -> str:
    """Name the type of an annotation of the contracts; a Struct by its class, anything else `opaque`."""
    while hasattr(annotation, "__metadata__"):
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in {Union, types.UnionType}:
        kinds = {type_of(part) for part in get_args(annotation) if part is not type(None)}
        return kinds.pop() if len(kinds) == 1 else "opaque"
    if get_origin(annotation) is Literal:
        return type_of(type(get_args(annotation)[0]))
    simple: dict[Any, str] = {int: "int", str: "string", bool: "bool", date: "date"}
    if annotation in simple:
        return simple[annotation]
    return annotation.__name__ if isinstance(annotation, type) and issubclass(annotation, Struct) else "opaque"


def structs_below(structure: type[Struct], found: dict[str, dict[str, str]]) -> dict[str, str]:
    """Give the fields of a Struct with their types, and note those of the Structs inside it."""
    hints = get_type_hints(structure)
    fields = {name: type_of(hints[name]) for name in structure.__struct_fields__}
    for hint in hints.values():
        for part in (hint, *get_args(hint)):
            if isinstance(part, type) and issubclass(part, Struct) and part.__name__ not in found:
                found[part.__name__] = {}
                found[part.__name__] = structs_below(part, found)
    return fields


@cache
def all_schemas() -> Mapping[str, Mapping[str, str]]:
    """Give the fields of every stream, of `organization`, and of the parts inside facts."""
    found: dict[str, dict[str, str]] = {}
    for event_type, stream in STREAMS.items():
        fields = structs_below(EVENT_TYPES[event_type].data, found)
        found.setdefault(stream, {"stream": "string"}).update(fields)
    found[VOIDED], found[TRANSFER] = dict(found["receipt"]), dict(found["payment"])
    for stream, derived in DERIVED.items():
        found[stream].update(derived)
    found[WAY], found[RIVALS] = dict(OF_WAY), dict(OF_RIVALS)
    snapshot = {name: kind for name, kind in found["org"].items() if name not in DERIVED["org"]}
    found[ORGANIZATION] = {**snapshot, **OF_ORGANIZATION}
    return found
