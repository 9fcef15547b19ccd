"""The true points of a rule: which speak, which wait, and for what."""

from datetime import date

from funds_monitor.domain.entries import Entry
from funds_monitor.domain.facts import Place, Position, end_us
from funds_monitor.domain.organizations import Hit, HitBook
from funds_monitor.domain.outcome import HitChange
from funds_monitor.domain.reading import read_fact
from tests.builders.codes import code_of
from tests.builders.events import Desk
from tests.builders.records import Log, admitted

ME = code_of(1)
TAX, REPORTS = "tax.filings.v1", "civil-affairs.reports.v1"
MARCH, APRIL = date(2026, 3, 31), date(2026, 4, 30)


def hit(on: str, *awaited: tuple[str, date], waiting: bool) -> Hit:
    """Give a true point at a payment."""
    [record] = Log().append(Desk(on).payment(ME, on, amount_fen=100))
    fact = read_fact(admitted(record), Place(record.topic, record.partition, record.offset, record.timestamp_us))
    return Hit(Entry(fact), HitChange(ME, "SO-01", 1, fact.position, waiting=waiting), None, awaited)


def positions(hits: list[Hit]) -> list[Position]:
    return [each.position for each in hits]


def test_those_that_wait_do_not_speak_until_they_are_released() -> None:
    book = HitBook()
    late, early = hit("2026-03-02", waiting=False), hit("2026-02-01", (TAX, MARCH), waiting=True)
    book.put(late)
    book.put(early)
    assert (positions(book.speaking()), book.waiting) == ([late.position], {early.position})
    book.release(early)
    assert (positions(book.speaking()), book.waiting) == ([early.position, late.position], set())
    assert book.awaited(TAX, None) == []


def test_what_is_waited_for_is_told_in_order_from_where_a_topic_is_complete() -> None:
    book = HitBook()
    for on, day in (("2026-02-03", APRIL), ("2026-02-01", MARCH), ("2026-02-02", MARCH)):
        book.put(hit(on, (TAX, day), (REPORTS, MARCH), waiting=True))
    assert book.awaited(TAX, None) == [MARCH, MARCH, APRIL]
    assert book.awaited(TAX, end_us(MARCH) - 1) == [MARCH, MARCH, APRIL]
    assert book.awaited(TAX, end_us(MARCH)) == [APRIL]
    assert book.awaited(TAX, end_us(APRIL)) == []
    assert book.awaited("audit.findings.v1", None) == []


def test_a_true_point_that_is_judged_again_or_goes_waits_for_nothing_of_before() -> None:
    book = HitBook()
    point = hit("2026-02-01", (TAX, MARCH), waiting=True)
    book.put(point)
    book.put(hit("2026-02-01", (REPORTS, APRIL), waiting=True))
    assert (book.awaited(TAX, None), book.awaited(REPORTS, None)) == ([], [APRIL])
    assert book.drop(point.position) is not None
    assert (book.awaited(REPORTS, None), book.waiting, book.drop(point.position)) == ([], set(), None)
