"""Register extracts: their columns as data, and what passes between the gateway, which reads them, and the registry."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, convert

from contracts.shipped import shipped_file

Form = Literal["code", "text", "choice", "day", "yuan", "ten_thousand_yuan", "division", "phone", "person", "flag"]

EXTRACT_BYTES_MAX = 10 * 1024 * 1024  # a county's register as CSV has two; a province's is delivered in parts
EXTRACT_ROWS_MAX = 20_000  # ten times a large county's register
EXTRACT_CHARACTERS_MAX = 12_000_000  # of all cells: what a packed sheet may unfold to
COLUMNS_MAX = 64  # four times what an extract can have
FAULTS_MAX = 20_000  # one a row; nobody mends a file by so long a list

_LEFT_OUT = re.compile(r"[\s_]+")


class Column(Struct, frozen=True, forbid_unknown_fields=True):
    """One column that an extract may have."""

    field: str
    form: Form
    headings: tuple[str, ...]
    required: bool = False
    characters_max: int = 256
    choices: dict[str, tuple[str, ...]] = {}

    @property
    def label(self) -> str:
        """The heading that messages use."""
        return self.headings[0]


class Fault(Struct, frozen=True):
    """One thing wrong with an extract, by code: row as a spreadsheet counts, column as it is called in messages.

    `field` names the cell that is withheld, so that nobody looks at it again; `first_row` where a code stood before.
    """

    row: int
    column: str
    code: str
    field: str = ""
    first_row: int = 0


class Extract(Struct, frozen=True):
    """An extract as the gateway read it: headings found, cells as text, persons as tokens, what was wrong so far."""

    kind: Literal["organizations"]
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    faults: tuple[Fault, ...] = ()
    rows_count: int = 0


class _File(Struct, forbid_unknown_fields=True):
    columns: tuple[Column, ...]


def folded(text: str) -> str:
    """Fold what people write differently in headings and choices."""
    return _LEFT_OUT.sub("", unicodedata.normalize("NFKC", text)).casefold()


COLUMNS = convert(tomllib.loads(shipped_file("register_extract.toml").read_text("utf-8")), _File).columns
COLUMN_OF_HEADING: Mapping[str, Column] = {folded(name): column for column in COLUMNS for name in column.headings}
COLUMN_OF_LABEL: Mapping[str, Column] = {column.label: column for column in COLUMNS}
