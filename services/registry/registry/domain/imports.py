"""An import of a register extract: previewed, then committed as a whole or not at all."""

from typing import Literal

from msgspec import Struct, structs

from contracts.register_extract import Fault
from registry.domain.import_plan import Plan, PlannedRow

PREVIEW_KEPT_US = 7 * 24 * 3600 * 1_000_000  # long enough for whoever decides; what was not committed by then is stale
FAULTS_TOLD_MAX = 1_000  # a file with more is not mended by reading on
State = Literal["ready", "faulty", "committed"]


class Import(Struct, frozen=True):
    """What an extract would do or did; `rows` is empty when it is faulty or only looked at."""

    id: str
    kind: str
    state: State
    rows_count: int
    to_register: int
    to_change: int
    unchanged: int
    faults: tuple[Fault, ...]
    faults_count: int
    divisions: tuple[str, ...]
    by: str
    created_us: int
    committed_us: int | None = None
    rows: tuple[PlannedRow, ...] = ()

    def committed(self, at_us: int) -> "Import":
        """Give it as it is once it is in; its rows are facts then."""
        return structs.replace(self, state="committed", committed_us=at_us, rows=())


def import_of(plan: Plan, *, id_: str, kind: str, rows_count: int, by: str, created_us: int) -> Import:
    """Give a preview of a plan."""
    return Import(
        id=id_,
        kind=kind,
        state="faulty" if plan.faults else "ready",
        rows_count=rows_count,
        to_register=sum(1 for row in plan.rows if row.act == "register"),
        to_change=sum(1 for row in plan.rows if row.act == "change"),
        unchanged=plan.unchanged if not plan.faults else 0,
        faults=plan.faults[:FAULTS_TOLD_MAX],
        faults_count=len(plan.faults),
        divisions=plan.divisions,
        by=by,
        created_us=created_us,
        rows=plan.rows,
    )
