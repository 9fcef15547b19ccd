"""The sentences of an alert: templates filled with the names of the point."""

import re
from typing import Any

from funds_monitor.domain.names import mask_person
from tests.oracle.points import Point

PLACE = re.compile(r"\{([a-z0-9_.]+)(?:\|([a-z]+))?\}")


def say(point: Point, branches: list[str], language: str) -> str:
    """Fill the templates of the true branches."""
    return " ".join(filled(point, point.rule.row["why"][branch][language], language) for branch in branches)


def filled(point: Point, template: str, language: str) -> str:
    return PLACE.sub(lambda found: shown(value_of(point, found[1]), found[2], language), template)


def value_of(point: Point, path: str) -> Any:
    """Look a name of a template up; a counterparty is shown by name, a person's masked."""
    if path == "counterparty":
        party = point.names["counterparty"]
        return mask_person(party.name) if party.kind == "person" else party.name
    first, *rest = path.split(".")
    value = point.names[first]
    for name in rest:
        value = getattr(value, name, None)
    return value


def shown(value: Any, how: str | None, language: str) -> str:
    if value is None:
        return "-"
    if how == "yuan":
        return f"{value // 100:,}.{value % 100:02d} {'元' if language == 'zh' else 'yuan'}"
    if how == "percent":
        return f"{value // 100}.{value % 100:02d} %"
    return str(value)
