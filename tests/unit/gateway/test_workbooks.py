"""Workbooks that were made to hurt, and what honest ones hide, are seen before their reader is let near."""

import contextlib
import io
import re
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable

import pytest

from chassis.errors import Refused
from contracts.register_extract import COLUMNS_MAX, EXTRACT_ROWS_MAX
from gateway.outbound.spreadsheets import read_xlsx
from gateway.outbound.workbook_parts import PARTS_MAX, UNPACKED_BYTES_MAX, vetted
from tests.builders.extracts import as_xlsx, rows_of

SHEET, SHARED = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
PEAK_BYTES_MAX = 64 * 1024 * 1024  # most of it the parts of the file, unpacked

Change = Callable[[bytes], bytes]


def altered(part: str, change: Change, content: bytes | None = None) -> bytes:
    """Write one part of a workbook otherwise."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content or as_xlsx(rows_of(2)))) as before,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            after.writestr(name, change(before.read(name)) if name == part else before.read(name))
    return made.getvalue()


def with_cell(cell: str) -> bytes:
    return altered(SHEET, lambda xml: xml.replace(b"</row></sheetData>", f"{cell}</row></sheetData>".encode()))


def codes_of(content: bytes) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.code) for fault in read_xlsx(content).faults]


TOO_LARGE = [
    ("a cell at the far corner", with_cell('<c r="XFD1048576"><v>1</v></c>'), "XFD1048576"),
    ("with another quote and a prefix", with_cell('<x:c xmlns:x="y" r=\'A1048576\'><x:v>1</x:v></x:c>'), "A1048576"),
    ("written with an entity", with_cell('<c r="&#66;N2"><v>1</v></c>'), f"{COLUMNS_MAX} columns"),
    ("by the number of its row", with_cell('</row><row r="1048576"><c><v>1</v></c>'), f"{EXTRACT_ROWS_MAX} rows"),
    ("a text that many cells name", altered(
        SHARED,
        lambda xml: re.sub(b"<t>[^<]*</t>", b"<t>" + b"x" * 600_000 + b"</t>", xml),
    ), "characters"),
    ("more than may be unpacked", altered(SHARED, lambda xml: xml + b" " * UNPACKED_BYTES_MAX), "unfolds"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "named"), [row[1:] for row in TOO_LARGE], ids=[row[0] for row in TOO_LARGE])
def test_a_small_file_that_would_ask_for_much_memory_is_refused_for_little(content: bytes, named: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(Refused) as refused:
            read_xlsx(content)
        assert tracemalloc.get_traced_memory()[1] < PEAK_BYTES_MAX
    finally:
        tracemalloc.stop()
    assert (refused.value.code, named in refused.value.detail) == ("too_large", True)


def test_a_workbook_of_very_many_parts_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for number in range(PARTS_MAX + 1):
            packed.writestr(f"xl/worksheets/{number}.xml", b"")
    with pytest.raises(Refused):
        read_xlsx(made.getvalue())


def test_a_part_that_unpacks_to_more_than_it_says_gives_what_it_says() -> None:
    said = b"<sst/>"
    whole = said + b" " * 1_000_000
    sheetless = altered(SHEET, lambda _: b"<worksheet/>")  # so that no cell names a text that is gone
    content = bytearray(altered(SHARED, lambda _: whole, sheetless))
    for true, told in ((len(whole), len(said)), (zlib.crc32(whole), zlib.crc32(said))):
        assert content.count(true.to_bytes(4, "little")) == 2, "in the part's own head and in the list of parts"
        content[:] = content.replace(true.to_bytes(4, "little"), told.to_bytes(4, "little"))
    plain, _ = vetted(bytes(content))
    with zipfile.ZipFile(io.BytesIO(plain)) as packed:
        assert packed.read(SHARED) == said
        assert {each.compress_type for each in packed.infolist()} == {zipfile.ZIP_STORED}


UNREADABLE = [
    ("a document type", altered(SHEET, lambda xml: xml.replace(b"<worksheet", b"<!DOCTYPE a []><worksheet", 1))),
    ("broken XML", altered(SHEET, lambda xml: xml[:-20])),
    ("a place that is none", with_cell('<c r="7B"><v>1</v></c>')),
    ("a shared text that is not there", with_cell('<c t="s"><v>99999</v></c>')),
    ("a sheet elsewhere", altered("xl/_rels/workbook.xml.rels", lambda xml: xml.replace(b"worksheets/", b"theme/"))),
    ("the old form of workbooks", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    ("an archive of something else", altered("xl/workbook.xml", lambda _: b"<html/>")),
]


@pytest.mark.parametrize("content", [row[1] for row in UNREADABLE], ids=[row[0] for row in UNREADABLE])
def test_a_file_that_is_no_workbook_is_told(content: bytes) -> None:
    assert codes_of(content) == [(0, "", "unreadable_file")]


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_workbook_is_read_or_refused_but_breaks_nothing(seed: int) -> None:
    content = bytearray(as_xlsx(rows_of(2)))
    place = seed * len(content) // 40
    content[place : place + 3] = bytes([seed, 255 - seed, 7])
    with contextlib.suppress(Refused):
        assert read_xlsx(bytes(content)) is not None


def test_an_error_that_was_pasted_as_a_value_is_told_though_its_cell_reads_as_empty() -> None:
    def broken(xml: bytes) -> bytes:
        return re.sub(rb'<c r="G2"[^>]*><v>[^<]*</v></c>', b'<c r="G2" t="e"><v>#REF!</v></c>', xml)

    assert codes_of(altered(SHEET, broken)) == [(2, "G", "error_value")]


def test_a_formula_is_told_however_it_is_written() -> None:
    def computed(xml: bytes) -> bytes:
        return re.sub(rb'<c r="G3"[^>]*><v>[^<]*</v></c>', b"<x:c xmlns:x='y' r='G3'><x:f/><x:v>1</x:v></x:c>", xml)

    assert codes_of(altered(SHEET, computed)) == [(3, "G", "formula")]
