"""Operators over the register: organizations at one address that belong together.

Source: indicators.md SO-31, docs/rule-language.md §4 (neighbours_tied).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from funds_monitor.domain.entries import Entry
from funds_monitor.domain.facts import DAY_US
from funds_monitor.domain.links import PATH
from funds_monitor.domain.points import Point
from funds_monitor.domain.register import ADDRESS, PHONE, shared_key


def neighbours_tied(point: Point, _: Mapping[str, list[Entry]], numbers: Mapping[str, int]) -> bool:
    """Say whether two organizations at the address share a phone or a leader, or paid each other enough."""
    timeline, day = point.timeline, point.day
    address, book = point.org.address, timeline.book
    if shared_key(ADDRESS, address) is None:
        return False
    members = [timeline.code, *point.sharers(ADDRESS, address)]
    point.asked |= point.plan.path_bit
    timeline.asked.update(f"{PATH}{code}" for code in members)
    phones = [shared_key(PHONE, getattr(book.register.snapshot(code, day), "phone", None)) for code in members]
    if has_twice(phone for phone in phones if phone is not None):
        return True
    if has_twice(person for code in members for person in book.leaders(code, day)):
        return True
    paid = paid_among(point, members, after_us=point.position.time_us - numbers["window_days"] * DAY_US)
    return any(amount_fen >= numbers["tie_fen"] for amount_fen in paid.values())


def paid_among(point: Point, members: list[str], *, after_us: int) -> Counter[frozenset[str]]:
    """Add what two of some organizations paid each other after a time and up to the point, pair by pair."""
    paid = Counter[frozenset[str]]()
    for code in members:
        for edge in point.timeline.book.links.around(code, after_us=after_us, until=point.position):
            if edge.payer == code and edge.payee in members:
                paid[frozenset((edge.payer, edge.payee))] += edge.amount_fen
    return paid


def has_twice(values: Iterable[str]) -> bool:
    """Say whether a value occurs more than once."""
    return any(count > 1 for count in Counter(values).values())
