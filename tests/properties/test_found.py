"""Differences that stories have found, each as the smallest story that shows it."""

from collections.abc import Callable

import msgspec

from contracts import partition_of
from funds_monitor.domain.expressions import parse
from funds_monitor.domain.rulebook import RuleBook
from funds_monitor.domain.rules import Expression, SeverityLine
from tests.builders.codes import account_of, code_of, person_of
from tests.builders.engine import EngineCounty, shipped_rules
from tests.builders.events import Desk, party
from tests.builders.records import PARTITIONS, Json, Log, heard
from tests.oracle.oracle import open_alerts
from tests.properties.comparing import difference

ME, A, B = code_of(11), code_of(12), code_of(16)


def assert_told(*portions: list[Json], between: Callable[[EngineCounty], None] = lambda _: None) -> None:
    """Feed portions one after another, then let everything take effect: engine and oracle must agree."""
    county, log, records = EngineCounty(), Log(), []
    for portion in portions:
        part = [record for event in portion for record in log.append(event)]
        county.feed(part)
        between(county)
        records += part
    county.finish()
    assert difference(open_alerts(heard(records)), county.content()) == ""


def reflect_all(county: EngineCounty) -> None:
    county.learn()
    for number in range(PARTITIONS):
        county.reflect(number)


def test_a_police_case_told_late_is_heard_of_where_the_body_that_it_names_was_paid() -> None:
    desk = Desk()
    paid = desk.payment(ME, "2026-03-02", amount_fen=800_000, counterparty=party("平阳县企业家商会"))
    case = {"case_id": "c-1", "kind": "illegal_organization", "organization_name": "平阳县企业家商会"}
    opened = desk.event("public-security.case.opened.v1", None, "2026-05-01", case)
    there = [desk.registered(ME, "2024-01-01"), *desk.all_completed("2026-06-01T00:00")]
    assert_told(there, [paid], [opened], between=reflect_all)


def test_an_account_that_another_bidder_files_late_is_heard_of_by_the_winner() -> None:
    desk = Desk()
    bidders = [{"code": code, "name": f"投标人{code}", "price_fen": 19_800_000} for code in (ME, A)]
    won = desk.award(ME, "2026-03-02", bidders=bidders)
    account = account_of("shared")
    there = [desk.registered(ME, "2024-01-01"), desk.account_filed(ME, "2024-01-05", account=account)]
    shared = desk.account_filed(A, "2026-02-01", account=account)
    assert_told(there, [won], [shared], desk.all_completed("2026-06-01T00:00"), between=reflect_all)


def test_a_waiting_point_still_speaks_when_another_fact_comes_between_declaration_and_settling() -> None:
    desk = Desk()
    abroad = party("Blue Lake Foundation", kind="overseas")
    gift = desk.payment(ME, "2026-03-02", amount_fen=2_000_000, direction="in", counterparty=abroad)
    told = desk.completed("public-security.overseas.v1", "2026-04-01T00:00")
    other = desk.payment(ME, "2026-03-20", amount_fen=100)
    assert_told([gift], told, [other], between=reflect_all)


def test_reference_facts_may_be_read_before_the_rules_bring_their_word_lists() -> None:
    desk = Desk()
    named = {"a": party("第1公司"), "b": party("爱心人士", kind="unknown")}
    relation = desk.relation(ME, "2025-06-01", **named)
    county, log = EngineCounty(), Log()
    county.feed(log.append(relation))
    county.learn()
    for number in range(PARTITIONS):
        county.reflect(number)
    county.restart()
    county.finish()
    assert county.content() == {}


def test_parties_that_turn_out_to_be_known_take_the_point_with_them() -> None:
    desk = Desk()
    known = party("常客", code=code_of(21, kind="91"))
    other = party("他人", code=code_of(22, kind="91"))
    first = desk.payment(ME, "2026-04-14", amount_fen=100, counterparty=other)
    out = desk.payment(ME, "2026-06-11", amount_fen=47_643_000, counterparty=known)
    into = desk.payment(ME, "2026-06-09", amount_fen=47_643_000, direction="in", counterparty=known)
    late = desk.payment(ME, "2026-05-15", amount_fen=100, counterparty=known)
    assert_told([first], [out], [into], [late])


def test_a_payment_at_the_end_of_the_books_is_heard_by_a_deadline_to_come() -> None:
    desk = Desk()
    there = desk.registered(ME, "2024-01-01")
    who = party("李*", kind="person", person=person_of("李四"))
    first = desk.payment(ME, "2026-03-03", amount_fen=900_000, counterparty=who)
    second = desk.payment(ME, "2026-03-20", amount_fen=8_000_000, counterparty=who)
    assert_told([there], [first], [second], desk.all_completed("2026-06-01T00:00"))


def test_a_payment_judged_already_hears_of_a_payroll_that_lists_it() -> None:
    desk = Desk()
    there = [desk.registered(ME, "2024-01-01"), desk.post_taken(ME, "2024-01-02", person="李四")]
    who = party("李*", kind="person", person=person_of("李四"))
    paid = desk.payment(ME, "2026-03-03", amount_fen=10_400_000, counterparty=who)
    listed = {"payees": [{"person": person_of("李四"), "amount_fen": 9_000_000}]}
    payroll = {"period": "2026-03", "headcount": 1, "total_pay_fen": 9_000_000} | listed
    filed = desk.event("tax.payroll.filed.v1", ME, "2026-04-18", payroll)
    assert_told(there, [paid], [filed], desk.all_completed("2026-06-01T00:00"), between=reflect_all)


def test_an_office_told_late_changes_what_is_said_of_a_filing_that_never_saw_money() -> None:
    desk = Desk()
    there = desk.registered(ME, "2024-01-01")
    filing = desk.filing(ME, "2025-05-01", ngo="Blue Lake Foundation", to_on="2025-08-31", filing_id="f-1")
    office = desk.office("2025-01-01", office_code="G1110000MA0000001X", name="Blue Lake Foundation")
    assert_told([there], [filing], desk.all_completed("2026-06-01T00:00"), [office], between=reflect_all)


def test_a_tie_told_late_closes_a_way_that_was_none() -> None:
    desk = Desk()
    there = [desk.registered(code, "2024-01-01") for code in (ME, A, B)]
    there.append(desk.post_taken(ME, "2024-01-02", person="王五"))
    owner, firm = party("王*", kind="person", person=person_of("王五")), party("某公司", code=code_of(31, kind="91"))
    way = [
        desk.payment(ME, "2026-03-01", amount_fen=9_000_000, counterparty=party("甲会", code=A)),
        desk.payment(A, "2026-03-03", amount_fen=8_800_000, counterparty=party("乙会", code=B)),
        desk.payment(B, "2026-03-09", amount_fen=8_000_000, counterparty=firm),
    ]
    tie = desk.relation(ME, "2024-02-01", a=owner, b=firm)
    assert_told(there, way, desk.all_completed("2026-06-01T00:00"), [tie], between=EngineCounty.finish)


def of_an_official(desk: Desk) -> tuple[list[Json], list[Json]]:
    """Give what makes TY-06: what stands on record beforehand, and payments to the official and the spouse's firm."""
    official, spouse = (party("某*", kind="person", person=person_of(name)) for name in ("李四", "王五"))
    firm = party("某公司", code=code_of(31, kind="91"))
    there = [
        desk.registered(ME, "2023-01-01", kind="association"),
        desk.relation(ME, "2023-02-01", a=official, b=spouse, relation="spouse"),
        desk.relation(ME, "2023-02-01", a=spouse, b=firm, relation="controls"),
        desk.post_taken(ME, "2025-01-10", person="李四", post="vice_chair", official_status="serving"),
    ]
    paid = [
        desk.payment(ME, "2025-06-10", amount_fen=120_000, counterparty=official, purpose_text="劳务费"),
        desk.payment(ME, "2025-09-03", amount_fen=10_400_000, counterparty=firm),
    ]
    return there, paid


def test_a_payment_at_the_end_of_the_books_completes_a_pattern() -> None:
    desk = Desk()
    there, paid = of_an_official(desk)
    assert_told(there, desk.all_completed("2026-06-01T00:00"), *([each] for each in paid), between=reflect_all)


def test_a_pattern_goes_with_its_member_after_a_restart() -> None:
    desk = Desk()
    there, paid = of_an_official(desk)
    told, gone = desk.all_completed("2026-06-01T00:00"), desk.withdrawn(paid[1])
    assert_told([*there, *told, *paid], [gone], between=EngineCounty.restart)
    county, log = EngineCounty(), Log()
    county.feed(record for event in [*there, *told, *paid] for record in log.append(event))
    county.finish()
    assert "TY-06" in {alert["rule"] for alert in county.content()[ME]}
    county.restart()
    county.feed(log.append(gone))
    county.finish()
    assert "TY-06" not in {alert["rule"] for alert in county.content()[ME]}


def test_a_pattern_that_raises_stops_nobody_else_and_is_counted() -> None:
    def raises(_: object) -> None:
        raise ZeroDivisionError

    desk, book = Desk(), shipped_rules()
    broken = Expression("broken", parse("true"), "bool", raises)
    patterns = [
        msgspec.structs.replace(each, severity=(SeverityLine("high", broken),)) if each.id == "TY-06" else each
        for each in book.patterns
    ]
    there, paid = of_an_official(desk)
    county, log = EngineCounty(RuleBook(book.rules, book.words, patterns)), Log()
    told = [
        record for event in [*there, *desk.all_completed("2026-06-01T00:00"), *paid] for record in log.append(event)
    ]
    county.feed(told)
    county.finish()
    found = {alert["rule"] for alert in county.content()[ME]}
    assert {"SO-11", "SO-28", "SO-29"} <= found
    assert "TY-06" not in found
    number = partition_of(ME, PARTITIONS)
    county.shard(number).restore([county.storage[number].load(ME)])
    assert county.shard(number).observe_completeness([ME]).errors == {"TY-06": 1}
