"""Receipts as rows: read and written in bulk, by the HTTP door and by admission."""

from collections.abc import Iterable, Sequence

import asyncpg

from chassis.database import ReadSession, WriteSession
from gateway.domain.receipts import Identity, Receipt

_DECLARATIONS_LOCK = 0x51_4C_44
_COLUMNS = "source, id, type, subject, content_hash, topic, partition, log_offset, whole, moved_to"
_UNNEST = (
    "unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[],"
    " $6::text[], $7::integer[], $8::bigint[], $9::boolean[], $10::text[])"
)
_LOAD = (
    f"SELECT {_COLUMNS} FROM receipts"  # noqa: S608 - names of our own columns
    " JOIN unnest($1::text[], $2::text[]) AS wanted (source, id) USING (source, id)"
)
# A declaration that some partition holds becomes whole when the door has written it to all.
_ADD = (
    f"INSERT INTO receipts ({_COLUMNS}) SELECT * FROM {_UNNEST}"  # noqa: S608 - names of our own columns
    " ON CONFLICT (source, id) DO UPDATE SET whole = true"
    " WHERE NOT receipts.whole AND excluded.whole AND receipts.content_hash = excluded.content_hash"
    " RETURNING source, id"
)
_REPLACE = (
    "UPDATE receipts SET type = new.type, subject = new.subject,"  # noqa: S608 - names of our own columns
    " content_hash = new.content_hash, topic = new.topic, partition = new.partition,"
    " log_offset = new.log_offset, whole = new.whole, moved_to = new.moved_to"
    f" FROM {_UNNEST} AS new ({_COLUMNS})"
    " WHERE receipts.source = new.source AND receipts.id = new.id"
)
_MOVE = (
    "UPDATE receipts SET moved_to = new.moved_to FROM unnest($1::text[], $2::text[], $3::text[])"
    " AS new (source, id, moved_to) WHERE receipts.source = new.source AND receipts.id = new.id"
)


async def hold_declarations(session: WriteSession) -> None:
    """Wait until nobody else writes receipts of declarations, and keep others from it until the transaction ends.

    A declaration is one identity in every partition. Whoever comes to some finds these kept already and those not yet:
    the first are locked by looking at them, the others by adding them, and so no single order holds between two.
    """
    await session.run("SELECT pg_advisory_xact_lock($1)", _DECLARATIONS_LOCK)


async def load_receipts(
    session: ReadSession, identities: Iterable[Identity], *, held: bool = False
) -> dict[Identity, Receipt]:
    """Give the receipts of those that are known; `held`: until the transaction ends nobody else changes them."""
    wanted = sorted(identities)
    if not wanted:
        return {}
    sql = f"{_LOAD} ORDER BY source, id FOR UPDATE OF receipts" if held else _LOAD
    rows = await session.fetch(sql, [each.source for each in wanted], [each.id for each in wanted])
    return {receipt.identity: receipt for receipt in map(_receipt, rows)}


async def add_receipts(session: WriteSession, receipts: Sequence[Receipt]) -> list[Receipt]:
    """Keep receipts and return those that were new; those that are there already stay."""
    if not receipts:
        return []
    # In one order everywhere, so that two transactions with the same identities cannot lock each other out.
    ordered = sorted(receipts, key=lambda each: each.identity)
    added = {(row["source"], row["id"]) for row in await session.fetch(_ADD, *_arrays(ordered))}
    return [receipt for receipt in ordered if receipt.identity in added]


async def replace_receipts(session: WriteSession, receipts: Sequence[Receipt]) -> None:
    """Let receipts take the place of those that are kept under their identities."""
    if receipts:
        latest = {receipt.identity: receipt for receipt in receipts}
        await session.run(_REPLACE, *_arrays([latest[identity] for identity in sorted(latest)]))


async def move_receipts(session: WriteSession, moves: Sequence[tuple[Identity, str]]) -> None:
    """Remember by which event each of these was replaced under another subject."""
    if moves:
        latest = dict(moves)
        ordered = sorted(latest)
        await session.run(
            _MOVE, [each.source for each in ordered], [each.id for each in ordered], [latest[each] for each in ordered]
        )


def _arrays(receipts: Sequence[Receipt]) -> list[list[object]]:
    return [
        [each.source for each in receipts],
        [each.id for each in receipts],
        [each.type for each in receipts],
        [each.subject for each in receipts],
        [each.content_hash for each in receipts],
        [each.topic for each in receipts],
        [each.partition for each in receipts],
        [each.offset for each in receipts],
        [each.whole for each in receipts],
        [each.moved_to for each in receipts],
    ]


def _receipt(row: asyncpg.Record) -> Receipt:
    return Receipt(
        row["source"],
        row["id"],
        row["type"],
        row["subject"],
        row["content_hash"],
        row["topic"],
        row["partition"],
        row["log_offset"],
        row["whole"],
        row["moved_to"],
    )
