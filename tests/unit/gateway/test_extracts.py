"""What the gateway sees in a register extract before anybody else: its form, its cells, its persons."""

from datetime import date, datetime
from typing import Any

import pytest

from chassis.errors import Refused
from contracts import Tokeniser, is_token
from contracts.register_extract import COLUMNS_MAX, EXTRACT_ROWS_MAX, FAULTS_MAX, Extract
from gateway.domain.extract import Table, extract_of
from gateway.domain.extract_csv import read_csv
from gateway.outbound.spreadsheets import read_xlsx
from tests.builders.extracts import ADDRESS, DAY, HEADINGS, MONEY, NAME, PERSON, as_csv, as_xlsx, rows_of

KEY = Tokeniser(bytes(32))


def read(table: Table) -> Extract:
    return extract_of(table, KEY)


def faults_of(extract: Extract) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.code) for fault in extract.faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_both_encodings_of_offices_are_read_alike(encoding: str) -> None:
    extract = read(read_csv(as_csv(rows_of(20), encoding=encoding)))
    assert (extract.headings, extract.faults, extract.rows_count) == (HEADINGS, (), 20)
    assert extract.rows[0][1][NAME] == rows_of(1)[0][NAME]


def test_a_workbook_says_the_same_as_its_csv() -> None:
    rows = rows_of(20)
    assert read(read_xlsx(as_xlsx(rows))) == read(read_csv(as_csv(rows)))


def test_identity_numbers_leave_as_tokens_and_wrong_ones_not_at_all() -> None:
    rows = rows_of(2)
    rows[1][PERSON] = rows[1][PERSON][:-1] + ("0" if rows[1][PERSON][-1] != "0" else "1")
    extract = read(read_csv(as_csv(rows)))
    assert is_token(extract.rows[0][1][PERSON])
    assert extract.rows[1][1][PERSON] == ""
    assert faults_of(extract) == [(3, HEADINGS[PERSON], "bad_identity")]


def test_one_broken_line_does_not_spoil_the_others() -> None:
    content = as_csv(rows_of(5), encoding="utf-8").split(b"\r\n")
    content[3] = content[3].replace("虚拟镇".encode(), b"\xd0\xe9\xc4")
    extract = read(read_csv(b"\r\n".join(content)))
    assert faults_of(extract) == [(4, "住所", "bad_encoding")]


SHAPES = [
    ("nothing", b"", [(0, "", "no_rows")]),
    ("headings alone", as_csv([]), [(0, "", "no_rows")]),
    ("no headings", as_csv(rows_of(2)[1:], headings=rows_of(1)[0]), [(1, "", "no_headings")]),
    ("an open quote", as_csv(rows_of(2)) + b'"open', [(4, "", "bad_quotes")]),
]


@pytest.mark.parametrize(("content", "faults"), [row[1:] for row in SHAPES], ids=[row[0] for row in SHAPES])
def test_a_file_that_is_no_table_says_why(content: bytes, faults: list[tuple[int, str, str]]) -> None:
    assert faults_of(read(read_csv(content))) == faults


def test_headings_that_are_missing_unknown_or_twice_are_told_one_by_one() -> None:
    headings = ["统一社会信用代码", "名称", "名称", "类别", "成立登记日期", "开办资金(元)", "电邮"]
    rows = [["", "", "", "", "", "", "x"]]
    told = faults_of(read(read_csv(as_csv(rows, headings=headings))))
    assert told == [(1, "名称", "column_twice"), (1, "G", "unknown_column"), (1, "行政区划代码", "missing_column")]


def test_rows_of_another_width_are_told_once_each() -> None:
    rows = rows_of(3)
    rows[0].pop()
    rows[1].append("多出")
    extract = read(read_csv(as_csv(rows)))
    assert faults_of(extract) == [(2, "", "row_short"), (3, "", "row_long")]
    assert [row for row, _ in extract.rows] == [4]


def test_headings_are_known_in_both_languages_and_brackets_of_either_width() -> None:
    headings = ["Unified Social Credit Code", "name", "kind", "registration date", "开办资金(元)", "division code"]
    assert read(read_csv(as_csv([row[:6] for row in rows_of(1)], headings=headings))).faults == ()


HIDING = [
    ("a hidden sheet", {"second": "hidden"}, [(0, "", "hidden_sheet")]),
    ("two sheets", {"second": "shown"}, [(0, "", "several_sheets")]),
    ("merged cells", {"merged": ["B2:B3"]}, [(2, "名称", "merged_cells"), (3, "名称", "merged_cells")]),
    ("a title above the headings", {"headings": ["名册"], "merged": ["A1:K1"]}, [(1, "", "no_headings")]),
]


@pytest.mark.parametrize(("more", "faults"), [row[1:] for row in HIDING], ids=[row[0] for row in HIDING])
def test_what_hides_in_a_workbook_is_told(more: dict[str, Any], faults: list[tuple[int, str, str]]) -> None:
    assert faults_of(read(read_xlsx(as_xlsx(rows_of(2), **more)))) == faults


@pytest.mark.parametrize("text", ["=1+1", "\uff1d1+1", "+1", "-1", "@SUM(A1)", "\uff20SUM(A1)", " =1", "\t=1"])
@pytest.mark.parametrize("column", [NAME, ADDRESS])
def test_a_cell_that_an_office_program_would_compute_is_told(column: int, text: str) -> None:
    rows = rows_of(1)
    rows[0][column] = text
    for table in (read_csv(as_csv(rows)), read_xlsx(as_xlsx(rows))):
        assert faults_of(read(table)) == [(2, HEADINGS[column], "formula")]


def test_a_formula_in_a_workbook_is_told_with_its_cell() -> None:
    rows: list[list[Any]] = [list(row) for row in rows_of(1)]
    rows[0][NAME] = "=1+1"
    extract = read(read_xlsx(as_xlsx(rows, formulas=True)))
    assert faults_of(extract) == [(2, "名称", "formula")]


def test_an_identity_number_that_was_kept_as_a_quantity_has_lost_its_digits() -> None:
    rows: list[list[Any]] = [list(row) for row in rows_of(1)]
    rows[0][PERSON] = 339999198001010019
    assert faults_of(read(read_xlsx(as_xlsx(rows)))) == [(2, HEADINGS[PERSON], "lost_digits")]


def test_dates_and_amounts_of_a_workbook_are_read_as_they_are_shown() -> None:
    rows: list[list[Any]] = [list(row) for row in rows_of(4)]
    for row, day, amount in zip(
        rows,
        (date(2024, 3, 1), datetime(2024, 3, 1, 12, 30), 45352, "2024年3月1日"),  # noqa: DTZ001 - a sheet knows no zone
        (30_000, 30_000.1 + 0.2, "30,000", 0.1 + 0.2),
        strict=True,
    ):
        row[DAY], row[MONEY] = day, amount
    extract = read(read_xlsx(as_xlsx(rows)))
    assert [cells[DAY] for _, cells in extract.rows] == ["2024-03-01", "2024-03-01", "45352", "2024年3月1日"]
    assert [cells[MONEY] for _, cells in extract.rows] == ["30000", "30000.3", "30,000", "0.3"]


TOO_LARGE = [
    ("rows", read_csv, as_csv([["x"]] * (EXTRACT_ROWS_MAX + 1)), "rows"),
    ("empty rows", read_csv, b"\n" * 9_000_000, "rows"),
    ("columns", read_csv, as_csv([], headings=["x"] * (COLUMNS_MAX + 1)), "columns"),
    ("characters", read_csv, ("长" * 100_000 + "\n").encode("gb18030") * 125, "characters"),
]


@pytest.mark.parametrize(("reader", "content", "named"), [row[1:] for row in TOO_LARGE], ids=[r[0] for r in TOO_LARGE])
def test_what_is_too_large_says_in_what(reader: Any, content: bytes, named: str) -> None:
    with pytest.raises(Refused) as refused:
        read(reader(content))
    assert (refused.value.code, named in refused.value.detail) == ("too_large", True)


def test_an_extract_of_as_many_rows_as_may_be_is_read() -> None:
    content = as_csv([["x"]] * EXTRACT_ROWS_MAX, headings=["名称"])
    assert read(read_csv(content)).rows_count == EXTRACT_ROWS_MAX


def test_no_more_faults_are_passed_on_than_anybody_mends() -> None:
    rows = [["=x"] * len(HEADINGS)] * (FAULTS_MAX // 10)
    assert len(read(read_csv(as_csv(rows))).faults) == FAULTS_MAX


def test_a_file_that_is_no_workbook_is_told() -> None:
    assert faults_of(read(read_xlsx(b"PK\x03\x04 and no more"))) == [(0, "", "unreadable_file")]
