"""What a shard keeps about its own work: completeness, declarations, parked records, conflicts, marks, activity."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from chassis.database import Connection
from contracts import Record
from funds_monitor.domain.outcome import CompletenessChange, LateMark
from funds_monitor.usecases.ports import Activity, Identity, Offsets, Parked, Received

_ERROR_CHARACTERS_MAX = 2_000  # enough for a message and the place it came from
_encode = msgspec.json.encode
_decode_headers = msgspec.json.Decoder(tuple[tuple[str, bytes], ...]).decode


async def load_completeness(connection: Connection, shard: int) -> list[CompletenessChange]:
    """Load how far each source has told everything, as a shard knows it."""
    rows = await connection.fetch("SELECT source, topic, partition, until_us FROM completeness WHERE shard = $1", shard)
    return [CompletenessChange(row["source"], row["topic"], row["partition"], row["until_us"]) for row in rows]


async def save_completeness(connection: Connection, shard: int, changes: Sequence[CompletenessChange]) -> None:
    """Move completeness forward."""
    if not changes:
        return
    latest = {(each.source, each.topic, each.partition): each.until_us for each in changes}
    await connection.execute(
        "INSERT INTO completeness AS mine (shard, source, topic, partition, until_us) "
        "SELECT $1, s, t, p, u FROM unnest($2::text[], $3::text[], $4::int[], $5::bigint[]) AS new(s, t, p, u) "
        "ON CONFLICT (shard, source, topic, partition) "
        "DO UPDATE SET until_us = greatest(mine.until_us, excluded.until_us)",
        shard,
        [source for source, _, _ in latest],
        [topic for _, topic, _ in latest],
        [partition for _, _, partition in latest],
        list(latest.values()),
    )


async def save_declarations(
    connection: Connection, declarations: Sequence[Received], blocked: Collection[Identity], *, known_us: int
) -> None:
    """Keep completeness declarations as they came, taken or not; the same one stands in every partition."""
    if not declarations:
        return
    facts = [each.fact for each in declarations]
    await connection.copy_records_to_table(
        "declarations",
        records=[
            (
                fact.position.source,
                fact.position.id,
                fact.place.topic,
                fact.place.partition,
                fact.place.offset,
                fact.content_hash,
                each.record.value,
                known_us,
                fact.position[1:] not in blocked,
            )
            for each, fact in zip(declarations, facts, strict=True)
        ],
        columns=[
            "source", "id", "read_from", "partition", "offset_in_topic", "content_hash", "raw", "known_us",
            "taken",
        ],
    )  # fmt: skip


async def save_reference_offsets(connection: Connection, shard: int, offsets: Offsets) -> None:
    """Remember up to where the shard's verdicts reflect the reference topics."""
    if not offsets:
        return
    await connection.execute(
        "INSERT INTO reference_offsets AS mine (shard, topic, partition, next_offset) "
        "SELECT $1, t, p, n FROM unnest($2::text[], $3::int[], $4::bigint[]) AS new(t, p, n) "
        "ON CONFLICT (shard, topic, partition) DO UPDATE SET next_offset = excluded.next_offset "
        "WHERE mine.next_offset < excluded.next_offset",
        shard,
        [topic for topic, _ in offsets],
        [partition for _, partition in offsets],
        list(offsets.values()),
    )


async def save_activity(connection: Connection, activity: Mapping[tuple[str, str, int], Activity]) -> None:
    """Count what came, and remember what came last."""
    if not activity:
        return
    await connection.execute(
        "INSERT INTO activity AS mine (source, topic, partition, events, last_event_us, last_seen_us) "
        "SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[]) "
        "ON CONFLICT (source, topic, partition) DO UPDATE SET events = mine.events + excluded.events, "
        "last_event_us = greatest(mine.last_event_us, excluded.last_event_us), "
        "last_seen_us = greatest(mine.last_seen_us, excluded.last_seen_us)",
        [source for source, _, _ in activity],
        [topic for _, topic, _ in activity],
        [partition for _, _, partition in activity],
        [each.events for each in activity.values()],
        [each.last_event_us for each in activity.values()],
        [each.last_seen_us for each in activity.values()],
    )


async def save_marks(connection: Connection, marks: Sequence[LateMark], *, known_us: int) -> None:
    """Mark sources that sent facts for a time which they had declared complete."""
    if not marks:
        return
    counts: dict[tuple[str, str, int], int] = {}
    for mark in marks:
        key = (mark.source, mark.topic, mark.partition)
        counts[key] = counts.get(key, 0) + 1
    await connection.execute(
        "INSERT INTO late_marks AS mine (source, topic, partition, facts, last_us) "
        "SELECT s, t, p, n, $5 FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[]) AS new(s, t, p, n) "
        "ON CONFLICT (source, topic, partition) "
        "DO UPDATE SET facts = mine.facts + excluded.facts, last_us = excluded.last_us",
        [source for source, _, _ in counts],
        [topic for _, topic, _ in counts],
        [partition for _, _, partition in counts],
        list(counts.values()),
        known_us,
    )


async def save_conflicts(connection: Connection, conflicts: Sequence[Received], *, known_us: int) -> None:
    """Keep where an identity came again with other content; the first one committed stands."""
    if not conflicts:
        return
    facts = [each.fact for each in conflicts]
    await connection.execute(
        "INSERT INTO conflicts (topic, partition, offset_in_topic, source, id, content_hash, known_us) "
        "SELECT t, p, o, s, i, h, $7 FROM unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::text[], "
        "$6::bytea[]) AS new(t, p, o, s, i, h) ON CONFLICT DO NOTHING",
        [fact.place.topic for fact in facts],
        [fact.place.partition for fact in facts],
        [fact.place.offset for fact in facts],
        [fact.position.source for fact in facts],
        [fact.position.id for fact in facts],
        [fact.content_hash for fact in facts],
        known_us,
    )


async def save_parked(connection: Connection, shard: int, parked: Sequence[Parked], *, known_us: int) -> None:
    """Park what the engine could not take, with the record as it was received."""
    for each in parked:
        record = each.record
        await connection.execute(
            "INSERT INTO parked (shard, organization, error, known_us, source, id, topic, partition, offset_in_topic, "
            "key, raw, headers, timestamp_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) "
            "ON CONFLICT DO NOTHING",
            shard,
            each.organization,
            each.error.replace("\x00", "")[:_ERROR_CHARACTERS_MAX],
            known_us,
            each.fact.position.source if each.fact else None,
            each.fact.position.id if each.fact else None,
            record.topic if record else None,
            record.partition if record else None,
            record.offset if record else None,
            record.key if record else None,
            record.value if record else None,
            _encode(record.headers) if record else None,
            record.timestamp_us if record else None,
        )


async def load_parked(connection: Connection, shard: int, *, after: int, limit: int) -> list[tuple[int, Parked]]:
    """Load what is parked, oldest first."""
    rows = await connection.fetch(
        "SELECT * FROM parked WHERE shard = $1 AND number > $2 ORDER BY number LIMIT $3", shard, after, limit
    )
    found = []
    for row in rows:
        record = None
        if row["topic"] is not None:
            record = Record(
                topic=row["topic"],
                partition=row["partition"],
                offset=row["offset_in_topic"],
                key=row["key"],
                value=row["raw"],
                headers=_decode_headers(row["headers"]),
                timestamp_us=row["timestamp_us"],
            )
        found.append((row["number"], Parked(organization=row["organization"], error=row["error"], record=record)))
    return found


async def release_parked(connection: Connection, number: int) -> None:
    """Take something out of the parking place, and the fact that held its identity."""
    row = await connection.fetchrow("DELETE FROM parked WHERE number = $1 RETURNING source, id", number)
    if row is not None and row["source"] is not None:
        await connection.execute("DELETE FROM facts WHERE source = $1 AND id = $2 AND parked", row["source"], row["id"])


async def save_settling(connection: Connection, shard: int, cursor: str | None) -> None:
    """Remember how far the pass over waiting organizations has come; None: it is over."""
    if cursor is None:
        await connection.execute("DELETE FROM settling WHERE shard = $1", shard)
        return
    await connection.execute(
        "INSERT INTO settling (shard, after) VALUES ($1, $2) ON CONFLICT (shard) DO UPDATE SET after = excluded.after",
        shard,
        cursor,
    )
