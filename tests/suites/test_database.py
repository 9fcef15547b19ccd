"""Sessions, offsets, inbox and outbox on real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest
from sqlalchemy import text

from chassis import inbox, offsets, outbox, tables
from chassis.bus import Outgoing
from chassis.database import Database, WriteSession
from chassis.errors import Fenced, Unavailable
from chassis.inbox import Identity
from chassis.insisting import Backoff
from chassis.memory_bus import MemoryBus
from chassis.outbox import OutboxRelay

pytestmark = [pytest.mark.anyio, pytest.mark.real]
WAIT_S = 20.0


@pytest.fixture
async def store(database: Database) -> Database:
    async with database.write() as session:
        for statement in (*tables.OFFSETS, *tables.INBOX, *tables.OUTBOX):
            await session.run(statement)
    return database


class Undone(Exception):  # noqa: N818 - not an error
    """Raised to roll a transaction back."""


@asynccontextmanager
async def undone(store: Database) -> AsyncIterator[WriteSession]:
    """Open a transaction that is rolled back at its end."""
    with suppress(Undone):
        async with store.write() as session:
            yield session
            raise Undone


async def test_what_is_left_without_an_error_is_kept_and_else_nothing(store: Database) -> None:
    async with store.write() as session:
        await offsets.save_offsets(session, "c", {("t", 0): 1})
    async with undone(store) as session:
        await offsets.save_offsets(session, "c", {("t", 0): 2})
    async with store.read() as session:
        assert await offsets.load_offsets(session, "c") == {("t", 0): 1}


async def test_sqlalchemy_and_asyncpg_are_in_the_same_transaction(store: Database) -> None:
    async with undone(store) as session:
        await session.execute(text("INSERT INTO shard_epochs VALUES ('c', 1, 1)"))
        assert await session.fetch_value("SELECT count(*) FROM shard_epochs") == 1
    async with store.read() as session:
        assert (await session.execute(text("SELECT count(*) FROM shard_epochs"))).scalar() == 0


async def test_a_session_that_reads_cannot_write(store: Database) -> None:
    async with store.read() as session:
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await session.fetch("INSERT INTO shard_epochs VALUES ('c', 1, 1)")


async def test_a_session_sees_one_state_of_the_database(store: Database) -> None:
    async with store.read() as reading:
        assert await offsets.load_offsets(reading, "c") == {}
        async with store.write() as session:
            await offsets.save_offsets(session, "c", {("t", 0): 1})
        assert await offsets.load_offsets(reading, "c") == {}


async def test_a_connection_in_use_is_closed_though_its_pool_was_dropped_meanwhile(store: Database) -> None:
    async with store.read() as held:
        with pytest.raises(Unavailable):
            async with store.write() as session:
                await session.fetch("SELECT pg_terminate_backend(pg_backend_pid())")
        assert await held.fetch_value("SELECT 1") == 1
    assert held.raw.is_closed()


async def test_closing_closes_what_is_in_use_too(store: Database) -> None:
    with suppress(Unavailable):
        async with store.read() as held:
            await store.close()
            assert held.raw.is_closed()


async def test_a_full_pool_says_so_instead_of_waiting_for_ever(store: Database) -> None:
    held = [store.read() for _ in range(4)]
    for session in held:
        await session.__aenter__()
    with pytest.raises(Unavailable, match="TimeoutError"):
        async with store.read():
            pass
    for session in held:
        await session.__aexit__(None, None, None)


async def test_connections_that_were_killed_are_replaced_after_one_refusal(store: Database) -> None:
    async def be_killed() -> None:
        async with store.write() as session, store.dedicated() as other:
            pid = await session.fetch_value("SELECT pg_backend_pid()")
            await other.execute("SELECT pg_terminate_backend($1)", pid)
            await session.fetch("SELECT pg_sleep(1)")

    with pytest.raises(Unavailable):
        await be_killed()
    async with store.read() as session:
        assert await session.fetch_value("SELECT 1") == 1


async def test_offsets_are_kept_per_consumer_topic_and_partition(store: Database) -> None:
    async with store.write() as session:
        await offsets.save_offsets(session, "a", {("t", 0): 5, ("u", 0): 6, ("t", 1): 7})
        await offsets.save_offsets(session, "b", {("t", 0): 1})
        await offsets.save_offsets(session, "a", {("t", 0): 8})
        assert await offsets.load_offsets(session, "a") == {("t", 0): 8, ("u", 0): 6, ("t", 1): 7}
        assert await offsets.load_offsets(session, "a", partition=0) == {("t", 0): 8, ("u", 0): 6}


async def test_the_former_owner_of_a_shard_is_fenced(store: Database) -> None:
    async with store.write() as session:
        old = await offsets.take_epoch(session, "c", 3)
        await offsets.hold_epoch(session, "c", 3, old)
    async with store.write() as session:
        new = await offsets.take_epoch(session, "c", 3)
    assert new == old + 1

    async def go_on_as_before() -> None:
        async with store.write() as session:
            await offsets.save_offsets(session, "c", {("t", 3): 99})
            await offsets.hold_epoch(session, "c", 3, old)

    with pytest.raises(Fenced):
        await go_on_as_before()
    async with store.read() as session:
        assert await offsets.load_offsets(session, "c") == {}


async def test_a_takeover_waits_for_the_batch_that_is_being_committed(store: Database) -> None:
    async with store.write() as session:
        epoch = await offsets.take_epoch(session, "c", 0)

    async def take_over() -> dict[tuple[str, int], int]:
        async with store.write() as session:
            await offsets.take_epoch(session, "c", 0)
            return await offsets.load_offsets(session, "c")

    async with store.write() as session:
        await offsets.hold_epoch(session, "c", 0, epoch)
        taking = asyncio.create_task(take_over())
        done, _ = await asyncio.wait([taking], timeout=0.3)
        assert not done
        await offsets.save_offsets(session, "c", {("t", 0): 42})
    assert await taking == {("t", 0): 42}


async def test_an_identity_is_fresh_once_and_known_for_ever(store: Database) -> None:
    async with store.write() as session:
        first = await inbox.claim(session, "c", [("/s", "1", b"x"), ("/s", "2", b"y"), ("/s", "1", b"x")])
    async with store.write() as session:
        again = await inbox.claim(session, "c", [("/s", "1", b"x"), ("/s", "3", b"z"), ("/s", "2", b"other")])
    assert first.fresh == {Identity("/s", "1"), Identity("/s", "2")}
    assert not first.conflicting
    assert again.fresh == {Identity("/s", "3")}
    assert again.repeated == {Identity("/s", "1")}
    assert again.conflicting == {Identity("/s", "2")}


async def test_one_identity_with_two_contents_in_a_batch_is_a_conflict(store: Database) -> None:
    async with store.write() as session:
        claim = await inbox.claim(session, "c", [("/s", "1", b"x"), ("/s", "1", b"y")])
    assert claim.fresh == claim.conflicting == {Identity("/s", "1")}


async def test_what_a_rolled_back_transaction_claimed_is_fresh_again(store: Database) -> None:
    async with undone(store) as session:
        await inbox.claim(session, "c", [("/s", "1", b"x")])
    async with store.write() as session:
        assert (await inbox.claim(session, "c", [("/s", "1", b"x")])).fresh == {Identity("/s", "1")}


def said(count: int, *, start: int = 0) -> list[Outgoing]:
    return [
        Outgoing(topic="t", partition=number % 2, key=b"k", value=b"%d" % number, headers=(("h", b"\x00"),))
        for number in range(start, start + count)
    ]


async def until_sent(bus: MemoryBus, count: int) -> None:
    async with asyncio.timeout(WAIT_S):
        while len(bus.records("t")) < count:
            await bus.arrival(0.1)


async def test_the_outbox_is_sent_in_order_and_emptied(store: Database) -> None:
    bus = MemoryBus(partitions=2)
    relay = OutboxRelay(store, bus)
    running = asyncio.create_task(relay.run())
    for start in range(0, 1200, 400):
        async with store.write() as session:
            await outbox.add(session, said(400, start=start))
    await until_sent(bus, 1200)
    await relay.stop()
    await running
    for number in range(2):
        records = [record for record in bus.records("t") if record.partition == number]
        assert [int(record.value) for record in records] == list(range(number, 1200, 2))
        assert records[0].headers == (("h", b"\x00"),)
    assert await relay.backlog() == 0


async def test_what_was_not_committed_is_not_said(store: Database) -> None:
    bus = MemoryBus(partitions=2)
    async with undone(store) as session:
        await outbox.add(session, said(3))
    async with store.write() as session:
        await outbox.add(session, said(1, start=7))
    relay = OutboxRelay(store, bus)
    running = asyncio.create_task(relay.run())
    await until_sent(bus, 1)
    await relay.stop()
    await running
    assert [record.value for record in bus.records("t")] == [b"7"]


async def test_the_outbox_outlives_an_outage_of_the_broker(store: Database) -> None:
    bus = MemoryBus(partitions=2)
    bus.away = True
    relay = OutboxRelay(store, bus, backoff=Backoff(first_s=0.01, last_s=0.05))
    running = asyncio.create_task(relay.run())
    async with store.write() as session:
        await outbox.add(session, said(10))
    async with asyncio.timeout(WAIT_S):
        while not relay.trouble:
            await bus.arrival(0.05)
    assert await relay.backlog() == 10
    bus.away = False
    await until_sent(bus, 10)
    await relay.stop()
    await running
    assert await relay.backlog() == 0


async def test_two_relays_of_one_database_send_everything_once(store: Database) -> None:
    bus = MemoryBus(partitions=2)
    relays = [OutboxRelay(store, bus), OutboxRelay(store, bus)]
    running = [asyncio.create_task(relay.run()) for relay in relays]
    async with store.write() as session:
        await outbox.add(session, said(50))
    await until_sent(bus, 50)
    await relays[0].stop()
    async with store.write() as session:
        await outbox.add(session, said(50, start=50))
    await until_sent(bus, 100)
    await relays[1].stop()
    await asyncio.gather(*running)
    assert sorted(int(record.value) for record in bus.records("t")) == list(range(100))
