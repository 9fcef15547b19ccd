"""Connections that break and workers that come and go while events flow: each event takes effect once."""

import asyncio
import gc
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.database import Database
from chassis.memory_bus import MemoryBus
from contracts import Event, admit
from funds_monitor.bootstrap import PARTITIONS
from tests.builders.codes import code_of
from tests.builders.events import Desk, party
from tests.builders.records import Json
from tests.integration.monitor.running import running_monitor

pytestmark = [pytest.mark.anyio, pytest.mark.real]
CODES = [code_of(number) for number in range(710_000, 710_060)]


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Collect what was torn here: a socket that the server has closed is not closed again, only let go of."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def large(desk: Desk, code: str) -> Json:
    return desk.payment(code, "2026-03-02", amount_fen=2_000_000, counterparty=party("丙公司"))


def told(bus: MemoryBus) -> Counter[tuple[str, str]]:
    events = [admit(record) for record in bus.records("monitor.alerts.v1")]
    assert all(isinstance(event, Event) for event in events)
    return Counter((event.type, str(event.id)) for event in events)


async def break_connections(database: Database) -> None:
    """End every other connection of this service, as a restart of PostgreSQL does."""
    async with database.dedicated() as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE usename = current_user AND pid <> pg_backend_pid()"
        )


async def test_connections_that_break_lose_nothing_and_double_nothing(database: Database, tmp_path: Path) -> None:
    bus, desk = MemoryBus(partitions=PARTITIONS), Desk("lost")
    events = [large(desk, code) for code in CODES]
    async with running_monitor(bus, database, tmp_path) as monitor:
        for start in range(0, len(events), 10):
            await monitor.send(*events[start : start + 10])
            await break_connections(database)
        await monitor.until_applied(*events)

    raised = {identity for kind, identity in told(bus) if kind.endswith("raised.v1")}
    assert raised == {f"alert-{event['id']}:1" for event in events}
    async with database.read() as session:
        assert await session.fetch_value("SELECT count(*) FROM facts") == len(events)
        assert await session.fetch_value("SELECT count(*) FROM alert_revisions") == len(events)


async def test_workers_that_come_and_go_share_the_shards_and_each_event_counts_once(
    database: Database, tmp_path: Path
) -> None:
    bus, desk = MemoryBus(partitions=PARTITIONS), Desk("share")
    events = [large(desk, code) for code in CODES]
    change = desk.registered(code_of(719_999), "2020-01-01", name="丙公司")
    async with running_monitor(bus, database, tmp_path) as first:
        await first.send(*events[:20])
        async with running_monitor(bus, database, tmp_path) as second:
            await second.send(*events[20:40])
            await settled(database, 40)
            assert len((await first.ask("/status"))["shards"]) == PARTITIONS // 2
        await first.send(*events[40:], change)
        await first.until_applied(*events, change)

    assert set(told(bus)) >= {("monitor.alert.raised.v1", f"alert-{event['id']}:1") for event in events}
    assert max(told(bus).values()) == 1
    async with database.read() as session:
        revisions = await session.fetch("SELECT alert_id, count(*) AS n FROM alert_revisions GROUP BY 1")
        assert len(revisions) == len(events)
        applied = await session.fetch_value("SELECT count(DISTINCT (topic, shard, offset_in_topic)) FROM facts")
    assert applied == len(events) + 1


async def settled(database: Database, facts: int) -> None:
    async with asyncio.timeout(60):
        while True:
            async with database.read() as session:
                if await session.fetch_value("SELECT count(*) FROM facts") == facts:
                    return
            await asyncio.sleep(0.05)
