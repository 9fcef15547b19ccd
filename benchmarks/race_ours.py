"""funds-monitor as it is shipped, with all rules, exactly once: the third racer of `pipelines.py`.

The whole service is wired and opened, in a schema of its own. An event counts when the transaction with its facts,
judgements, outbox rows and offsets has been committed. The worker's copy of the reference data, which reads reference
topics before the others begin, is timed where it learns and added. Run by `pipelines.py`.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

from racing import DATABASE_URL, EVENTS, SCHEMA, Watch, tell

from chassis import logs
from chassis.clock import SystemClock
from chassis.database import Database
from chassis.kafka_bus import KafkaBus
from funds_monitor.bootstrap import wire
from funds_monitor.inbound import reference
from funds_monitor.outbound.commit import CONSUMER
from funds_monitor.settings import MonitorSettings

POLL_S = 0.02
COMMITTED = "SELECT coalesce(sum(next_offset), 0)::bigint AS done FROM consumer_offsets WHERE consumer = $1"
ALERTS = "SELECT count(*) AS alerts FROM alerts WHERE state = 'open'"


class Learning:
    """Times what the copy of the reference data costs."""

    def __init__(self) -> None:
        self.cpu_s = 0.0
        self._learn = reference.learn_reference

    def __call__(self, records: Sequence[Any], **others: Any) -> None:
        """Learn, with the clock of the processor beside it."""
        began = time.process_time()
        self._learn(records, **others)
        self.cpu_s += time.process_time() - began


async def committed(database: Database) -> int:
    async with database.read() as session:
        row = await session.fetch_one(COMMITTED, CONSUMER)
    return int(row["done"]) if row is not None else 0


async def main() -> None:
    settings = MonitorSettings()
    logs.configure(settings.service_name, level="ERROR")
    learning = Learning()
    reference.learn_reference = learning
    bus, database = KafkaBus(settings), Database(DATABASE_URL, pool_max=settings.database_pool_max, schema=SCHEMA)
    service = wire(settings, bus=bus, database=database, clock=SystemClock())
    watch = Watch()
    async with AsyncExitStack() as stack:
        for part in (bus, *service.parts):
            await part.open()
            stack.push_async_callback(part.close)
        while not watch.note(await committed(database)):
            await asyncio.sleep(POLL_S)
        run = watch.run(more_cpu_s=learning.cpu_s)
        async with database.read() as session:
            row = await session.fetch_one(ALERTS)
    tell(type(run)(run.events, run.wall_s, run.cpu_s, alerts=int(row["alerts"]) if row is not None else 0))


if __name__ == "__main__":
    if EVENTS:
        asyncio.run(main())
