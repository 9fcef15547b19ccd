"""What operators see of sources: who is silent, and whose numbers differ from what came."""

from datetime import timedelta
from pathlib import Path

import pytest

from chassis.clock import FixedClock, SystemClock
from chassis.database import Database
from chassis.memory_bus import MemoryBus
from funds_monitor.bootstrap import PARTITIONS
from tests.builders.codes import code_of
from tests.builders.events import Desk
from tests.builders.records import Json
from tests.integration.monitor.running import Monitor, running_monitor

pytestmark = [pytest.mark.anyio, pytest.mark.real]
TAX, REPORTS = "tax.registrations.v1", "civil-affairs.reports.v1"


async def source_of(monitor: Monitor, topic: str) -> Json:
    said = await monitor.ask("/status")
    (row,) = [row for row in said["sources"] if row["topic"] == topic]
    return dict(row) | {"warning": said["warning"]}


async def test_a_source_falls_silent_and_speaks_again(database: Database, tmp_path: Path) -> None:
    clock, desk = FixedClock(SystemClock().now()), Desk("silent")
    async with running_monitor(MemoryBus(partitions=PARTITIONS), database, tmp_path, clock=clock) as monitor:
        assert (await source_of(monitor, TAX))["silence"]["state"] == "never"
        said = desk.completed(TAX, "2026-03-05")
        await monitor.send(*said)
        await monitor.until_applied(*said)
        assert (await source_of(monitor, TAX))["silence"]["state"] == "declaring"
        clock.advance(timedelta(days=11))
        row = await source_of(monitor, TAX)
        assert row["silence"]["state"] == "silent"
        assert "/tax/bureau" in row["warning"]["zh"]


async def test_other_numbers_are_shown_until_a_declaration_is_taken_and_others_do_not_believe_them(
    database: Database, tmp_path: Path
) -> None:
    desk, partition = Desk("numbers"), 2
    async with running_monitor(MemoryBus(partitions=PARTITIONS), database, tmp_path) as monitor:
        everywhere = [
            event for at in range(PARTITIONS) for event in desk.completed(REPORTS, "2026-03-05", partition=at)
        ]
        wrong = everywhere[partition] | {"data": everywhere[partition]["data"] | {"event_count": 3}}
        await monitor.send(*everywhere[:partition], wrong, *everywhere[partition + 1 :])
        await monitor.until_applied(*everywhere)
        row = await source_of(monitor, REPORTS)
        assert row["complete_until"] is None
        (blocked,) = row["blocked"]
        assert (blocked["partition"], blocked["stated"]["event_count"], blocked["counted"]["event_count"]) == (2, 3, 0)
        found = await monitor.ask("/events/status", source=wrong["source"], id=wrong["id"])
        assert (found["status"], found["code"]) == ("pending", "count_mismatch")
        known = await completeness_of(database)
        assert known == {at: PARTITIONS for at in range(PARTITIONS) if at != partition}, "every shard knows the others"
        right = desk.completed(REPORTS, "2026-03-06", partition=partition)[0]
        right = right | {"data": right["data"] | {"event_count": 0}}
        await monitor.send(right)
        await monitor.until_applied(right)
        row = await source_of(monitor, REPORTS)
        assert (row["blocked"], row["complete_until"]) == ([], "2026-03-05T02:00:00Z"), "its slowest partition"


async def completeness_of(database: Database) -> dict[int, int]:
    """Count, per partition, the shards that hold it complete."""
    async with database.read() as session:
        rows = await session.fetch(
            "SELECT partition, count(*) AS shards FROM completeness WHERE topic = $1 GROUP BY partition", REPORTS
        )
    return {row["partition"]: row["shards"] for row in rows}


async def test_silence_is_concluded_from_a_declaration_that_agrees_and_from_no_other(
    database: Database, tmp_path: Path
) -> None:
    desk = Desk("waits")
    async with running_monitor(MemoryBus(partitions=PARTITIONS), database, tmp_path) as monitor:
        payment = desk.payment(code_of(700_100), "2026-03-02", amount_fen=2_000_000, purpose_text="等税务")
        await monitor.send(payment)
        await monitor.until_applied(payment)
        (said,) = desk.completed(TAX, "2026-03-05")
        wrong = said | {"id": f"{said['id']}-w", "data": said["data"] | {"event_count": 1}}
        await monitor.send(wrong)
        await monitor.until_applied(wrong)
        assert (await monitor.ask("/alerts"))["items"] == []
        await monitor.send(said | {"data": said["data"] | {"event_count": 0, "amount_fen": 0}})
        await monitor.until_applied(said)
        assert len((await monitor.ask("/alerts"))["items"]) == 1
