"""Reads the table of who gets what answer."""

from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).parents[1] / "data" / "permissions.txt"


class Row(NamedTuple):
    """One operation and the status that each caller gets."""

    method: str
    path: str
    expected: dict[str, int]

    @property
    def operation(self) -> str:
        return f"{self.method} {self.path}"


def rows() -> list[Row]:
    lines = TABLE.read_text("utf-8").splitlines()
    (header,) = (line for line in lines if line.startswith("# columns: "))
    callers = _cells(header.removeprefix("# columns: "))
    found = []
    for line in lines:
        if line and not line.startswith("#"):
            method, path, *statuses = _cells(line)
            found.append(Row(method, path, dict(zip(callers, map(int, statuses), strict=True))))
    return found


def _cells(line: str) -> list[str]:
    return [cell for cell in line.split() if cell != "|"]
