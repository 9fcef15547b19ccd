"""Table imports: previews of register extracts, and what became of them."""

import msgspec

from chassis.database import Database, ReadSession, WriteSession
from registry.domain.import_plan import PlannedRow
from registry.domain.imports import Import

_REPORT, _ROWS = msgspec.json.Decoder(Import), msgspec.json.Decoder(tuple[PlannedRow, ...])
_WITHOUT_ROWS = "SELECT report::text AS report, '[]' AS rows FROM imports WHERE id = $1"
_LOCKED = "SELECT report::text AS report, rows::text AS rows FROM imports WHERE id = $1 FOR UPDATE"


async def load_import_locked(session: WriteSession, id_: str) -> Import | None:
    """Give an import with its rows; nobody else gets it until the transaction is over."""
    return await _load(session, _LOCKED, id_)


async def save_import(session: WriteSession, found: Import) -> None:
    """Keep an import; the rows apart from the report, which is read more often."""
    report = msgspec.structs.replace(found, rows=())
    await session.run(
        "INSERT INTO imports (id, created_us, report, rows) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (id) DO UPDATE SET report = excluded.report, rows = excluded.rows",
        found.id,
        found.created_us,
        msgspec.json.encode(report).decode(),
        msgspec.json.encode(found.rows).decode(),
    )


async def forget_previews(session: WriteSession, *, before_us: int) -> None:
    """Let go of what was previewed long ago and never committed: its rows are about persons."""
    await session.run("DELETE FROM imports WHERE created_us < $1 AND report->>'state' <> 'committed'", before_us)


class ImportShelf:
    """Finds imports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load_import(self, id_: str) -> Import | None:
        """Give an import as it is now; its rows are left out."""
        async with self._database.read() as session:
            return await _load(session, _WITHOUT_ROWS, id_)


async def _load(session: ReadSession, query: str, id_: str) -> Import | None:
    rows = await session.fetch(query, id_)
    if not rows:
        return None
    return msgspec.structs.replace(_REPORT.decode(rows[0]["report"]), rows=_ROWS.decode(rows[0]["rows"]))
