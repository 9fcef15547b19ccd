"""Facts as rows: table facts, one per believed identity, each with the record as it was received."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Generic, TypeVar

import asyncpg
import msgspec

from chassis.database import Connection
from contracts import EVENT_TYPES, TOPICS, Record
from funds_monitor.domain.facts import Fact, Place, Position
from funds_monitor.domain.streams import COMPLETED, WITHDRAWN, stream_of
from funds_monitor.usecases.ports import Identity, Received

STRUCTURED = b"application/cloudevents"
COLUMNS = (
    "source", "id", "shard", "organization", "event_type", "time_us", "topic", "offset_in_topic", "appended_us",
    "content_hash", "refers_to", "withdraws", "sealed", "parked", "enveloped", "raw", "traceparent", "known_seq",
    "known_us", "reference",
)  # fmt: skip
REFERENCE_TOPICS = frozenset(topic.name for topic in TOPICS.reference)
SNAPSHOTS = ["civil-affairs.organization.registered.v1", "civil-affairs.organization.changed.v1"]
LOADED = (
    "source, id, shard, organization, event_type, time_us, topic, offset_in_topic, appended_us, content_hash, "
    "refers_to, withdraws, sealed, enveloped, raw, traceparent"
)

T = TypeVar("T")


class _Envelope(msgspec.Struct, Generic[T]):
    data: T


async def load_known(connection: Connection, received: Sequence[Received]) -> dict[Identity, bytes]:
    """Give the content hashes of identities that are stored; a declaration is stored once per partition."""
    facts = [each.fact for each in received if each.fact.stream != COMPLETED]
    rows = await connection.fetch(
        "SELECT f.source, f.id, f.content_hash FROM unnest($1::text[], $2::text[]) AS asked(source, id) "
        "JOIN facts f ON f.source = asked.source AND f.id = asked.id",
        [fact.position.source for fact in facts],
        [fact.position.id for fact in facts],
    )
    declared = [each.fact for each in received if each.fact.stream == COMPLETED]
    if declared:
        rows += await connection.fetch(
            "SELECT d.source, d.id, d.content_hash "
            "FROM unnest($1::text[], $2::text[], $3::text[], $4::int[]) AS asked(source, id, topic, partition) "
            "JOIN declarations d ON d.source = asked.source AND d.id = asked.id "
            "AND d.read_from = asked.topic AND d.partition = asked.partition",
            [fact.position.source for fact in declared],
            [fact.position.id for fact in declared],
            [fact.place.topic for fact in declared],
            [fact.place.partition for fact in declared],
        )
    return {(row["source"], row["id"]): row["content_hash"] for row in rows}


async def save_facts(
    connection: Connection, shard: int, received: Iterable[Received], *, parked: bool, known_us: int
) -> None:
    """Append facts; one COPY per batch."""
    rows = [_row(each, shard, parked=parked) for each in received]
    if not rows:
        return
    known_seq = await connection.fetchval("SELECT nextval('known_seq')")
    await connection.copy_records_to_table(
        "facts",
        records=[(*row, known_seq, known_us, row[6] in REFERENCE_TOPICS) for row in rows],
        columns=list(COLUMNS),
    )


async def load_facts(connection: Connection, codes: Collection[str]) -> dict[str, list[Fact]]:
    """Load all facts of some organizations."""
    rows = await connection.fetch(
        f"SELECT {LOADED} FROM facts WHERE organization = ANY($1::text[]) AND NOT parked",  # noqa: S608 - constants
        list(codes),
    )
    found: dict[str, list[Fact]] = {code: [] for code in codes}
    for row in rows:
        found[row["organization"]].append(fact_of(row))
    return found


async def load_reference_facts(connection: Connection, before: Mapping[tuple[str, int], int]) -> list[Fact]:
    """Load the facts of some topics that lie before some offsets."""
    places = [place for place, offset in before.items() if offset > 0]
    rows = await connection.fetch(
        f"SELECT {', '.join('f.' + column.strip() for column in LOADED.split(','))} "  # noqa: S608 - constants
        "FROM unnest($1::text[], $2::int[], $3::bigint[]) AS wanted(topic, shard, before) "
        "JOIN facts f ON f.topic = wanted.topic AND f.shard = wanted.shard AND f.offset_in_topic < wanted.before "
        "WHERE f.reference AND NOT f.parked",
        [topic for topic, _ in places],
        [partition for _, partition in places],
        [before[place] for place in places],
    )
    return [fact_of(row) for row in rows]


async def load_divisions(connection: Connection, codes: Collection[str]) -> dict[str, str]:
    """Give the division of organizations by the last snapshot that was heard: who may see what is about them."""
    rows = await connection.fetch(
        f"SELECT DISTINCT ON (organization) {LOADED} FROM facts "  # noqa: S608 - constants
        "WHERE organization = ANY($1::text[]) AND event_type = ANY($2) AND NOT parked "
        "ORDER BY organization, time_us DESC",
        list(codes),
        SNAPSHOTS,
    )
    return {row["organization"]: fact_of(row).data.division for row in rows}


def fact_of(row: asyncpg.Record) -> Fact:
    """Read a row back as the fact that was stored."""
    event_type = row["event_type"]
    data: Any = _decoder(event_type, enveloped=row["enveloped"]).decode(row["raw"])
    if row["enveloped"]:
        data = data.data
    return Fact(
        position=Position(row["time_us"], row["source"], row["id"]),
        stream=stream_of(event_type, data),
        organization=row["organization"],
        event_type=event_type,
        data=data,
        place=Place(row["topic"], row["shard"], row["offset_in_topic"], row["appended_us"]),
        corrects=None if row["withdraws"] else row["refers_to"],
        sealed=row["sealed"],
        content_hash=row["content_hash"],
        traceparent=row["traceparent"],
    )


def is_enveloped(record: Record) -> bool:
    """Say whether a record holds a whole CloudEvent, or its data alone (binary mode), as `contracts.admit` does."""
    names = {name.lower(): value for name, value in record.headers}
    return names.get("content-type", b"").lower().startswith(STRUCTURED) or "ce_specversion" not in names


@cache
def _decoder(event_type: str, *, enveloped: bool) -> msgspec.json.Decoder[Any]:
    data = EVENT_TYPES[event_type].data
    return msgspec.json.Decoder(_Envelope[data] if enveloped else data)  # type: ignore[valid-type]


def _row(received: Received, shard: int, *, parked: bool) -> tuple[object, ...]:
    fact = received.fact
    withdraws = fact.stream == WITHDRAWN
    return (
        fact.position.source,
        fact.position.id,
        shard,
        fact.organization,
        fact.event_type,
        fact.position.time_us,
        fact.place.topic,
        fact.place.offset,
        fact.place.appended_us,
        fact.content_hash,
        fact.data.event_id if withdraws else fact.corrects,
        withdraws,
        fact.sealed,
        parked,
        is_enveloped(received.record),
        received.record.value,
        fact.traceparent,
    )
