"""Table facts: everything that was ever heard, one row each."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec
from asyncpg import Record as Row

from chassis.database import Database, WriteSession
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


async def append_facts(session: WriteSession, facts: Sequence[Fact]) -> None:
    """Keep facts whose identities were claimed in this transaction."""
    await session.copy("facts", COLUMNS, [_row_of(fact) for fact in facts])


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
            wanted = [row["code"] for row in codes]
            rows = await session.fetch(_SELECT + " WHERE organization = ANY($1::text[])", wanted)
        found: dict[str, list[Fact]] = defaultdict(list)
        for row in rows:
            found[row["organization"]].append(_fact_of(row))
        return {code: found[code] for code in wanted}


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
