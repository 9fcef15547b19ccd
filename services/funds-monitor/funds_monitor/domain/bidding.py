"""Operators over bids: whether somebody who bid against the organization belongs together with it.

Source: indicators.md SO-19, docs/rule-language.md §4 (bid_against).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from funds_monitor.domain.entries import Entry
from funds_monitor.domain.points import Point
from funds_monitor.domain.register import ADDRESS, FILER, PHONE, shared_key

WHOLE_BP = 10_000
CONTROLS, SAME_PHONE = "controls", "same_phone"

Ties = frozenset[str]


class Rivals(Struct, frozen=True):
    """What a rule sees of those who bid against the organization and belong together with it."""

    head: bool
    control: bool
    account: bool
    phone: bool
    address: bool
    strong: bool
    close: bool  # somebody with a strong tie bid almost the same
    names: str


STRONG = frozenset({"head", "control", "account"})


def bid_against(point: Point, _: Mapping[str, list[Entry]], numbers: Mapping[str, int]) -> Rivals | None:
    """Look at the other bidders of an award, as of the date of the award; None: no bidders are told."""
    award = point.entry.data
    bidders = getattr(award, "bidders", None)
    if bidders is None:
        return None
    code, found = point.timeline.code, dict[str, Ties]()
    prices = {each.code: each.price_fen for each in bidders}
    for each in bidders:
        if each.code != code:
            found[each.code] = frozenset(ties_of(point, each.code, award.awarded_on, numbers["address_max"]))
    ties = frozenset[str]().union(*found.values())
    close = [
        other
        for other, shared in found.items()
        if shared & STRONG and are_close(prices.get(code), prices[other], numbers["close_bp"])
    ]
    names = {each.code: each.name for each in bidders if found.get(each.code)}
    return Rivals(
        **{kind: kind in ties for kind in ("head", "control", "account", "phone", "address")},
        strong=bool(ties & STRONG),
        close=bool(close),
        names="、".join(names[other] for other in sorted(names)),
    )


def ties_of(point: Point, other: str, day: date, address_max: int) -> Iterator[str]:
    """Name what ties the organization to another bidder on a date."""
    code, book = point.timeline.code, point.timeline.book
    point.asked |= point.plan.register_bit
    point.timeline.asked.update((other, f"{FILER}{other}", f"{FILER}{code}"))
    if book.heads(code, day) & book.heads(other, day):
        yield "head"
    both = frozenset((code, other))
    if book.tied(CONTROLS, both, day) or book.controllers(code, day) & book.controllers(other, day):
        yield "control"
    if book.accounts(code) & book.accounts(other):
        yield "account"
    mine, theirs = (book.register.snapshot(each, day) for each in (code, other))
    if book.tied(SAME_PHONE, both, day) or share(PHONE, mine, theirs) is not None:
        yield "phone"
    address = share(ADDRESS, mine, theirs)
    if address is not None:
        point.timeline.asked.add(shared_key(ADDRESS, address) or "")
        others = set(book.register.others(ADDRESS, address, day=day, without=code)) | {other}
        if len(others) + 1 <= address_max:
            yield "address"


def share(by: str, mine: Any, theirs: Any) -> str | None:
    """Give what two entries of the register share; None: nothing."""
    if mine is None or theirs is None:
        return None
    value: str | None = getattr(mine, by)
    key = shared_key(by, value)
    return value if key is not None and key == shared_key(by, getattr(theirs, by)) else None


def are_close(one: int | None, other: int | None, close_bp: int) -> bool:
    """Say whether two prices differ by no more than a share of the higher one."""
    if one is None or other is None:
        return False
    return abs(one - other) * WHOLE_BP <= close_bp * max(one, other)
