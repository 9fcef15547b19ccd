"""Register extracts as XLSX: the only module that opens spreadsheets.

Source: ECMA-376 part 1 (SpreadsheetML)
"""

import io
from collections.abc import Iterable
from datetime import date, datetime

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from contracts.register_extract import Fault
from gateway.domain.extract import Line, Table, letter_of
from gateway.outbound.workbook_parts import UnreadableWorkbook, vetted

EXACT_MAX = 10**15  # spreadsheets keep fifteen digits of a number


def read_xlsx(content: bytes) -> Table:
    """Read the one visible sheet of a workbook into rows of texts, and say what hides in it.

    Raises: Refused `too_large`.
    """
    try:
        plain, marks = vetted(content)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(plain))
        faults = [Fault(0, "", "hidden_sheet") for each in workbook.sheets_metadata if not _is_visible(each.visible)]
        shown = [each.name for each in workbook.sheets_metadata if _is_visible(each.visible)]
        sheets = [workbook.get_sheet_by_name(name) for name in shown]
    except (UnreadableWorkbook, CalamineError, OSError, ValueError):
        return Table([], [Fault(0, "", "unreadable_file")])
    filled = [sheet for sheet in sheets if sheet.end is not None]
    if len(filled) != 1:
        return Table([], [*faults, Fault(0, "", "several_sheets" if filled else "no_rows")])
    return _table(filled[0], [*faults, *marks])


def _is_visible(visible: SheetVisibleEnum) -> bool:
    return visible == SheetVisibleEnum.Visible


def _table(sheet: CalamineSheet, faults: Iterable[Fault]) -> Table:
    told = list(faults)
    lines: list[Line] = []
    for number, cells in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        texts: list[str] = []
        for index, cell in enumerate(cells):
            if isinstance(cell, int | float) and abs(cell) >= EXACT_MAX:
                told.append(Fault(number, letter_of(index), "lost_digits", letter_of(index)))
                texts.append("")
            else:
                texts.append(_text_of(cell))
        lines.append(Line(number, texts))
    return Table(lines, told)


def _text_of(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        # Fifteen digits, as the sheet shows them: what 0.1 + 0.2 has beyond is no part of what somebody wrote.
        return str(int(cell)) if cell.is_integer() else format(cell, ".15g")
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
