"""What was counted of each source since its last declaration, as rows; and which declarations were taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import asyncpg
import msgspec

from chassis.database import Connection
from contracts.counting import Blocked, Tally
from funds_monitor.domain.outcome import Part
from funds_monitor.usecases.ports import Place

_encode = msgspec.json.encode
_decode = msgspec.json.Decoder(Blocked).decode


async def load_tallies(connection: Connection, shard: int) -> dict[Part, Tally]:
    """Load the tallies of a shard, which is the partition of all topics that has its number."""
    return tallies_of(await connection.fetch("SELECT * FROM tallies WHERE partition = $1", shard))


def tallies_of(rows: Sequence[asyncpg.Record]) -> dict[Part, Tally]:
    """Read rows back as tallies."""
    return {
        (row["source"], row["topic"], row["partition"]): Tally(
            row["events"],
            int(row["amount_fen"]),
            row["since_us"],
            _decode(row["blocked"]) if row["blocked"] is not None else None,
        )
        for row in rows
    }


async def save_tallies(connection: Connection, tallies: Mapping[Part, Tally]) -> None:
    """Keep tallies as they are now."""
    if not tallies:
        return
    told = tallies.values()
    await connection.execute(
        "INSERT INTO tallies (source, topic, partition, events, amount_fen, since_us, blocked) "
        "SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::numeric[], $6::bigint[], "
        "$7::bytea[]) ON CONFLICT (source, topic, partition) DO UPDATE SET events = excluded.events, "
        "amount_fen = excluded.amount_fen, since_us = excluded.since_us, blocked = excluded.blocked",
        [source for source, _, _ in tallies],
        [topic for _, topic, _ in tallies],
        [partition for _, _, partition in tallies],
        [each.events for each in told],
        [each.amount_fen for each in told],
        [each.since_us for each in told],
        [_encode(each.blocked) if each.blocked is not None else None for each in told],
    )


async def load_taken(connection: Connection, consumer: str, places: Collection[Place]) -> dict[Place, bool]:
    """Say of declarations whether the owners of their shards took them; one that is not read there yet is left out.

    A repeated or parked one was read and not taken. One statement: what was read, and what came of it, at one moment.
    """
    rows = await connection.fetch(
        "SELECT asked.topic, asked.partition, asked.place, coalesce(d.taken, false) AS taken "
        "FROM unnest($2::text[], $3::int[], $4::bigint[]) AS asked(topic, partition, place) "
        "JOIN consumer_offsets o ON o.consumer = $1 AND o.topic = asked.topic AND o.partition = asked.partition "
        "AND o.next_offset > asked.place LEFT JOIN declarations d ON d.read_from = asked.topic "
        "AND d.partition = asked.partition AND d.offset_in_topic = asked.place",
        consumer,
        [topic for topic, _, _ in places],
        [partition for _, partition, _ in places],
        [offset for _, _, offset in places],
    )
    return {(row["topic"], row["partition"], row["place"]): row["taken"] for row in rows}
