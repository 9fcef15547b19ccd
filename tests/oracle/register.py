"""What the register says of everybody on a date, asked organization by organization."""

from datetime import date
from itertools import combinations, takewhile
from typing import TYPE_CHECKING

from funds_monitor.domain.names import norm
from tests.oracle.books import Books
from tests.oracle.facts import DAY_US, Fact, end_of

if TYPE_CHECKING:
    from tests.oracle.points import Point

LEADING = ("legal_representative", "chair", "vice_chair", "secretary_general")
LISTED = 10


def had(by: str, snapshot: Fact) -> str | None:
    """Give what a snapshot says of what may be shared."""
    data = snapshot.data
    return data.legal_representative if by.endswith("head") else norm(getattr(data, by)) or None


def shares_since(books: Books, code: str, *, by: str, value: str, day: date) -> date | None:
    """Give since when an organization has had a head, a phone or an address that it has at the end of a date."""
    before = [fact for fact in books.of(code, "org") if fact.position[0] < end_of(day)]
    if not before or (by == "foundation_head" and before[-1].data.kind != "foundation"):
        return None
    wanted = value if by.endswith("head") else norm(value)
    run = list(takewhile(lambda fact: had(by, fact) == wanted, reversed(before)))
    starts = [run[-1].day] if run else []
    if by.endswith("head"):
        posts = [fact for fact in books.of(code, "post") if fact.data.post == "legal_representative"]
        starts += [fact.data.from_on for fact in posts if fact.data.person == value and books.lives_on(fact, day)]
    return min(starts, default=None)


def others(books: Books, code: str, *, by: str, value: str, day: date) -> list[str]:
    """Name the other organizations in force that share it."""
    end = (end_of(day), "", "")
    return [
        other
        for other in books.codes()
        if other != code
        and shares_since(books, other, by=by, value=value, day=day) is not None
        and books.status(other, end) == "active"
    ]


def names_nothing(by: str, value: str) -> bool:
    return not (value if by.endswith("head") else norm(value))


def sharers(point: "Point", by: str, value: str) -> int | None:
    """Count the others; null where there is nothing to share."""
    return (
        None
        if names_nothing(by, value)
        else len(others(point.world.books, point.code, by=by, value=value, day=point.d))
    )


def shared_with(point: "Point", by: str, value: str) -> str | None:
    """List the others by name."""
    if names_nothing(by, value):
        return None
    books, found = point.world.books, others(point.world.books, point.code, by=by, value=value, day=point.d)
    names = [str(snapshot.data.name) for other in found if (snapshot := books.snapshot_on(other, point.d)) is not None]
    return "、".join(names[:LISTED]) + ("…" if len(names) > LISTED else "")


def joined_last(point: "Point", by: str, value: str) -> bool | None:
    """Say whether nobody began to share it later."""
    if names_nothing(by, value):
        return None
    books, code, day = point.world.books, point.code, point.d
    found = [code, *others(books, code, by=by, value=value, day=day)]
    begun = {one: shares_since(books, one, by=by, value=value, day=day) or day for one in found}
    return max(found, key=lambda one: (begun[one], one)) == code


def neighbours_tied(point: "Point", tie_fen: int, window_days: int) -> bool:
    """Say whether two at one address share a phone or a leader, or paid each other so much."""
    if not norm(point.org.address):
        return False
    here = [point.code, *others(point.world.books, point.code, by="address", value=point.org.address, day=point.d)]
    return any(tied(point, one, other, tie_fen, window_days) for one, other in combinations(here, 2))


def tied(point: "Point", one: str, other: str, tie_fen: int, window_days: int) -> bool:
    books, day = point.world.books, point.d
    phones = [norm(s.data.phone) for code in (one, other) if (s := books.snapshot_on(code, day)) is not None]
    if len(phones) == 2 and phones[0] and phones[0] == phones[1]:
        return True
    if leaders(books, one, day) & leaders(books, other, day):
        return True
    after_us = point.position[0] - window_days * DAY_US
    paid = [
        edge.amount_fen
        for edge in point.world.edges()
        if {edge.payer, edge.payee} == {one, other} and after_us < edge.position[0] and edge.position <= point.position
    ]
    return sum(paid) >= tie_fen


def leaders(books: Books, code: str, day: date) -> set[str]:
    """Name who leads an organization, by posts and by the register."""
    posts = [fact for fact in books.of(code, "post") if fact.data.post in LEADING and books.lives_on(fact, day)]
    snapshot = books.snapshot_on(code, day)
    head = {snapshot.data.legal_representative} if snapshot is not None else set()
    return ({fact.data.person for fact in posts} | head) - {None}
