"""Members come and go while events flow: what they say together is what the definition says, each record read once."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from typing import Any

import pytest

from chassis.database import Database
from chassis.memory_bus import MemoryBus
from contracts import partition_of
from funds_monitor.bootstrap import PARTITIONS, assemble_engine
from tests.builders.records import COMPLETED, Json, topic_of
from tests.e2e.equality import told_by_gateway, told_by_oracle
from tests.integration.monitor.running import Monitor, running_monitor
from tests.properties.cast import CODES, Teller
from tests.properties.comparing import expected
from tests.properties.delivery import split
from tests.properties.themes import THEMES, noise, told

pytestmark = [pytest.mark.anyio, pytest.mark.real]
NOISE = 60
PRESENT = "2026-11"  # themes look into years to come, which the door refuses
PORTIONS = 24
JOIN_AT, LEAVE_AT = 6, 15  # portions sent when three members join and when two of the four leave
ALERTS_MIN = 10  # fewer would prove nothing
PAUSE_S = 0.1  # events flow on while the members share the shards anew


def long_story() -> list[Json]:
    """Tell every theme of the same few organizations, in any order of arrival."""
    teller = Teller(Random("members"), brief=False)
    for code in CODES:
        teller.register(code)
        teller.tax(code)
    for theme in THEMES.values():
        theme(teller)
    noise(teller, NOISE)
    told(teller)
    events = [part for event in teller.events if event["time"] < PRESENT for part in split(event)]
    Random("arrival").shuffle(events)
    return events


async def every_alert(monitor: Monitor) -> list[Json]:
    """Read all open alerts, page by page."""
    found: list[Json] = []
    cursor: dict[str, Any] = {}
    while True:
        answer = await monitor.ask("/alerts", state="open", limit=200, **cursor)
        found += answer["items"]
        if not answer["next"]:
            return found
        cursor = {"cursor": answer["next"]}


async def test_one_member_four_and_two_say_together_what_the_definition_says(
    database: Database, pool: Callable[[], Database], tmp_path: Path
) -> None:
    bus, events = MemoryBus(partitions=PARTITIONS), long_story()
    size = -(-len(events) // PORTIONS)
    async with AsyncExitStack() as staying, AsyncExitStack() as leaving:

        async def join(stack: AsyncExitStack) -> Monitor:
            return await stack.enter_async_context(running_monitor(bus, pool(), tmp_path, assemble=assemble_engine))

        first = await join(staying)
        for portion in range(PORTIONS):
            if portion == JOIN_AT:
                *_, second = await asyncio.gather(join(leaving), join(leaving), join(staying))
            if portion == LEAVE_AT:
                await leaving.aclose()
            await first.send(*events[portion * size : (portion + 1) * size])
            await asyncio.sleep(PAUSE_S)
        await first.until_applied(*(event for event in events if not event["type"].endswith(COMPLETED)))
        await second.until_applied()
        found = told_by_gateway(await every_alert(first))

    assert len(found) >= ALERTS_MIN
    wanted = told_by_oracle(expected(events))
    assert (len(found), [row for row in found if row not in wanted]) == (len(wanted), [])
    await assert_each_record_was_read_once(database, events)


async def assert_each_record_was_read_once(database: Database, events: list[Json]) -> None:
    """Compare what is stored with what was sent: no offset is missing and none is there twice."""
    sent: dict[tuple[str, int], int] = defaultdict(int)
    for event in events:
        key = event.get("subject") or event["source"]
        sent[topic_of(event), event.get("_partition", partition_of(key, PARTITIONS))] += 1
    async with database.read() as session:
        rows = await session.fetch(
            "SELECT topic, shard AS partition, offset_in_topic AS place FROM facts UNION ALL "
            "SELECT read_from, partition, offset_in_topic FROM declarations UNION ALL "
            "SELECT topic, partition, offset_in_topic FROM conflicts"
        )
    read: dict[tuple[str, int], list[int]] = defaultdict(list)
    for row in rows:
        read[row["topic"], row["partition"]].append(row["place"])
    assert {place: sorted(offsets) for place, offsets in read.items()} == {
        place: list(range(count)) for place, count in sent.items()
    }
