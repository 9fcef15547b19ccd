"""What rules ask the register at a point, each with the key of reference data that the answer leans on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funds_monitor.domain.checking import SHARING_CALLS
from funds_monitor.domain.register import shared_key
from funds_monitor.domain.registered_names import CODE, NAMES, accused_key

if TYPE_CHECKING:
    from funds_monitor.domain.points import Point

Value = Any


def ask_register(point: Point, function: str, arguments: tuple[Value, ...]) -> Value:
    """Answer a question; null where the text it is about is missing."""
    if None in arguments:
        return None
    point.asked |= point.plan.register_bit
    if function in SHARING_CALLS:
        return ask_sharers(point, function, by=arguments[0], value=arguments[1])
    names, asked = point.timeline.book.names, point.timeline.asked
    match function:
        case "registered":
            asked.add(f"{CODE}{arguments[0]}")
            return names.registered(arguments[0], point.day)
        case "accused":
            asked.add(accused_key(arguments[0]))
            return names.accused(arguments[0])
        case "name_known":
            asked.add(NAMES)
            return names.known(arguments[0], point.day)
        case _:
            asked.add(NAMES)
            return names.nearest(arguments[0], arguments[1], point.day)


def ask_sharers(point: Point, function: str, *, by: str, value: str) -> Value:
    """Answer who shares something with the organization; null where there is nothing to share."""
    if shared_key(by, value) is None:
        return None
    others, register = point.sharers(by, value), point.timeline.book.register
    match function:
        case "sharers":
            return len(others)
        case "shared_with":
            return register.names(others, point.day)
        case _:
            return register.joined_last(by, value, code=point.timeline.code, day=point.day)
