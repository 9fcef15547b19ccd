"""Links and the ways over them: what holds of several words on a payment, and what a search leaves out."""

from collections.abc import Iterable
from random import Random

import msgspec
import pytest

from funds_monitor.domain.facts import DAY_US, Position
from funds_monitor.domain.links import Edge, Link, LinkBook, Report
from funds_monitor.domain.paths import Path, Search, disjoint

NOON_US = 1_772_337_600_000_000  # 2026-03-01T12:00+08:00


def report(payer: str, payee: str, day: int, *, amount_fen: int = 9_000_000, of: str = "", **more: object) -> Report:
    """Say of a payment what one side says, the payer unless `of` names the other."""
    number = int(str(more.pop("number", 0)))
    position = Position(NOON_US + day * DAY_US + number, "/finance/treasury", f"{payer}{payee}{day}{of}{number}")
    told = Report(position, of or payer, payer, payee, amount_fen, first_time=True, refund=False)
    return msgspec.structs.replace(told, **more)


def book_of(reports: Iterable[Report]) -> LinkBook:
    book = LinkBook()
    for each in reports:
        book.apply(Link(each, 1, asserted=True))
    return book


def edges(book: LinkBook, party: str) -> list[Edge]:
    return book.around(party, after_us=0, until=Position(2 * NOON_US, "", ""))


def found(book: LinkBook, first: Report, *, fanout_max: int = 200, edges_max: int = 6, days: int = 90) -> list[Path]:
    """Search the ways back to whoever paid first."""
    search = Search(
        links=book,
        window_us=days * DAY_US,
        edges_max=edges_max,
        fanout_max=fanout_max,
        fits=lambda _first, _edge: True,
        near=lambda _edge, _other: True,
        members=lambda party: {party},
        seen=set(),
    )
    edge = book.edge_of(first.position)
    assert edge is not None
    return list(search.through(edge))


def test_the_higher_revision_holds_whichever_comes_first() -> None:
    said = report("A", "B", 0)
    words = [
        Link(said, 1, asserted=True),
        Link(said, 2, asserted=False),
        Link(msgspec.structs.replace(said, payee="C"), 3, asserted=True),
    ]
    for seed in range(10):
        book = LinkBook()
        for link in Random(seed).sample(words + words, 6):
            book.apply(link)
        assert [edge.payee for edge in edges(book, "A")] == ["C"]
        assert (edges(book, "B"), book.messages) == ([], 3)


def test_a_word_that_changes_nothing_names_its_parties_all_the_same() -> None:
    said = report("A", "B", 0)
    book = book_of([said])
    assert book.apply(Link(said, 1, asserted=True)) == {"A", "B"}
    book.apply(Link(msgspec.structs.replace(said, payee="C"), 3, asserted=True))
    assert book.apply(Link(said, 2, asserted=False)) == {"A", "B", "C"}


def test_both_sides_of_a_payment_are_one_edge_and_the_second_of_one_day_another() -> None:
    payer, payee = report("A", "B", 0), report("A", "B", 0, of="B", number=5)
    book = book_of([payer, payee])
    assert [edge.reports for edge in edges(book, "A")] == [(payer, payee)]
    again = report("A", "B", 0, number=9)
    book.apply(Link(again, 1, asserted=True))
    assert [edge.reports for edge in edges(book, "A")] == [(payer, payee), (again,)]
    book.apply(Link(payer, 2, asserted=False))
    assert [edge.reports for edge in edges(book, "A")] == [(again, payee)]


def test_a_refund_is_no_edge_for_the_other_side_either() -> None:
    book = book_of([report("A", "B", 0, refund=True), report("A", "B", 0, of="B", number=5)])
    assert edges(book, "A") == []


def test_a_way_is_simple_in_order_of_time_and_within_its_days() -> None:
    first = report("A", "B", 0)
    ring = [first, report("B", "C", 1), report("C", "A", 2)]
    assert [len(path.edges) for path in found(book_of(ring), first)] == [3]
    assert found(book_of(ring), first, edges_max=2) == []
    assert found(book_of(ring), first, days=2) == []
    assert found(book_of([first, report("B", "C", 2), report("C", "A", 1)]), first) == []
    assert found(book_of([first, report("B", "A", 1)]), first) == []
    paid_twice = [first, report("B", "C", 3), report("C", "A", 2), report("C", "A", 5)]
    assert [len(path.edges) for path in found(book_of(paid_twice), first)] == [3]
    over_b_again = [first, report("B", "C", 1), report("C", "B", 2), report("B", "D", 3), report("D", "A", 4)]
    assert [len(path.edges) for path in found(book_of(over_b_again), first)] == [3]


@pytest.mark.parametrize(
    ("others", "is_found", "is_cut"), [(198, True, False), (199, True, False), (200, False, False)]
)
def test_of_too_many_payments_the_earliest_are_looked_at(others: int, is_found: bool, is_cut: bool) -> None:  # noqa: FBT001
    first, last = report("A", "B", 0), report("C", "A", 5)
    noise = [report("B", f"N{number}", 1, number=number) for number in range(others)]
    paths = found(book_of([first, *noise, report("B", "C", 2), last]), first)
    assert [path.cut for path in paths] == ([is_cut] if is_found else [])


def test_a_way_says_when_more_was_paid_than_was_looked_at() -> None:
    first = report("A", "B", 0)
    later = [report("B", f"N{number}", 3, number=number) for number in range(200)]
    [path] = found(book_of([first, report("B", "C", 1), *later, report("C", "A", 5)]), first)
    assert path.cut


def test_of_ways_that_share_a_payment_the_first_that_brings_most_is_taken() -> None:
    first = report("A", "B", 0)
    ring = [report("B", "C", 1), report("C", "A", 2), report("C", "A", 3, amount_fen=8_000_000)]
    paths = found(book_of([first, *ring, report("B", "D", 1, amount_fen=700_000), report("D", "A", 4)]), first)
    assert [path.smallest_fen for path in paths].count(700_000) == 1
    assert [path.smallest_fen for path in disjoint(paths)] == [9_000_000]
