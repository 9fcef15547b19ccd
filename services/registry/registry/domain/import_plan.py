"""What an extract would do to the register: register, change, nothing; or what is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from msgspec import Struct, json, to_builtins

from contracts import Refusal
from contracts.beliefs import believed
from contracts.register_extract import COLUMN_OF_LABEL, COLUMNS, Extract, Fault
from contracts.register_writes import CHANGE, REGISTER, RegisterWrite, read_tokenised
from registry.domain.cells import Reader, Wrong, code_fault, value_of
from registry.domain.facts import Fact
from registry.domain.objections import is_gone, last_snapshot

Act = Literal["register", "change"]
Entry = dict[str, Any]
_LABELS = {column.field: column.label for column in reversed(COLUMNS)}  # of several for one member the first


class PlannedRow(Struct, frozen=True):
    """One row that changes the register: its entry as a whole, and the fact that it was compared with."""

    row: int
    act: Act
    entry: Entry
    seen: str | None  # the identity of the entry that the register held when this was planned

    @property
    def write(self) -> RegisterWrite:
        """What it is in the table of writes."""
        return REGISTER if self.act == "register" else CHANGE


class Plan(Struct, frozen=True):
    """What an extract would do."""

    rows: tuple[PlannedRow, ...]
    unchanged: int
    faults: tuple[Fault, ...]
    divisions: tuple[str, ...]


class ReadRow(Struct, frozen=True):
    """A row whose cells were read; `entry` holds the columns that the extract has."""

    row: int
    entry: Entry


def codes_in(extract: Extract) -> list[str]:
    """Give what stands in the column of codes, for the register to be asked about."""
    if not (places := [place for place, label in enumerate(extract.headings) if COLUMN_OF_LABEL[label].form == "code"]):
        return []
    return sorted({cells[places[0]].strip().upper() for _, cells in extract.rows} - {""})


def plan_import(
    extract: Extract, known: Mapping[str, Sequence[Fact]], *, today: date, is_own: Callable[[str], bool]
) -> Plan:
    """Read every cell and compare every row with the register; `is_own` says of a division whether it is the caller's.

    Shape:  O(n) in the cells and the facts of the organizations named.
    """
    faults = list(extract.faults)
    withheld = frozenset((fault.row, fault.field) for fault in extract.faults)
    read: list[ReadRow] = []
    for row, cells in extract.rows:
        entry, found = _read_row(row, extract.headings, cells, withheld=withheld, today=today)
        faults += found
        read.append(ReadRow(row, entry))
    faults += _code_faults(read, known)
    found_wrong = frozenset(fault.row for fault in faults)
    planned: list[PlannedRow] = []
    unchanged = 0
    for each in read:
        if each.row in found_wrong:
            continue
        found_row = _planned(each, known.get(each.entry.get("code") or "", ()), today=today, is_own=is_own)
        if isinstance(found_row, Fault):
            faults.append(found_row)
        elif found_row is None:
            unchanged += 1
        else:
            planned.append(found_row)
    faults.sort(key=lambda fault: (fault.row, fault.column))
    divisions = {division for each in read for division in _divisions_of(each, known)}
    return Plan(tuple(planned) if not faults else (), unchanged, tuple(faults), tuple(sorted(divisions)))


def identity_of(fact: Fact | None) -> str | None:
    """Name a fact by its identity."""
    return None if fact is None else f"{fact.source} {fact.id}"


def held_entry(facts: Sequence[Fact]) -> Fact | None:
    """Give the entry that the register holds."""
    return last_snapshot(believed(facts))


def _read_row(
    row: int, headings: Sequence[str], cells: Sequence[str], *, withheld: frozenset[tuple[int, str]], today: date
) -> tuple[Entry, list[Fault]]:
    entry: Entry = {}
    faults: list[Fault] = []
    for label, cell in zip(headings, cells, strict=True):
        column = COLUMN_OF_LABEL[label]
        if (row, column.field) in withheld:
            continue
        try:
            entry[column.field] = value_of(cell, Reader(column, today))
        except Wrong as wrong:
            faults.append(Fault(row, column.label, wrong.code, column.field))
    return entry, faults


def _code_faults(read: Sequence[ReadRow], known: Mapping[str, Sequence[Fact]]) -> list[Fault]:
    """Find codes that are wrong or stand twice; one that the register holds is held, right or not."""
    label = _LABELS["code"]
    first: dict[str, int] = {}
    faults: list[Fault] = []
    for each in read:
        code = each.entry.get("code")
        if code is None:
            continue
        if code in first:
            faults.append(Fault(each.row, label, "code_twice", "code", first[code]))
            continue
        first[code] = each.row
        wrong = code_fault(code)
        if wrong is not None and held_entry(known.get(code, ())) is None:
            faults.append(Fault(each.row, label, wrong, "code"))
    return faults


def _divisions_of(read: ReadRow, known: Mapping[str, Sequence[Fact]]) -> set[str]:
    """Give the division where an organization is to be, and the one where the register has it."""
    held = held_entry(known.get(read.entry.get("code") or "", ()))
    said = read.entry.get("division"), held.data["division"] if held is not None else None
    return {str(division) for division in said if division}


def _planned(
    read: ReadRow, facts: Sequence[Fact], *, today: date, is_own: Callable[[str], bool]
) -> PlannedRow | Fault | None:
    """Compare a row with the register; None when it says what the register holds."""
    held = held_entry(facts)
    if not all(map(is_own, _divisions_of(read, {read.entry.get("code") or "": facts}))):
        return Fault(read.row, _LABELS["division"], "division_not_yours", "division")
    if held is not None and is_gone(believed(facts), on=today):
        return Fault(read.row, "", "dissolved")
    # A column that the extract does not have says nothing; an empty cell says that there is nothing.
    whole = {**held.data, **read.entry} if held is not None else read.entry
    data = read_tokenised(REGISTER, json.encode({name: value for name, value in whole.items() if value is not None}))
    if isinstance(data, Refusal):
        field = data.pointer.removeprefix("/")
        return Fault(read.row, _LABELS.get(field, ""), "not_by_contract", field if field in _LABELS else "")
    entry: Entry = to_builtins(data)  # what the contract keeps of it: numbers in texts are masked
    if held is not None and entry == dict(held.data):
        return None
    return PlannedRow(read.row, "change" if held else "register", entry, identity_of(held))
