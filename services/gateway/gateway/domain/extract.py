"""A table that came as a file becomes a register extract: headings found, cells looked at, persons made tokens."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from chassis.errors import Refused
from contracts import Tokeniser, is_token
from contracts.register_extract import (
    COLUMN_OF_HEADING,
    COLUMNS,
    COLUMNS_MAX,
    EXTRACT_CHARACTERS_MAX,
    EXTRACT_ROWS_MAX,
    FAULTS_MAX,
    Column,
    Extract,
    Fault,
    folded,
)

HEADING_ROW = 1
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_ID = re.compile(r"[1-8]\d{16}[\dX]", re.ASCII)
_TRAVEL_DOCUMENT = re.compile(r"[A-Z]{1,3}\d{6,10}", re.ASCII)
_BETWEEN = re.compile(r"[\s\-]+")
_STARTS_FORMULA = ("=", "+", "-", "@")
_MAY_BEGIN = {"phone": "+", "yuan": "-+", "ten_thousand_yuan": "-+"}  # wrong there for another reason, or right
_REPLACEMENT = "\ufffd"  # what a decoder leaves where bytes are no text


class Line(NamedTuple):
    """One row of a table, numbered as a spreadsheet counts."""

    number: int
    cells: Sequence[str]


class Table(NamedTuple):
    """A file as rows of texts; `faults` are what only its reader could see."""

    lines: Sequence[Line]
    faults: Sequence[Fault] = ()


def extract_of(table: Table, tokeniser: Tokeniser) -> Extract:
    """Find the columns and look at every cell; what is wrong is withheld, and named without being repeated.

    Raises: Refused `too_large`.
    """
    _check_size(table)
    if not table.lines:
        return _unreadable(*(table.faults or [Fault(0, "", "no_rows")]))
    heading, *lines = table.lines
    columns = [COLUMN_OF_HEADING.get(folded(cell)) for cell in heading.cells]
    if not any(columns):
        # Where the first row is a title, all that its reader saw in the cells would only hide why.
        of_file = [fault for fault in table.faults if not fault.column]
        return _unreadable(*of_file, Fault(HEADING_ROW, "", "no_headings"))
    faults = [_labelled(fault, columns) for fault in table.faults]
    faults += _heading_faults(heading.cells, columns)
    known_wrong = frozenset((fault.row, fault.field) for fault in faults)
    filled = [line for line in lines if any(cell.strip() for cell in line.cells)]
    if not filled:
        faults.append(Fault(0, "", "no_rows"))
    rows: list[tuple[int, tuple[str, ...]]] = []
    for line in filled:
        if width_fault := _width_fault(line, len(columns)):
            faults.append(width_fault)
            continue
        cells, found = _cells_of(line, columns, known_wrong, tokeniser)
        faults += found
        rows.append((line.number, cells))
    labels = tuple(column.label for column in columns if column is not None)
    return Extract("organizations", labels, tuple(rows), tuple(faults[:FAULTS_MAX]), len(filled))


def _cells_of(
    line: Line, columns: Sequence[Column | None], known_wrong: frozenset[tuple[int, str]], tokeniser: Tokeniser
) -> tuple[tuple[str, ...], list[Fault]]:
    cells: list[str] = []
    faults: list[Fault] = []
    for column, cell in zip(columns, line.cells, strict=False):
        if column is None:
            continue
        text, code = _looked_at(column, cell, tokeniser)
        if (line.number, column.field) in known_wrong:
            text, code = "", ""
        if code:
            faults.append(Fault(line.number, column.label, code, column.field))
        cells.append(text)
    return tuple(cells), faults


def letter_of(index: int) -> str:
    """Name a column as spreadsheets do: A, B, … Z, AA."""
    letters, index = "", index + 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _check_size(table: Table) -> None:
    if len(table.lines) > EXTRACT_ROWS_MAX + HEADING_ROW:
        raise Refused("too_large", f"at most {EXTRACT_ROWS_MAX} rows: split the file")
    if table.lines and len(table.lines[0].cells) > COLUMNS_MAX:
        raise Refused("too_large", f"at most {COLUMNS_MAX} columns: delete those that are no part of the table")
    if sum(len(cell) for line in table.lines for cell in line.cells) > EXTRACT_CHARACTERS_MAX:
        raise Refused("too_large", f"at most {EXTRACT_CHARACTERS_MAX} characters in all cells: split the file")


def _unreadable(*faults: Fault) -> Extract:
    return Extract("organizations", (), (), faults)


def _labelled(fault: Fault, columns: Sequence[Column | None]) -> Fault:
    """Call a column, which a file's reader knows by its letter, by its heading."""
    for index, column in enumerate(columns):
        if column is not None and fault.column == letter_of(index):
            return Fault(fault.row, column.label, fault.code, column.field)
    return fault


def _heading_faults(cells: Sequence[str], columns: Sequence[Column | None]) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, column in enumerate(columns):
        if column is None:
            if cells[index].strip():
                yield Fault(HEADING_ROW, letter_of(index), "unknown_column")
        elif column.field in seen:
            yield Fault(HEADING_ROW, column.label, "column_twice")
        else:
            seen.add(column.field)
    for column in COLUMNS:
        if column.required and column.field not in seen:
            yield Fault(HEADING_ROW, column.label, "missing_column")


def _width_fault(line: Line, width: int) -> Fault | None:
    if len(line.cells) < width:
        return Fault(line.number, "", "row_short")
    if any(cell.strip() for cell in line.cells[width:]):
        return Fault(line.number, "", "row_long")
    return None


def _looked_at(column: Column, cell: str, tokeniser: Tokeniser) -> tuple[str, str]:
    """Give a cell's text, and the code of what is wrong with it."""
    text = cell.strip()
    if _REPLACEMENT in text:
        return "", "bad_encoding"
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in text):
        return "", "control_characters"
    plain = unicodedata.normalize("NFKC", text)  # office programs take the wide = for the narrow one
    if plain.startswith(_STARTS_FORMULA) and not plain.startswith(tuple(_MAY_BEGIN.get(column.form, ())) or "\0"):
        return "", "formula"
    if column.form != "person" or not text or is_token(text):
        return text, ""
    number = _BETWEEN.sub("", plain).upper()
    return (tokeniser.person(number), "") if _is_identity(number) else ("", "bad_identity")


def _is_identity(number: str) -> bool:
    """Say whether a number can be a resident's, or that of a travel document.

    Source: GB 11643-1999 (ISO 7064 modulus 11-2).
    """
    if _TRAVEL_DOCUMENT.fullmatch(number):
        return True
    if not _ID.fullmatch(number):
        return False
    try:
        date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return number[-1] == _ID_CHECKS[total % 11]
