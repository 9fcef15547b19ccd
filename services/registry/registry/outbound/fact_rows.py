"""Table facts: everything that was ever heard, one row each."""

from collections.abc import Sequence
from typing import Any

import msgspec
from asyncpg import Record as Row

from chassis.database import Database, ReadSession, WriteSession
from registry.domain.facts import Fact, Place

COLUMNS = (
    "source",
    "id",
    "type",
    "organization",
    "time_us",
    "corrects",
    "jurisdiction",
    "traceparent",
    "data",
    "content_hash",
    "topic",
    "partition",
    "log_offset",
    "appended_us",
)
# As text: SQLAlchemy has taught the connection to decode json by itself, more slowly than msgspec does.
_SELECT = f"SELECT {', '.join(name for name in COLUMNS if name != 'data')}, data::text AS data_text FROM facts"  # noqa: S608 - our own column names


async def append_facts(session: WriteSession, facts: Sequence[Fact]) -> int:
    """Keep facts whose identities were claimed in this transaction; give the number of organizations new by them."""
    await session.copy("facts", COLUMNS, [_row_of(fact) for fact in facts])
    return await session.run(
        "INSERT INTO organizations (code) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING",
        sorted({fact.subject for fact in facts if fact.subject is not None}),
    )


async def load_facts_of(session: ReadSession, codes: Sequence[str]) -> dict[str, list[Fact]]:
    """Give all facts of some organizations; an empty list for those never heard of."""
    rows = await session.fetch(_SELECT + " WHERE organization = ANY($1::text[])", list(codes))
    found: dict[str, list[Fact]] = {code: [] for code in codes}
    for row in rows:
        found[row["organization"]].append(_fact_of(row))
    return found


async def load_fact(session: ReadSession, source: str, id_: str) -> Fact | None:
    """Give the fact of one identity."""
    rows = await session.fetch(_SELECT + " WHERE source = $1 AND id = $2", source, id_)
    return _fact_of(rows[0]) if rows else None


class FactShelf:
    """Finds what was heard."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load_facts(self, code: str) -> list[Fact]:
        """Give all facts of the organization, believed or not; none when it was never heard of."""
        async with self._database.read() as session:
            rows = await session.fetch(_SELECT + " WHERE organization = $1", code)
        return [_fact_of(row) for row in rows]

    async def load_page(self, after: str, *, limit: int) -> dict[str, list[Fact]]:
        """Give at most `limit` organizations after a code, in order of code, with their facts."""
        async with self._database.read() as session:
            codes = await session.fetch(
                "SELECT code FROM organizations WHERE code > $1 ORDER BY code LIMIT $2", after, limit
            )
            return await load_facts_of(session, [row["code"] for row in codes])


def _row_of(fact: Fact) -> tuple[Any, ...]:
    return (
        fact.source,
        fact.id,
        fact.type,
        fact.subject,
        fact.time_us,
        fact.corrects,
        fact.jurisdiction,
        fact.traceparent,
        msgspec.json.encode(fact.data).decode(),
        fact.content_hash,
        fact.place.topic,
        fact.place.partition,
        fact.place.offset,
        fact.place.appended_us,
    )


def _fact_of(row: Row) -> Fact:
    return Fact(
        source=row["source"],
        id=row["id"],
        type=row["type"],
        subject=row["organization"],
        time_us=row["time_us"],
        data=msgspec.json.decode(row["data_text"]),
        place=Place(row["topic"], row["partition"], row["log_offset"], row["appended_us"]),
        content_hash=row["content_hash"],
        corrects=row["corrects"],
        jurisdiction=row["jurisdiction"],
        traceparent=row["traceparent"],
    )
