"""A workbook is taken apart before its reader is let near: sizes, places of cells, formulas, errors, merged cells.

The reader makes a rectangle of whatever stands between the outermost cells and copies a shared text into each cell
that names it, so a file of a few kilobytes could ask for more memory than there is. What it gets is packed anew, from
the parts that were looked at and nothing else.

Source: ECMA-376 part 1 (SpreadsheetML), part 2 (packages)
"""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from xml.parsers import expat

from chassis.errors import Refused
from contracts.register_extract import COLUMNS_MAX, EXTRACT_CHARACTERS_MAX, EXTRACT_ROWS_MAX, FAULTS_MAX, Fault
from gateway.domain.extract import HEADING_ROW, letter_of

UNPACKED_BYTES_MAX = 96 * 1024 * 1024  # the largest extract as one sheet has sixty
PARTS_MAX = 1_000  # a workbook of one sheet has ten, and a few more for each other sheet
_SHARED_TEXTS = "xl/sharedstrings.xml"
_PARTS = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|xl/_rels/workbook\.xml\.rels"
    r"|xl/(?:workbook|sharedstrings|styles)\.xml|xl/worksheets/[^/]+\.xml"
)
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
_NUMBER_CHARACTERS_MAX = 20  # of a shared text's number, which is all that is kept of a cell
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what the standard allows


class UnreadableWorkbook(Exception):  # noqa: N818 - a verdict about a file, turned into a fault at once
    """A file is no workbook, or not one of the kind that anybody writes."""


def vetted(content: bytes) -> tuple[bytes, list[Fault]]:
    """Give a workbook of the parts that were looked at, unpacked, and what cells hide that their values do not show.

    Raises: UnreadableWorkbook; Refused `too_large`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = _unpacked(packed)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise UnreadableWorkbook from error
    shared: list[int] = []
    marks: list[Fault] = []
    for name in sorted(parts, key=lambda each: each.lower() != _SHARED_TEXTS):  # first: cells name texts by number
        part = _Part(shared)
        part.read(parts[name])
        marks += part.marks
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as repacked:
        for name, text in parts.items():
            repacked.writestr(name, text)
    return plain.getvalue(), marks[:FAULTS_MAX]


def _unpacked(packed: zipfile.ZipFile) -> dict[str, bytes]:
    listed = packed.infolist()
    if len(listed) > PARTS_MAX or sum(each.file_size for each in listed) > UNPACKED_BYTES_MAX:
        raise Refused("too_large", f"the workbook unfolds to more than {UNPACKED_BYTES_MAX} bytes or {PARTS_MAX} parts")
    parts: dict[str, bytes] = {}
    for each in listed:
        if not _PARTS.fullmatch(each.filename.lower()):
            continue
        if each.filename in parts or each.compress_type not in _PACKINGS:
            raise UnreadableWorkbook
        parts[each.filename] = packed.read(each)  # never more than is listed, whatever the packed bytes would give
    return parts


class _Part:
    """Follows one part as the reader would; `shared` are the lengths of the workbook's shared texts."""

    def __init__(self, shared: list[int]) -> None:
        self.marks: list[Fault] = []
        self._marked: set[tuple[int, int]] = set()
        self._shared = shared
        self._row = self._column = 0
        self._kind = ""
        self._is_text, self._text, self._length = False, "", 0
        self._characters = 0

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._say
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            parser.Parse(content, True)  # noqa: FBT003 - expat takes no keyword: this is all there is
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise UnreadableWorkbook from error

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
        elif name == "c":
            self._begin_cell(attributes)
        elif name == "si":
            self._length = 0
        elif name == "f":
            self._mark("formula", self._row, self._column)
        elif name == "mergeCell":
            self._mark_merged(attributes.get("ref", ""))
        if name in ("v", "is", "f"):
            self._check_place()
        self._is_text = name in ("v", "t")

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        self._is_text = False
        if name == "si":
            self._shared.append(self._length)
        elif name == "c":
            self._count(self._shared[int(self._text)] if self._kind == "s" and self._text else self._length)

    def _say(self, text: str) -> None:
        if self._is_text:
            self._length += len(text)
            self._text = (self._text + text)[:_NUMBER_CHARACTERS_MAX]

    def _refuse(self, *_: object) -> None:
        raise UnreadableWorkbook

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        self._column += 1
        if "r" in attributes:
            self._row, self._column = _place_of(attributes["r"])
        self._kind, self._text, self._length = attributes.get("t", ""), "", 0
        if self._kind == "e":
            self._mark("error_value", self._row, self._column)

    def _check_place(self) -> None:
        if self._row > EXTRACT_ROWS_MAX + HEADING_ROW or self._column > COLUMNS_MAX:
            place = f"{letter_of(self._column - 1)}{self._row}"
            raise Refused(
                "too_large",
                f"something stands in {place}: at most {EXTRACT_ROWS_MAX} rows and {COLUMNS_MAX} columns; "
                f"delete what is not part of the table, or split the file",
            )

    def _count(self, characters: int) -> None:
        self._characters += characters
        if self._characters > EXTRACT_CHARACTERS_MAX:
            raise Refused("too_large", f"at most {EXTRACT_CHARACTERS_MAX} characters in all cells: split the file")

    def _mark(self, code: str, row: int, column: int) -> None:
        """Say what hides in a cell: one thing is enough to have it written anew."""
        if len(self.marks) < FAULTS_MAX and (row, column) not in self._marked:
            self._marked.add((row, column))
            letters = letter_of(column - 1)
            self.marks.append(Fault(row, letters, code, letters))

    def _mark_merged(self, area: str) -> None:
        first, _, last = area.partition(":")
        (top, left), (bottom, right) = _place_of(first), _place_of(last or first)
        for row in range(top, min(bottom, EXTRACT_ROWS_MAX + HEADING_ROW) + 1):
            for column in range(left, min(right, COLUMNS_MAX) + 1):
                self._mark("merged_cells", row, column)
            if len(self.marks) >= FAULTS_MAX:
                return


def _place_of(text: str) -> tuple[int, int]:
    """Give the row and the column, both from one, of a place like B7."""
    found = _PLACE.fullmatch(text)
    if found is None:
        raise UnreadableWorkbook
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column
