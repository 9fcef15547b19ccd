"""Payments of organizations in different shards meet: real Kafka and PostgreSQL, one member and then two."""

import secrets
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from chassis.bus import Bus
from chassis.database import Database
from chassis.kafka_bus import KafkaBus
from chassis.memory_bus import MemoryBus
from contracts import Event, admit, partition_of
from funds_monitor.bootstrap import PARTITIONS, assemble_engine
from funds_monitor.domain.links import TOPIC
from tests.builders.codes import code_of
from tests.builders.events import Desk, party
from tests.builders.records import Json
from tests.integration.monitor.running import Monitor, running_monitor

pytestmark = [pytest.mark.anyio, pytest.mark.real]
DAYS = ("2026-03-01", "2026-03-05", "2026-03-12")


def three_codes() -> list[str]:
    """Give organizations that nobody used yet, each in a shard of its own."""
    by_shard: dict[int, str] = {}
    while len(by_shard) < len(DAYS):
        code = code_of(secrets.randbelow(1_000_000))
        by_shard.setdefault(partition_of(code, PARTITIONS), code)
    return list(by_shard.values())


def paid(desk: Desk, codes: list[str]) -> list[Json]:
    """Let each pay the next, the last one the first, long after all of them began to keep books."""
    old = [desk.payment(code, "2025-12-01", amount_fen=100_000, counterparty=party("老伙伴")) for code in codes]
    ring = [
        desk.payment(payer, day, amount_fen=3_000_000, counterparty=party("某会", code=payee))
        for (payer, payee), day in zip(pairwise([*codes, codes[0]]), DAYS, strict=True)
    ]
    return [*old, *ring]


async def round_trips(monitor: Monitor, codes: list[str]) -> list[str]:
    """Name the organizations that have an open alert of SO-04."""
    found = []
    for code in codes:
        alerts = (await monitor.ask("/alerts", organization=code, rule="SO-04", state="open"))["items"]
        found += [alert["organization"]["code"] for alert in alerts]
    return found


async def test_a_ring_over_three_shards_is_seen_in_each_by_one_member_and_by_two(
    kafka: KafkaBus, database: Database, pool: Callable[[], Database], tmp_path: Path
) -> None:
    desk, codes = Desk(secrets.token_hex(8)), three_codes()
    *before, last = paid(desk, codes)
    async with running_monitor(kafka, database, tmp_path, assemble=assemble_engine) as first:
        await first.send(*before)
        await first.until_applied(*before)
        assert await round_trips(first, codes) == []
        async with running_monitor(kafka, pool(), tmp_path, assemble=assemble_engine) as second:
            await second.send(last)
            await first.until_applied(last)
            await second.until_applied()
            assert await round_trips(second, codes) == codes

            gone = desk.withdrawn(before[-1])
            await first.send(gone)
            await first.until_applied(gone)
            await second.until_applied()
            await first.until_applied()
            assert await round_trips(first, codes) == []


async def test_a_member_that_comes_when_all_is_told_knows_every_link(database: Database, tmp_path: Path) -> None:
    bus: Bus = MemoryBus(partitions=PARTITIONS)
    desk, codes = Desk(secrets.token_hex(8)), three_codes()
    *before, last = paid(desk, codes)
    async with running_monitor(bus, database, tmp_path, assemble=assemble_engine) as gone:
        await gone.send(*before)
        await gone.until_applied(*before)
    async with running_monitor(bus, database, tmp_path, assemble=assemble_engine) as fresh:
        await fresh.send(last)
        status = await fresh.until_applied(last)
        assert await round_trips(fresh, codes) == codes

    assert status["links_unread"] == 0
    said = [admit(record) for record in bus.records(TOPIC)]
    assert [event.type for event in said if isinstance(event, Event)] == ["monitor.link.asserted.v1"] * len(DAYS)
