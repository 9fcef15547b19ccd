"""How a refusal is raised inside a door, and how it is worded.

It says where, and what is expected there; it never repeats what was sent.
"""

import re
from typing import Any

from msgspec import DecodeError, ValidationError

from contracts.strict_json import MalformedJson, parse
from contracts.tokens import is_token, looks_raw

_PLACE = re.compile(r" - at `\$(?P<path>.*)`$", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<name>[^`]*)`")
_INDEX = re.compile(r"\[(\d+|\.\.\.)\]")


class Refuse(Exception):  # noqa: N818 — a verdict inside the door, turned into a `Refusal` before it leaves
    """What is being read is not let in."""

    def __init__(self, code: str, detail: str, *, at: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.pointer = at


def invalid(error: ValidationError | DecodeError, root: str) -> Refuse:
    """Word an error of the schema with its JSON Pointer below `root`."""
    message = str(error)
    place = _PLACE.search(message)
    pointer = root + (_pointer(place["path"]) if place else "")
    expected = message[: place.start()] if place else message
    if missing := _MISSING.fullmatch(expected):
        return Refuse("invalid", "required", at=f"{pointer}/{missing['name']}")
    if expected.startswith("Invalid enum value"):
        expected = "not one of the allowed values"
    return Refuse("invalid", expected, at=pointer)


def _pointer(path: str) -> str:
    """Turn `.payees[1].person` into `/payees/1/person`; a member of a free-form object has no place of its own."""
    return _INDEX.sub(lambda found: "" if found[1] == "..." else f".{found[1]}", path).replace(".", "/")


def may_hold_raw(value: bytes, token_members: frozenset[str]) -> bool:
    """Say whether a refused value may hold raw identity or card numbers, so that nobody keeps a copy."""
    try:
        document = parse(value)
    except MalformedJson:
        return looks_raw(value.decode("utf-8", "replace"))
    return _holds_raw(document, token_members)


def _holds_raw(value: Any, token_members: frozenset[str]) -> bool:
    if isinstance(value, dict):
        return any(
            (name in token_members and _bears_no_token(inner)) or looks_raw(name) or _holds_raw(inner, token_members)
            for name, inner in value.items()
        )
    if isinstance(value, list):
        return any(_holds_raw(inner, token_members) for inner in value)
    return looks_raw(str(value)) and not (isinstance(value, str) and is_token(value))


def _bears_no_token(value: Any) -> bool:
    if isinstance(value, list):
        return any(_bears_no_token(inner) for inner in value)
    if isinstance(value, str):
        return not is_token(value)
    return isinstance(value, int | float) and not isinstance(value, bool)
