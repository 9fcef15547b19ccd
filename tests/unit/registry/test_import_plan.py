"""What an extract would do to the register, and what is wrong with it, told so that a clerk can mend it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from contracts import Tokeniser
from contracts.register_extract import COLUMNS, Extract, Fault
from registry.domain.cells import Reader, Wrong, value_of
from registry.domain.facts import Fact
from registry.domain.faults import FAULTS, told
from registry.domain.import_plan import Plan, codes_in, plan_import
from tests.builders.codes import code_of
from tests.builders.events import Desk
from tests.builders.extracts import HEADINGS, NAME, rows_of
from tests.unit.registry.story import facts_of

TODAY = date(2024, 6, 30)
DESK = Desk()
TOKEN = Tokeniser(bytes(32)).person("339999198001010019")
BY_FORM = {column.form: column for column in COLUMNS}


def an_extract(rows: Sequence[Sequence[str]], headings: Sequence[str] = HEADINGS) -> Extract:
    """Give what the gateway would send: persons are tokens."""
    person = HEADINGS.index("法定代表人身份证号")
    cells = [[TOKEN if place == person else cell for place, cell in enumerate(row)] for row in rows]
    return Extract(
        "organizations", tuple(headings), tuple((number, tuple(row)) for number, row in enumerate(cells, start=2))
    )


def plan_of(extract: Extract, *events: dict[str, Any]) -> Plan:
    known: dict[str, list[Fact]] = {code: [] for code in codes_in(extract)}
    for fact in facts_of(events):
        known.setdefault(fact.subject or "", []).append(fact)
    return plan_import(extract, known, today=TODAY, is_own=lambda division: division.startswith("330326"))


def held(entry: dict[str, Any]) -> dict[str, Any]:
    """Give the event by which the register holds an entry."""
    return DESK.event("civil-affairs.organization.registered.v1", entry["code"], "2020-01-02", entry)


def faults_of(plan: Plan) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.code) for fault in plan.faults]


def test_what_the_register_does_not_hold_is_registered() -> None:
    plan = plan_of(an_extract(rows_of(3)))
    assert [(row.row, row.act, row.seen) for row in plan.rows] == [(n, "register", None) for n in (2, 3, 4)]
    assert plan.rows[0].entry["start_up_funds_fen"] == 3_000_000
    assert plan.rows[0].entry["legal_representative"] == TOKEN


def test_what_the_register_holds_is_left_alone_and_what_differs_is_changed() -> None:
    first = plan_of(an_extract(rows_of(2)))
    events = [held(row.entry) for row in first.rows]
    again = rows_of(2)
    again[1][NAME] = "虚拟县新名协会"
    plan = plan_of(an_extract(again), *events)
    assert (plan.unchanged, [(row.row, row.act) for row in plan.rows]) == (1, [(3, "change")])
    assert plan.rows[0].seen == f"{events[1]['source']} {events[1]['id']}"


def test_a_column_that_is_missing_says_nothing_and_an_empty_cell_says_that_there_is_nothing() -> None:
    (row,) = plan_of(an_extract(rows_of(1))).rows
    event = held(row.entry | {"sector": "教育"})
    cells = rows_of(1)
    cells[0][HEADINGS.index("联系电话")] = ""
    (changed,) = plan_of(an_extract(cells), event).rows
    assert (changed.entry["sector"], "phone" in changed.entry) == ("教育", False)


def test_a_wrong_check_digit_is_a_fault_unless_the_register_holds_the_code() -> None:
    cells = rows_of(1)
    cells[0][0] = code = code_of(0)[:17] + ("0" if code_of(0)[17] != "0" else "1")
    assert [fault[2] for fault in faults_of(plan_of(an_extract(cells)))] == ["code_check_18"]
    known = DESK.registered(code, "2020-01-02", division="330326")
    assert faults_of(plan_of(an_extract(cells), known)) == []


def test_one_fault_keeps_all_rows_out() -> None:
    cells = rows_of(3)
    cells[1][NAME] = ""
    plan = plan_of(an_extract(cells))
    assert (plan.rows, faults_of(plan)) == ((), [(3, "名称", "empty")])


def test_a_cell_that_the_gateway_withheld_is_not_told_twice() -> None:
    extract = an_extract(rows_of(1))
    withheld = Extract("organizations", extract.headings, extract.rows, (Fault(2, "名称", "formula", "name"),))
    assert faults_of(plan_of(withheld)) == [(2, "名称", "formula")]


def test_another_s_division_and_a_dissolved_organization_are_faults() -> None:
    cells = rows_of(2)
    cells[0][HEADINGS.index("行政区划代码")] = "330327"
    registered = DESK.registered(cells[1][0], "2020-01-02", division="330326")
    ended = DESK.ended(cells[1][0], "2021-01-01", how="deregistered")
    told_faults = faults_of(plan_of(an_extract(cells), registered, ended))
    assert told_faults == [(2, "行政区划代码", "division_not_yours"), (3, "", "dissolved")]


def test_what_only_the_contract_refuses_is_told_at_its_column() -> None:
    extract = an_extract(rows_of(1))
    row, cells = extract.rows[0]
    raw = Extract("organizations", extract.headings, ((row, tuple(rows_of(1)[0])),))
    assert cells != raw.rows[0][1], "a raw number, which the gateway would have made a token"
    assert faults_of(plan_of(raw)) == [(2, "法定代表人身份证号", "not_by_contract")]


def test_a_code_that_stands_twice_names_the_row_where_it_stood_first() -> None:
    cells = rows_of(2)
    cells[1][0] = cells[0][0]
    (fault,) = plan_of(an_extract(cells)).faults
    assert "2" in str(told(fault)["what"])
    assert (fault.row, fault.first_row) == (3, 2)


READ = [
    ("day", "2024年3月1日", "2024-03-01"),
    ("day", "2024/3/1", "2024-03-01"),
    ("day", "20240301", "2024-03-01"),
    ("day", "2024-06-30", "2024-06-30"),
    ("yuan", "30,000.50", 3_000_050),
    ("yuan", "30000.500", 3_000_050),
    ("yuan", "0", 0),
    ("ten_thousand_yuan", "3.000001", 3_000_001),
    ("choice", "民办非企业单位", "service_institution"),
    ("choice", "Foundation", "foundation"),
    ("division", "330326100201", "330326100201"),
    ("flag", "否", False),
    ("text", " 虚拟县（集团）协会 ", "虚拟县（集团）协会"),
    ("phone", "13800000000", "13800000000"),
]


@pytest.mark.parametrize(("form", "text", "value"), READ)
def test_a_cell_is_read_as_offices_write_it(form: str, text: str, value: object) -> None:
    (column,) = [each for name, each in BY_FORM.items() if name == form]
    assert value_of(text, Reader(column, TODAY)) == value


WRONG = [
    ("day", "2024-07-01", "day_ahead"),
    ("day", "2023-02-29", "bad_day"),
    ("day", "45352", "serial_day"),
    ("day", "45352.5", "serial_day"),
    ("yuan", "0.005", "half_fen"),
    ("yuan", "1,00", "bad_money"),
    ("yuan", "100000000000.01", "too_much_money"),
    ("ten_thousand_yuan", "3.0000001", "half_fen"),
    ("division", "3303261", "bad_division"),
    ("phone", "1380000000013800000000138000", "bad_phone"),
]


@pytest.mark.parametrize(("form", "text", "code"), WRONG)
def test_a_cell_that_is_wrong_says_how(form: str, text: str, code: str) -> None:
    (column,) = [each for name, each in BY_FORM.items() if name == form]
    with pytest.raises(Wrong) as wrong:
        value_of(text, Reader(column, TODAY))
    assert wrong.value.code == code


@pytest.mark.parametrize("code", FAULTS)
def test_every_fault_says_what_and_how_to_mend_it_in_both_languages(code: str) -> None:
    said = told(Fault(7, "名称", code, "name", 3))
    words = [text for part in ("what", "mend") for text in dict(said[part]).values()]  # type: ignore[call-overload]
    assert all(len(text) > 3 and "{" not in text for text in words)
    assert said["field"] == "name"
