"""Declarations stand in every partition: shards and the door write their receipts at once, and wait for each other."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

import pytest

from chassis.database import Database
from contracts import Event, admit
from gateway.domain.admitting import Arrived, settle_identities
from gateway.domain.receipts import Place, receipt_of
from gateway.outbound.admission import AdmissionTransaction
from gateway.outbound.receipts import RecordedPlaces, StoredReceipts
from gateway.settings import GatewaySettings
from tests.builders.events import Desk
from tests.builders.records import records_of
from tests.integration.gateway.house import until
from tests.real import opened

pytestmark = [pytest.mark.real, pytest.mark.anyio]
TOPIC = "tax.statuses.v1"


@pytest.fixture
async def database(settings: GatewaySettings) -> AsyncIterator[Database]:
    async with opened(Database(settings.database_url.get_secret_value())) as database:
        yield database


def arrived_in(shard: int, declarations: Sequence[dict[str, object]]) -> list[Arrived]:
    """Give declarations as one shard reads them."""
    found = []
    for record in records_of(declarations):
        event = admit(record)
        assert isinstance(event, Event), event
        if record.partition == shard:
            found.append(Arrived(event, record))
    return found


@asynccontextmanager
async def looked_at(database: Database, arrived: list[Arrived]) -> AsyncIterator[None]:
    """Do what admission does with declarations; this block is run between looking at receipts and writing them."""
    async with database.write() as session:
        work = AdmissionTransaction(session, RecordedPlaces())
        known = await work.load_receipts(arrived)
        yield
        settled = settle_identities(arrived, known)
        await work.save_receipts(settled.fresh, settled.replaced)


async def admit_all(database: Database, arrived: list[Arrived]) -> None:
    async with looked_at(database, arrived):
        pass


async def stand_still(database: Database, waiting: Sequence[asyncio.Task[None]]) -> bool:
    """Say whether each of these has ended or waits for another transaction."""
    async with database.read() as session:
        blocked = await session.fetch_value(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = current_user AND wait_event_type = 'Lock'"
        )
    return bool(blocked == sum(not task.done() for task in waiting))


@pytest.mark.parametrize("by_the_door", [False, True])
async def test_who_knows_one_declaration_and_adds_another_locks_nobody_out(
    database: Database,
    by_the_door: bool,  # noqa: FBT001
) -> None:
    desk = Desk(secrets.token_hex(8))
    first, second = desk.completed(TOPIC, "2026-03-01") + desk.completed(TOPIC, "2026-03-02")
    await admit_all(database, arrived_in(0, [second]))
    both = [receipt_of(each.event, Place(TOPIC, 3, -1)) for each in arrived_in(3, [first, second])]
    others = [
        partial(admit_all, database, arrived_in(2, [first])),
        partial(admit_all, database, arrived_in(3, [first, second])),
    ]
    if by_the_door:
        others[1:] = [partial(StoredReceipts(database, RecordedPlaces()).save, both, [])]

    tasks: list[asyncio.Task[None]] = []
    async with looked_at(database, arrived_in(1, [first, second])):
        for other in others:
            tasks.append(asyncio.create_task(other()))
            await until(partial(stand_still, database, tasks))
    await asyncio.gather(*tasks)
    async with database.read() as session:
        rows = await session.fetch(
            "SELECT partition FROM receipts WHERE id = ANY ($1) ORDER BY id", [first["id"], second["id"]]
        )
    assert [row["partition"] for row in rows] == [1, 0]
