"""The law table: which instrument was in force when.

Source: contracts/laws.toml, copied from the table of the indicators; nothing here is legal advice.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct, convert

from contracts.parts import LegalBasis
from contracts.shipped import shipped_file


class Law(Struct, frozen=True, forbid_unknown_fields=True):
    """One instrument. Without a start it counts as in force always; `undated` doors have neither start nor end."""

    key: str
    title: str
    in_force_from: date | None = None
    in_force_to: date | None = None
    articles_read: tuple[str, ...] = ()
    date_unverified: bool = False
    unverified: bool = False
    undated: bool = False
    note: str | None = None

    @property
    def verified(self) -> bool:
        """Whether a person has read the final text of everything in the entry."""
        return not self.unverified

    def in_force_on(self, day: date) -> bool:
        """Say whether the instrument was in force on a day, both ends included."""
        started = self.in_force_from is None or self.in_force_from <= day
        return started and (self.in_force_to is None or day <= self.in_force_to)


def load_laws(path: Path) -> Mapping[str, Law]:
    """Read a law table.

    Raises: ValueError when a key stands twice or a row is malformed.
    """
    rows = convert(tomllib.loads(path.read_text("utf-8"))["laws"], tuple[Law, ...])
    laws = {row.key: row for row in rows}
    if len(laws) != len(rows):
        message = f"{path.name}: a key stands twice"
        raise ValueError(message)
    return MappingProxyType(laws)


def basis_holds(basis: LegalBasis, day: date, laws: Mapping[str, Law]) -> bool:
    """Say whether a legal basis names a known instrument that was in force, and was itself still valid, on a day."""
    law = laws.get(basis.instrument)
    if law is None or not law.in_force_on(day):
        return False
    return basis.valid_until is None or day <= basis.valid_until


LAWS = load_laws(shipped_file("laws.toml"))
