"""Register extracts as CSV, in either encoding that office programs write.

Source: RFC 4180 (CSV), GB 18030-2022
"""

import csv
import io
from itertools import islice

from contracts.register_extract import EXTRACT_ROWS_MAX, Fault
from gateway.domain.extract import Line, Table

UTF_8, GB_18030 = "utf-8-sig", "gb18030"
_READ_MAX = EXTRACT_ROWS_MAX + 2  # headings, and one row too many: enough to see that it is
_SAMPLE_BYTES = 1024 * 1024  # tells the encoding of the rest


def read_csv(content: bytes) -> Table:
    """Read a file into rows; bytes that are no text stand as U+FFFD in their cells."""
    text = content.decode(_encoding_of(content), "replace")
    lines: list[Line] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines.extend(Line(number, cells) for number, cells in enumerate(islice(reader, _READ_MAX), start=1))
    except csv.Error:
        return Table(lines, [Fault(len(lines) + 1, "", "bad_quotes")])
    return Table(lines)


def _encoding_of(content: bytes) -> str:
    """Tell which it is: a line of Chinese in the one is hardly ever valid in the other.

    Source: GB 18030-2022
    """
    foreign = [line for line in content[:_SAMPLE_BYTES].splitlines() if not line.isascii()]
    broken = sum(1 for line in foreign if not _is_utf_8(line))
    return GB_18030 if broken * 2 > len(foreign) else UTF_8


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
