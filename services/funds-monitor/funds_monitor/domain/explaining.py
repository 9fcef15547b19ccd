"""The sentences of an alert: templates with places, filled with the names of a point."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Literal

from msgspec import Struct

from funds_monitor.domain.checking import suggest
from funds_monitor.domain.names import mask_person

PLACE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.]*)(?:\|([a-z]+))?\}")
Language = Literal["zh", "en"]
FILTERS = frozenset({"yuan", "percent"})
UNIT = {"zh": "元", "en": "yuan"}


class Placeholder(Struct, frozen=True):
    """One place of a template."""

    path: tuple[str, ...]
    filter: str
    offset: int


def placeholders(template: str) -> Iterator[Placeholder]:
    """Give the places of a template."""
    for found in PLACE.finditer(template):
        yield Placeholder(tuple(found[1].split(".")), found[2] or "", found.start())


def fault_of(place: Placeholder) -> str | None:
    """Say what is wrong with the filter of a place."""
    if not place.filter or place.filter in FILTERS:
        return None
    return f"unknown filter {place.filter!r}{suggest(place.filter, FILTERS)}"


def fill(template: str, value_of: Callable[[tuple[str, ...]], Any], language: Language) -> str:
    """Fill a template; what has no value is shown as a dash."""
    return PLACE.sub(lambda found: show(value_of(tuple(found[1].split("."))), found[2] or "", language), template)


def show(value: Any, how: str, language: Language) -> str:
    """Write one value: yuan from fen and percent from basis points without a float, dates as ISO."""
    if value is None:
        return "-"
    if how == "yuan":
        return f"{value // 100:,}.{value % 100:02d} {UNIT[language]}"
    if how == "percent":
        return f"{value // 100}.{value % 100:02d} %"
    return str(value)


def show_party(party: Any) -> str | None:
    """Show a counterparty by name, a person's masked."""
    if party is None:
        return None
    return mask_person(party.name) if party.kind == "person" else str(party.name)
