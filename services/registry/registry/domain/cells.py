"""Cells of a register extract, as text, become what the contract holds: days, whole fen, choices."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from contracts import check_code
from contracts.parts import FEN_MAX
from contracts.register_extract import Column, Form, folded

_FEN_PER_YUAN, _FEN_PER_TEN_THOUSAND_YUAN = 100, 1_000_000
_OLDEST_YEAR = 1900
_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_DAY = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?", re.ASCII)
_SERIAL_DAY = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_DAY_WITHOUT_MARKS = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_MONEY = re.compile(r"(?:\d{1,20}|\d{1,3}(?:,\d{3}){1,6})(?:\.\d{1,20})?", re.ASCII)
_PHONE = re.compile(r"\+?\(?\d[\d\- ()]{5,24}(?:转\d{1,6})?", re.ASCII)
_DIVISION = re.compile(r"(?:\d{6}|\d{9}|\d{12})", re.ASCII)
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]")
_YES, _NO = frozenset({"是", "有", "true", "yes", "y", "1"}), frozenset({"否", "无", "false", "no", "n", "0"})


class Wrong(Exception):  # noqa: N818 - a verdict about a cell, turned into a fault at once
    """A cell does not hold what it should; says which fault it is."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Reader(NamedTuple):
    """What reading a cell depends on besides itself."""

    column: Column
    today: date


def value_of(text: str, reader: Reader) -> Any:
    """Give what a cell holds, in the contract's form; None when it is empty.

    Raises: Wrong.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        if reader.column.required:
            raise Wrong("empty")
        return None
    if len(text) > reader.column.characters_max:
        raise Wrong("too_long")
    # Texts stay as they were written: a name with wide brackets is not the name with narrow ones.
    return text.strip() if reader.column.form in _AS_WRITTEN else _FORMS[reader.column.form](plain, reader)


def code_fault(code: str) -> str | None:
    """Name what is wrong with a credit code: its form, or each of its check digits.

    Source: GB 32100-2015, GB 11714-1997.
    """
    if not _CODE.fullmatch(code):
        return "code_form"
    check = check_code(code)
    if not check.gb11714:
        return "code_check_17" if check.gb32100 else "code_check_both"
    return None if check.gb32100 else "code_check_18"


def _code(text: str, _reader: Reader) -> str:
    code = text.upper()
    if not re.fullmatch(r"[0-9A-Z]{18}", code):
        raise Wrong("code_form")
    return code


def _choice(text: str, reader: Reader) -> str:
    for value, names in reader.column.choices.items():
        if folded(text) in map(folded, names):
            return value
    raise Wrong("bad_choice")


def _flag(text: str, _reader: Reader) -> bool:
    said = text.casefold()
    if said not in _YES | _NO:
        raise Wrong("bad_flag")
    return said in _YES


def _day(text: str, reader: Reader) -> str:
    """Read a day of the Gregorian calendar.

    Source: GB/T 7408-2005 (ISO 8601), and the ways in which offices write it.
    """
    found = _DAY.fullmatch(text.replace(" ", "")) or _DAY_WITHOUT_MARKS.fullmatch(text)
    if found is None:
        raise Wrong("serial_day" if _SERIAL_DAY.fullmatch(text) else "bad_day")
    try:
        day = date(*map(int, found.groups()))
    except ValueError:
        raise Wrong("bad_day") from None
    if day.year < _OLDEST_YEAR:
        raise Wrong("bad_day")
    if day > reader.today:
        raise Wrong("day_ahead")
    return day.isoformat()


def _money(text: str, fen_per_unit: int) -> int:
    """Turn an amount into whole fen, exactly."""
    if not _MONEY.fullmatch(text):
        raise Wrong("bad_money")
    fen = Decimal(text.replace(",", "")) * fen_per_unit
    if fen != fen.to_integral_value():
        raise Wrong("half_fen")
    if fen > FEN_MAX:
        raise Wrong("too_much_money")
    return int(fen)


def _yuan(text: str, _reader: Reader) -> int:
    return _money(text, _FEN_PER_YUAN)


def _ten_thousand_yuan(text: str, _reader: Reader) -> int:
    return _money(text, _FEN_PER_TEN_THOUSAND_YUAN)


def _division(text: str, _reader: Reader) -> str:
    """Read a code of a division.

    Source: GB/T 2260-2007 (county), GB/T 10114-2003 (township) and the statistics bureau's extension to villages.
    """
    if not _DIVISION.fullmatch(text) or not _PROVINCE.match(text) or set(text[2:]) == {"0"}:
        raise Wrong("bad_division")
    return text


def _phone(text: str, _reader: Reader) -> str:
    if not _PHONE.fullmatch(text):
        raise Wrong("bad_phone")
    return text


_AS_WRITTEN: frozenset[Form] = frozenset({"text", "person"})
_FORMS: Mapping[Form, Callable[[str, Reader], Any]] = {
    "code": _code,
    "choice": _choice,
    "day": _day,
    "yuan": _yuan,
    "ten_thousand_yuan": _ten_thousand_yuan,
    "division": _division,
    "phone": _phone,
    "flag": _flag,
}
