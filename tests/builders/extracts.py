"""Extracts of an invented register as offices write them, and forty ways in which one goes wrong."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import xlsxwriter

from tests.builders.codes import ALPHABET, code_of

HEADINGS = (
    "统一社会信用代码",
    "名称",
    "类别",
    "成立登记日期",
    "开办资金(元)",
    "行政区划代码",
    "住所",
    "联系电话",
    "法定代表人身份证号",
    "业务主管单位",
    "慈善组织",
)
CODE, NAME, KIND, DAY, MONEY, DIVISION, ADDRESS, PHONE, PERSON, BODY, CHARITY = range(len(HEADINGS))
KINDS = (("社会团体", "51"), ("社会服务机构", "52"), ("基金会", "53"))
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

Row = list[str]


class Planted(NamedTuple):
    """A fault as it must be told."""

    row: int
    column: str
    code: str


def identity_number(number: int) -> str:
    """Give the number of a person who does not exist: no county of China has the code 339999.

    Source: GB 11643-1999.
    """
    head = f"3399991980{number % 12 + 1:02d}{number % 28 + 1:02d}{number % 1000:03d}"
    return head + "10X98765432"[sum(int(d) * w for d, w in zip(head, ID_WEIGHTS, strict=True)) % 11]


def rows_of(count: int, *, first: int = 0) -> list[Row]:
    """Give rows of organizations, each valid; `first` keeps several registers apart."""
    rows: list[Row] = []
    for place in range(count):
        number = first + place
        kind, prefix = KINDS[number % 3]
        rows.append(
            [
                code_of(number, kind=prefix),
                f"虚拟县第{number}号{kind}",
                kind,
                f"20{number % 20:02d}-0{number % 9 + 1}-1{number % 10}",
                f"{30_000 + number}.5{number % 10}" if number % 2 else f"{30_000 + number:,}",
                "330326",
                f"虚拟镇幸福路{number}号",
                f"0577-6372{number % 10_000:04d}",
                identity_number(number),
                "虚拟县教育局",
                "是" if number % 5 else "",
            ]
        )
    return rows


def as_csv(rows: Sequence[Row], *, headings: Sequence[str] = HEADINGS, encoding: str = "utf-8-sig") -> bytes:
    """Write a file as an office program would."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([list(headings), *rows])
    return text.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[Any]], *, headings: Sequence[str] = HEADINGS, **more: Any) -> bytes:
    """Write a workbook; `more` may add a sheet, hidden or not, merge cells, or let formulas be formulas."""
    content = io.BytesIO()
    day = {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": more.get("formulas", False)}
    book = xlsxwriter.Workbook(content, {"in_memory": True, **day})
    sheet = book.add_worksheet("登记")
    for number, row in enumerate([list(headings), *rows]):
        sheet.write_row(number, 0, row)
    for area in more.get("merged", ()):
        sheet.merge_range(area, "合并")
    if "second" in more:
        other = book.add_worksheet("另一个")
        other.write(0, 0, "x")
        if more["second"] == "hidden":
            other.hide()
    book.close()
    return content.getvalue()


CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The forms in which offices deliver: how a file is written, and the media type under which it is sent.
FORMS: dict[str, tuple[Callable[[Sequence[Row]], bytes], str]] = {
    "CSV in UTF-8": (as_csv, CSV),
    "CSV in GB18030": (lambda rows: as_csv(rows, encoding="gb18030"), CSV),
    "XLSX": (as_xlsx, XLSX),
}


def other_sign(code: str, place: int) -> str:
    """Write one place of a code wrongly."""
    wrong = ALPHABET[(ALPHABET.index(code[place]) + 1) % len(ALPHABET)]
    return code[:place] + wrong + code[place + 1 :]


def with_outer_check(head: str) -> str:
    """Complete seventeen places so that only the last check digit holds."""
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    return head + ALPHABET[(31 - sum(w * ALPHABET.index(s) for w, s in zip(weights, head, strict=True)) % 31) % 31]


def wrong_cells(rows: Sequence[Row]) -> list[tuple[int, str, str]]:
    """List forty wrong cells, or the whole row where it is cut or too long: column, content, code of the fault."""
    code = [row[CODE] for row in rows]
    return [
        (CODE, "", "empty"),
        (CODE, code[1][:17], "code_form"),
        (CODE, "I" + code[2][1:], "code_form"),
        (CODE, other_sign(code[3], 17), "code_check_18"),
        (CODE, with_outer_check(other_sign(code[4], 16)[:17]), "code_check_17"),
        (CODE, other_sign(code[5], 10), "code_check_both"),
        (CODE, code[40], "code_twice"),
        (CODE, "=" + code[7], "formula"),
        (NAME, "", "empty"),
        (NAME, "长" * 257, "too_long"),
        (NAME, '=HYPERLINK("http://a")', "formula"),
        (NAME, "@SUM(A1)", "formula"),
        (NAME, "虚拟\n协会", "control_characters"),
        (NAME, "虚拟\u200b协会", "control_characters"),
        (KIND, "", "empty"),
        (KIND, "公司", "bad_choice"),
        (DAY, "", "empty"),
        (DAY, "2023-02-29", "bad_day"),
        (DAY, "1/2/2023", "bad_day"),
        (DAY, "1899-12-31", "bad_day"),
        (DAY, "2199-01-01", "day_ahead"),
        (DAY, "昨天", "bad_day"),
        (MONEY, "", "empty"),
        (MONEY, "三万", "bad_money"),
        (MONEY, "-30000", "bad_money"),
        (MONEY, "3,0000", "bad_money"),
        (MONEY, "1e5", "bad_money"),
        (MONEY, "30000.005", "half_fen"),
        (MONEY, "100000000001", "too_much_money"),
        (DIVISION, "", "empty"),
        (DIVISION, "33032", "bad_division"),
        (DIVISION, "993026", "bad_division"),
        (DIVISION, "平阳县", "bad_division"),
        (ADDRESS, "a\ufffdb", "bad_encoding"),
        (ADDRESS, "+cmd|' /C calc'!A0", "formula"),
        (PHONE, "没有", "bad_phone"),
        (PHONE, "12", "bad_phone"),
        (PERSON, identity_number(36)[:-1] + "A", "bad_identity"),
        (PERSON, "339999198013450011", "bad_identity"),
        (CHARITY, "也许", "bad_flag"),
    ]


def with_forty_faults(rows: Sequence[Row]) -> tuple[list[Row], list[Planted]]:
    """Spread the faults over a register, and say how each must be told."""
    faulty = [list(row) for row in rows]
    stride = max(1, (len(rows) - 41) // 40)
    planted: list[Planted] = []
    for number, (column, content, code) in enumerate(wrong_cells(rows)):
        place = 41 + number * stride if code == "code_twice" or number >= 8 else number
        faulty[place][column] = content
        planted.append(Planted(place + 2, HEADINGS[column], code))
    return faulty, sorted(planted)
