"""Who of those who bid belongs together with the winner, on the day of the award, pair by pair."""

from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING

from funds_monitor.domain.names import norm
from tests.oracle.books import Books
from tests.oracle.facts import Fact
from tests.oracle.register import others

if TYPE_CHECKING:
    from tests.oracle.points import Point

KINDS = ("head", "control", "account", "phone", "address")


def bid_against(point: "Point", address_max: int, close_bp: int) -> SimpleNamespace | None:
    """Look at everybody else who bid; None where no bidders are told."""
    award = point.this.data
    if getattr(award, "bidders", None) is None:
        return None
    rivals = {one.code: one for one in award.bidders if one.code != point.code}
    ties = {code: ties_of(point, code, award.awarded_on, address_max) for code in rivals}
    own = [one.price_fen for one in award.bidders if one.code == point.code]
    close = False
    for code, rival in rivals.items():
        if ties[code] & {"head", "control", "account"} and own and None not in (own[-1], rival.price_fen):
            apart, higher = abs(own[-1] - rival.price_fen), max(own[-1], rival.price_fen)
            close = close or apart * 10_000 <= close_bp * higher
    found = {kind: any(kind in each for each in ties.values()) for kind in KINDS}
    strong = found["head"] or found["control"] or found["account"]
    names = "、".join(rivals[code].name for code in sorted(rivals) if ties[code])
    return SimpleNamespace(**found, strong=strong, close=close, names=names)


def ties_of(point: "Point", other: str, day: date, address_max: int) -> set[str]:
    """Name what two bidders share."""
    books, kin, code = point.world.books, point.world.kin, point.code
    found = set()
    if heads(books, code, day) & heads(books, other, day):
        found.add("head")
    if kin.tied("controls", code, other, day=day) or controllers(point, code, day) & controllers(point, other, day):
        found.add("control")
    accounts = [{fact.data.account for fact in books.of(one, "account")} for one in (code, other)]
    if accounts[0] & accounts[1]:
        found.add("account")
    mine, theirs = books.snapshot_on(code, day), books.snapshot_on(other, day)
    if kin.tied("same_phone", code, other, day=day) or alike(mine, theirs, "phone"):
        found.add("phone")
    if mine is not None and alike(mine, theirs, "address"):
        there = set(others(books, code, by="address", value=mine.data.address, day=day)) | {code, other}
        if len(there) <= address_max:
            found.add("address")
    return found


def alike(mine: Fact | None, theirs: Fact | None, name: str) -> bool:
    if mine is None or theirs is None:
        return False
    one, other = norm(getattr(mine.data, name)), norm(getattr(theirs.data, name))
    return bool(one) and one == other


def heads(books: Books, code: str, day: date) -> set[str]:
    """Name the legal representatives by posts and by the register."""
    posts = [fact for fact in books.of(code, "post") if fact.data.post == "legal_representative"]
    snapshot = books.snapshot_on(code, day)
    named = {snapshot.data.legal_representative} if snapshot is not None else set()
    return ({fact.data.person for fact in posts if books.lives_on(fact, day)} | named) - {None}


def controllers(point: "Point", code: str, day: date) -> set[str]:
    """Name who controls somebody."""
    books, parties = point.world.books, point.world.parties
    relations = [fact for fact in books.everywhere("relation") if fact.data.relation == "controls"]
    keys = [
        parties.key_of(fact.data.a)
        for fact in relations
        if books.lives_on(fact, day) and parties.key_of(fact.data.b) == code
    ]
    return {key for key in keys if key is not None}
