"""A pipeline as a good engineer in a hurry writes it: a permanent, honest baseline of `pipelines.py`.

aiokafka's `async for`, JSON into a pydantic model, and for each event one transaction: one INSERT, for payments one
SELECT with the windows of five rules, one INSERT per alert. Offsets are committed by the clock. Run by `pipelines.py`.
"""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any

from aiokafka import AIOKafkaConsumer
from pydantic import BaseModel, ConfigDict
from racing import BOOTSTRAP, DATABASE_URL, GROUP, PASSWORD, SCHEMA, TOPICS, USER, Watch, tell
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

LARGE_FEN = 200_000_000
PASS_FEN = 20_000_000
NEAR_MIN, PARTIES_MIN = 3, 5
TABLES = (
    """CREATE TABLE events (source text, id text, type text, organization text, time timestamptz, direction text,
    amount_fen bigint, counterparty text, raw jsonb, PRIMARY KEY (source, id))""",
    "CREATE INDEX events_by_organization ON events (organization, time)",
    "CREATE TABLE alerts (number bigint GENERATED ALWAYS AS IDENTITY, rule text, organization text, event text)",
)
INSERT = text(
    "INSERT INTO events VALUES (:source, :id, :type, :organization, :time, :direction, :amount_fen, :counterparty, "
    "CAST(:raw AS jsonb)) ON CONFLICT DO NOTHING"
)
WINDOWS = text(
    "SELECT coalesce(sum(amount_fen) FILTER (WHERE time > :day AND counterparty = :counterparty "
    "AND direction = :direction), 0) AS day_fen, "
    "count(*) FILTER (WHERE counterparty = :counterparty AND amount_fen BETWEEN 160000000 AND 199999999) AS near, "
    "coalesce(sum(amount_fen) FILTER (WHERE time > :days AND direction = 'in'), 0) AS inflow_fen, "
    "coalesce(sum(amount_fen) FILTER (WHERE time > :days AND direction = 'out'), 0) AS outflow_fen, "
    "count(DISTINCT counterparty) FILTER (WHERE time > :days) AS parties "
    "FROM events WHERE organization = :organization AND time > :week AND time <= :time AND amount_fen IS NOT NULL"
)
ALERT = text("INSERT INTO alerts (rule, organization, event) VALUES (:rule, :organization, :event)")


class Counterparty(BaseModel):
    """The other side."""

    model_config = ConfigDict(extra="ignore")
    kind: str
    name: str | None = None
    code: str | None = None


class Data(BaseModel):
    """What is read of an event."""

    model_config = ConfigDict(extra="allow")
    direction: str | None = None
    amount_fen: int | None = None
    counterparty: Counterparty | None = None


class Event(BaseModel):
    """The envelope."""

    model_config = ConfigDict(extra="ignore")
    id: str
    source: str
    type: str
    time: datetime
    subject: str | None = None
    data: Data


def rules_hit(row: Any, event: Event) -> list[str]:
    amount_fen = event.data.amount_fen or 0
    passed = row.inflow_fen >= PASS_FEN and abs(row.inflow_fen - row.outflow_fen) * 10 <= row.inflow_fen
    found = {
        "large": row.day_fen >= LARGE_FEN,
        "structuring": row.near >= NEAR_MIN,
        "pass-through": passed,
        "strangers": row.parties >= PARTIES_MIN and row.inflow_fen >= PASS_FEN,
        "single": amount_fen >= LARGE_FEN,
    }
    return [rule for rule, is_hit in found.items() if is_hit]


async def judge(connection: AsyncConnection, raw: bytes) -> int:
    """Let one event take effect; give the alerts."""
    event = Event.model_validate(json.loads(raw))
    other = event.data.counterparty
    payment = event.type == "finance.payment.settled.v1"
    row = {
        "source": event.source,
        "id": event.id,
        "type": event.type,
        "organization": event.subject,
        "time": event.time,
        "direction": event.data.direction,
        "amount_fen": event.data.amount_fen if payment else None,
        "counterparty": (other.code or other.name) if other else None,
        "raw": raw.decode(),
    }
    await connection.execute(INSERT, row)
    if not payment:
        return 0
    spans = {"day": timedelta(days=1), "days": timedelta(days=3), "week": timedelta(days=7)}
    asked = {name: row[name] for name in ("organization", "time", "direction", "counterparty")}
    windows = await connection.execute(WINDOWS, asked | {name: event.time - span for name, span in spans.items()})
    hits = rules_hit(windows.one(), event)
    for rule in hits:
        await connection.execute(ALERT, {"rule": rule, "organization": event.subject, "event": event.id})
    return len(hits)


async def main() -> None:
    watch, done, alerts = Watch(), 0, 0
    engine = create_async_engine(DATABASE_URL, connect_args={"server_settings": {"search_path": SCHEMA}})
    async with engine.begin() as connection:
        for statement in TABLES:
            await connection.execute(text(statement))
    consumer = AIOKafkaConsumer(
        *TOPICS,
        bootstrap_servers=BOOTSTRAP,
        group_id=GROUP,
        auto_offset_reset="earliest",
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=USER,
        sasl_plain_password=PASSWORD,
    )
    await consumer.start()
    async for message in consumer:
        async with engine.begin() as connection:
            alerts += await judge(connection, message.value)
        done += 1
        if watch.note(done):
            break
    tell(watch.run(alerts=alerts))
    await consumer.stop()
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
