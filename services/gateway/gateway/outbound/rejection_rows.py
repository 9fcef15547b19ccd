"""Refusals as rows."""

from collections.abc import Sequence

import asyncpg

from chassis.database import ReadSession, WriteSession
from chassis.permissions import Scope
from gateway.domain.dead_letters import Rejection
from gateway.domain.receipts import Identity, Place

_COLUMNS = (
    "department, code, detail, pointer, at_us, source, event_id, type, topic, partition, log_offset, content_hash"
)
_ADD = (
    f"INSERT INTO rejections ({_COLUMNS})"  # noqa: S608 - names of our own columns
    " SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[],"
    " $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::integer[], $11::bigint[], $12::bytea[])"
    " ON CONFLICT (topic, partition, log_offset) DO NOTHING RETURNING topic, partition, log_offset"
)


async def add_rejections(session: WriteSession, rejections: Sequence[Rejection]) -> set[Place]:
    """Keep refusals and return the places of those that were new; one over HTTP has no place and is always new."""
    if not rejections:
        return set()
    rows = await session.fetch(_ADD, *_arrays(rejections))
    return {Place(row["topic"] or "", row["partition"] or 0, row["log_offset"] or 0) for row in rows}


async def load_rejections(
    session: ReadSession, scope: Scope, *, before: int | None, limit: int
) -> list[tuple[int, Rejection]]:
    """Give refusals in a scope, newest first, each with its place in the list."""
    within = scope.sql(first=3, department="department")
    rows = await session.fetch(
        f"SELECT number, {_COLUMNS} FROM rejections"  # noqa: S608 - names of our own columns
        f" WHERE ($1::bigint IS NULL OR number < $1) AND {within.sql} ORDER BY number DESC LIMIT $2",
        before,
        limit,
        *within.arguments,
    )
    return [(row["number"], _rejection(row)) for row in rows]


async def load_latest(session: ReadSession, identity: Identity) -> Rejection | None:
    """Give the latest refusal under an identity."""
    row = await session.fetch_one(
        f"SELECT {_COLUMNS} FROM rejections"  # noqa: S608 - names of our own columns
        " WHERE source = $1 AND event_id = $2 ORDER BY number DESC LIMIT 1",
        identity.source,
        identity.id,
    )
    return _rejection(row) if row is not None else None


def _arrays(rejections: Sequence[Rejection]) -> list[list[object]]:
    return [
        [each.department for each in rejections],
        [each.code for each in rejections],
        [each.detail for each in rejections],
        [each.pointer for each in rejections],
        [each.at_us for each in rejections],
        [each.source for each in rejections],
        [each.id for each in rejections],
        [each.type for each in rejections],
        [each.topic for each in rejections],
        [each.partition for each in rejections],
        [each.offset for each in rejections],
        [each.content_hash for each in rejections],
    ]


def _rejection(row: asyncpg.Record) -> Rejection:
    return Rejection(
        row["department"],
        row["code"],
        row["detail"],
        row["pointer"],
        row["at_us"],
        source=row["source"],
        id=row["event_id"],
        type=row["type"],
        topic=row["topic"],
        partition=row["partition"],
        offset=row["log_offset"],
        content_hash=row["content_hash"],
    )
