"""Versions of rules on real stores: told of by their topic, taken over or refused, and known after a restart."""

import asyncio
import secrets
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from chassis.bus import Bus
from chassis.database import Database
from chassis.kafka_bus import KafkaBus
from chassis.memory_bus import MemoryBus
from contracts import partition_of
from funds_monitor.bootstrap import PARTITIONS, assemble_engine
from funds_monitor.outbound.rules import RuleRows, read_rule_files
from funds_monitor.usecases.ports import StoredRule
from tests.builders.codes import code_of
from tests.builders.engine import RULES
from tests.builders.events import Desk
from tests.builders.records import Json
from tests.integration.monitor.empty_store import Pool
from tests.integration.monitor.running import POLL_S, QUIET_TIMEOUT_S, Monitor, running_monitor

pytestmark = [pytest.mark.anyio, pytest.mark.real]
RULE = "SO-01"


def second_version() -> StoredRule:
    """Give the shipped rule with a tenth of its tier."""
    [shipped] = [rule for rule in read_rule_files(RULES) if rule.id == RULE]
    text = shipped.text.replace("version: 1\n", "version: 2\n").replace("200_000_000", "20_000_000")
    return msgspec.structs.replace(shipped, version=2, text=text)


def told(desk: Desk, version: int, since: str, kind: str = "activated") -> Json:
    data = {"rule": RULE, "version": version, "effective_from": since, "by": ["甲", "乙"], "reason": "新标准"}
    return desk.event(f"monitor.rule.{kind}.v1", None, "2026-05-01", data)


def small_and_big(desk: Desk, code: str) -> list[Json]:
    """Pay what only the second version finds large, before and after it begins to judge, and what both find large."""
    small = [desk.payment(code, day, amount_fen=30_000_000) for day in ("2026-03-02", "2026-04-02")]
    return [*small, desk.payment(code, "2026-04-20", amount_fen=210_000_000)]


def some_code(shard: int) -> str:
    """Give an organization of a shard that nobody used yet."""
    codes = (code_of(secrets.randbelow(1_000_000)) for _ in count())
    return next(code for code in codes if partition_of(code, PARTITIONS) == shard)


async def until(monitor: Monitor, code: str, expected: list[tuple[int, str]]) -> None:
    """Wait until the rule's open alerts have these versions and reasons."""
    async with asyncio.timeout(QUIET_TIMEOUT_S):
        while True:
            if sorted(await versions(monitor, code)) == sorted(expected):
                break
            await asyncio.sleep(POLL_S)
    await monitor.until_applied()


async def versions(monitor: Monitor, code: str) -> list[tuple[int, str]]:
    found: list[Any] = (await monitor.ask("/alerts", organization=code, rule=RULE, state="open"))["items"]
    return [(alert["rule_version"], alert["reason"]) for alert in found]


async def states(monitor: Monitor) -> dict[int, str]:
    rules = (await monitor.ask("/rules"))["items"]
    return {rule["version"]: rule["state"] for rule in rules if rule["id"] == RULE}


async def test_a_version_is_taken_over_by_its_event_and_known_after_a_restart(
    database: Database, tmp_path: Path
) -> None:
    bus: Bus = MemoryBus(partitions=PARTITIONS)
    desk, code = Desk(secrets.token_hex(8)), code_of(secrets.randbelow(1_000_000))
    payments = small_and_big(desk, code)
    async with running_monitor(bus, database, tmp_path, assemble=assemble_engine) as monitor:
        await monitor.send(*payments)
        await monitor.until_applied(*payments)
        assert await versions(monitor, code) == [(1, "new")]
        unknown, known = told(desk, 5, "2026-04-01"), told(desk, 2, "2026-04-01")
        await RuleRows(database).save([second_version()])
        await monitor.send(unknown, known)
        await until(monitor, code, [(2, "rule_changed"), (2, "rule_changed")])
        assert await states(monitor) == {1: "retired", 2: "active"}
        assert (await monitor.ask("/status"))["refused"]["rule_version_unknown"] == 1
        shown = await monitor.ask(f"/rules/{RULE}/versions")
        assert {each["version"]: each["judges"] for each in shown["items"]} == {
            1: [{"from": None, "to": "2026-03-31"}],
            2: [{"from": "2026-04-01", "to": None}],
        }
        assert [each["refused"] for each in shown["told"]] == ["rule_version_unknown", None]
        assert (await monitor.get("/rules/SO-99/versions")).status_code == httpx.codes.NOT_FOUND

    async with running_monitor(bus, database, tmp_path, assemble=assemble_engine) as fresh:
        late = [desk.payment(code, day, amount_fen=30_000_000) for day in ("2026-03-10", "2026-04-10")]
        await fresh.send(*late)
        await fresh.until_applied(*late)
        assert sorted(each for each, _ in await versions(fresh, code)) == [2, 2, 2]
        await fresh.send(told(desk, 2, "2026-04-15", "retired"))
        await until(fresh, code, [(2, "rule_changed"), (2, "late_fact")])
        assert await states(fresh) == {1: "retired", 2: "retired"}


async def test_running_workers_take_a_version_over_from_kafka_each_for_its_own_shards(
    kafka: KafkaBus, database: Database, pool: Pool, tmp_path: Path
) -> None:
    desk, codes = Desk(secrets.token_hex(8)), [some_code(0), some_code(PARTITIONS - 1)]
    payments = [payment for code in codes for payment in small_and_big(desk, code)]
    async with (
        running_monitor(kafka, database, tmp_path, assemble=assemble_engine) as first,
        running_monitor(kafka, pool(), tmp_path, assemble=assemble_engine) as second,
    ):
        await first.send(*payments)
        await first.until_applied(*payments)
        assert [await versions(first, code) for code in codes] == [[(1, "new")]] * 2
        await RuleRows(database).save([second_version()])
        await first.send(told(desk, 2, "2026-04-01"))
        for code in codes:
            await until(second, code, [(2, "rule_changed"), (2, "rule_changed")])
        held = [{each["shard"] for each in (await monitor.ask("/status"))["shards"]} for monitor in (first, second)]
        assert (held[0] & held[1], held[0] | held[1]) == (set(), set(range(PARTITIONS)))
        assert all(held)
        assert await states(second) == {1: "retired", 2: "active"}
