"""Cleans parsed data at the HTTP door: raw numbers become tokens, numbers in texts are masked, in one walk."""

from typing import Any, Literal, TypeAlias

from msgspec import Struct

from contracts.members import EACH, marked_members
from contracts.tokens import RAW_LENGTH_MAX, Tokeniser, is_token, mask_numbers, normalised

Duty = Literal["person", "account", "mask"]
# What to do with the members of an object: the members of members below, EACH for the elements of an array.
Duties: TypeAlias = "dict[str, Duty | Duties]"


def duties_of(data: type[Struct]) -> Duties:
    """Return what must be cleaned in data of a type."""
    duties: Duties = {}
    marked = [*marked_members(data, "token"), *((path, "mask") for path, _ in marked_members(data, "mask"))]
    for path, duty in marked:
        place = duties
        for name in path[:-1]:
            inner = place.setdefault(name, {})
            assert isinstance(inner, dict)  # noqa: S101 — a member is either text or a part, never both
            place = inner
        place[path[-1]] = duty
    return duties


def clean(document: Any, duties: Duties, tokeniser: Tokeniser) -> None:
    """Do, in place, what is due in a parsed object; what has another form than the type says is left to the schema."""
    if not isinstance(document, dict):
        return
    for name, duty in duties.items():
        value = document.get(name)
        if value is None:
            continue
        if isinstance(duty, str):
            document[name] = _cleaned(value, duty, tokeniser)
        elif EACH not in duty:
            clean(value, duty, tokeniser)
        elif isinstance(value, list):
            _clean_elements(value, duty[EACH], tokeniser)


def _clean_elements(values: list[Any], duty: Duty | Duties, tokeniser: Tokeniser) -> None:
    for index, value in enumerate(values):
        if isinstance(duty, str):
            values[index] = _cleaned(value, duty, tokeniser)
        else:
            clean(value, duty, tokeniser)


def _cleaned(value: Any, duty: Duty, tokeniser: Tokeniser) -> Any:
    """Turn a raw value into its token or mask a text; what cannot be a number stays, and fails the schema."""
    if duty == "mask":
        return mask_numbers(value) if isinstance(value, str) else value
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not 0 < len(value) <= RAW_LENGTH_MAX or is_token(value) or not normalised(value):
        return value
    return tokeniser.token(duty, value)
