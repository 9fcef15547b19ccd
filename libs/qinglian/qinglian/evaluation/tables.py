"""CSV files as others write them, gzipped or not: what cannot be read is said with file, row and column."""

import csv
import gzip
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import InvalidOperation
from io import TextIOWrapper
from pathlib import Path
from typing import TypeVar

from qinglian.errors import TableRefused

ENDINGS = (".csv", ".csv.gz")
HALF = 2  # a table with more than one in two of the columns is meant as one of its kind
SHOWN = 40  # signs of a cell
FALSE, TRUE = frozenset({"", "0", "0.0", "false"}), frozenset({"1", "1.0", "true"})

Cell = TypeVar("Cell")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, by column."""

    table: str
    number: int
    cells: Mapping[str, str | None]

    def read(self, column: str, of: Callable[[str], Cell]) -> Cell:
        """Read a cell that must be there.

        Raises: TableRefused when it is missing or cannot be read.
        """
        cell = self.cells.get(column)
        if cell is None:
            raise self.refused(column, "is missing")
        try:
            return of(cell)
        except (ValueError, ArithmeticError) as error:
            said = "is no number" if isinstance(error, InvalidOperation) else str(error)
            raise self.refused(column, f"{cell[:SHOWN]!r} cannot be read: {said}") from error

    def refused(self, column: str, why: str) -> TableRefused:
        """Give what to raise over a cell."""
        return TableRefused(f"{self.table}, row {self.number}, column {column}: {why}.")


def truth(cell: str) -> bool:
    """Read yes or no.

    Raises: ValueError.
    """
    said = cell.strip().lower()
    if said not in FALSE | TRUE:
        raise ValueError("neither true nor false")
    return said in TRUE


def is_table_of(path: Path, columns: Collection[str]) -> bool:
    """Say whether a file has certain columns.

    Raises: TableRefused when it has most of them, but not all, or cannot be read.
    """
    heading = next(_records(path), (1, []))[1]
    missing = sorted(set(columns) - set(heading))
    if missing and len(missing) * HALF < len(columns):
        raise TableRefused(f"{path.name}, row 1: column {missing[0]} is missing.")
    return not missing


def rows_of(path: Path) -> Iterator[Row]:
    """Read the rows below the heading; empty ones are passed over, cells beyond the heading are not looked at.

    Raises: TableRefused.
    """
    records = _records(path)
    heading = next(records, (1, []))[1]
    for number, cells in records:
        yield Row(path.name, number, dict(zip(heading, cells, strict=False)))


def _records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Read lines of cells with the number of their row."""
    number, heading = 1, list[str]()
    try:
        with _open(path) as file:
            reader = csv.reader(file)
            for cells in reader:
                number = reader.line_num
                if not cells:
                    continue
                _demand_utf8(path.name, number, cells, heading)
                heading = heading or cells
                yield number, cells
    except csv.Error as error:
        raise TableRefused(f"{path.name}, row {number + 1}: {error}.") from error
    except (OSError, EOFError, zlib.error) as error:
        raise TableRefused(f"{path.name}, after row {number}: {error or 'it cannot be unpacked'}.") from error


def _open(path: Path) -> TextIOWrapper:
    opener: Callable[..., TextIOWrapper] = gzip.open if path.suffix == ".gz" else open
    return opener(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="")


def _demand_utf8(table: str, number: int, cells: list[str], heading: list[str]) -> None:
    for place, cell in enumerate(cells):
        if cell.isascii():
            continue
        try:
            cell.encode()
        except UnicodeEncodeError as error:  # a byte that is no UTF-8 was let through as half of a sign
            column = heading[place] if place < len(heading) else f"{place + 1}"
            raise TableRefused(f"{table}, row {number}, column {column}: not UTF-8; save it as UTF-8.") from error
