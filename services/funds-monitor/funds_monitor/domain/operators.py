"""Registered operators: measures over sets that the language cannot say.

Source: docs/rule-language.md §4 (pass_through, groups_meet, any_related).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from typing import Any

from funds_monitor.domain.entries import Entry
from funds_monitor.domain.paths import path_back, ring_back
from funds_monitor.domain.points import Point

Sets = Mapping[str, list[Entry]]
Numbers = Mapping[str, int]


def group_at(point: Point, entry: Entry) -> str:
    """Give the group of a payment's party at a point."""
    return point.timeline.book.kinship.group(entry.party, point.day)[0]


def pass_through(point: Point, sets: Sets, numbers: Numbers) -> int:
    """Match outflows with earlier inflows, first in first out; add what went to the few largest payees."""
    inflows, place = sets["inflows"], 0
    waiting: deque[int] = deque()
    passed: Counter[str] = Counter()
    for outflow in sets["outflows"]:
        while place < len(inflows) and inflows[place].position < outflow.position:
            waiting.append(inflows[place].data.amount_fen)
            place += 1
        wanted = outflow.data.amount_fen
        while wanted and waiting:
            taken = min(wanted, waiting[0])
            wanted -= taken
            passed[group_at(point, outflow)] += taken
            waiting[0] -= taken
            if not waiting[0]:
                waiting.popleft()
    return sum(amount for _, amount in passed.most_common(numbers["payees_max"]))


def groups_meet(point: Point, sets: Sets, _: Numbers) -> bool:
    """Say whether a party of one set and a party of the other share a group."""
    one = {group_at(point, entry) for entry in sets["one"]}
    return any(group_at(point, entry) in one for entry in sets["other"])


def any_related(point: Point, sets: Sets, numbers: Numbers) -> bool:
    """Say whether any counterparty of a set is related to the organization."""
    return any(point.related(entry, numbers["hops"]) for entry in sets["of"])


OPERATIONS: dict[str, Callable[[Point, Sets, Numbers], Any]] = {
    "pass_through": pass_through,
    "groups_meet": groups_meet,
    "any_related": any_related,
    "path_back": path_back,
    "ring_back": ring_back,
}
