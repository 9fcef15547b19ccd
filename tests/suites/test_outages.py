"""Kill the broker and the database under the plumbing: nothing is lost, nothing twice, and it goes on by itself."""

import asyncio
import time
import uuid
from collections.abc import Callable

import pytest
from pydantic import SecretStr

from chassis import inbox, offsets, outbox, tables
from chassis.bus import Bus, Outgoing, Sent, TopicPartition
from chassis.consumer import ShardedConsumer
from chassis.database import Database
from chassis.errors import Refused, Unavailable
from chassis.kafka_bus import KafkaBus
from chassis.outbox import OutboxRelay
from chassis.settings import ServiceSettings
from contracts import Record
from qinglian.local import Infrastructure
from tests.suites.conftest import PARTITIONS, MakeTopics, kafka_settings

pytestmark = [pytest.mark.anyio, pytest.mark.real]
BACK_S = 20.0  # serving again by itself within this


@pytest.fixture(params=["kafka"])
async def bus(infrastructure: Infrastructure) -> Bus:
    return KafkaBus(kafka_settings(infrastructure))


class Store:
    """A handler that commits to the real database, as services do."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.epochs: dict[int, int] = {}

    async def prepare(self) -> None:
        async with self.database.write() as session:
            for statement in (*tables.OFFSETS, *tables.INBOX, *tables.OUTBOX):
                await session.run(statement)
            await session.run("CREATE TABLE applied (place bigint GENERATED ALWAYS AS IDENTITY, id text)")

    async def on_assigned(self, shard: int) -> dict[TopicPartition, int]:
        async with self.database.write() as session:
            self.epochs[shard] = await offsets.take_epoch(session, "c", shard)
            return await offsets.load_offsets(session, "c", shard)

    async def on_batch(self, shard: int, records: list[Record]) -> None:
        async with self.database.write() as session:
            await offsets.hold_epoch(session, "c", shard, self.epochs[shard])
            claim = await inbox.claim(session, "c", [("/s", record.value.decode(), b"") for record in records])
            fresh = [(identity.id,) for identity in claim.fresh]
            await session.copy("applied", ["id"], fresh)
            await offsets.save_offsets(session, "c", {(one.topic, one.partition): one.offset + 1 for one in records})

    async def on_revoked(self, shard: int) -> None:
        self.epochs.pop(shard, None)

    async def applied(self) -> list[str]:
        async with self.database.read() as session:
            return [row["id"] for row in await session.fetch("SELECT id FROM applied ORDER BY id")]


async def until(condition: Callable[[], object], *, seconds: float = BACK_S) -> None:
    """Wait for the thing itself; whatever fails meanwhile may still come right."""
    deadline_s = time.monotonic() + seconds
    while True:
        try:
            found = condition()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return
        except Unavailable:
            pass
        assert time.monotonic() < deadline_s, "not in time"
        await asyncio.sleep(0.05)


async def send_until_known(bus: Bus, topic: str, count: int) -> dict[str, Sent]:
    """Send numbered events one after the other, each again until it is acknowledged, as a department would."""
    producer = bus.producer()
    places: dict[str, Sent] = {}
    for number in range(count):
        name = f"{number:05d}"
        outgoing = Outgoing(topic=topic, value=name.encode(), partition=number % PARTITIONS)
        while name not in places:
            try:
                [places[name]] = await producer.send_many([outgoing])
            except Unavailable:
                await asyncio.sleep(0.1)
        await asyncio.sleep(0.01)
    await producer.close()
    return places


@pytest.mark.parametrize("killed", ["kafka", "postgresql"])
async def test_what_was_acknowledged_takes_effect_once_whatever_is_killed(
    bus: Bus,
    new_topics: MakeTopics,
    database: Database,
    infrastructure: Infrastructure,
    record_property: Callable[[str, object], None],
    killed: str,
) -> None:
    [topic], store = new_topics(), Store(database)
    await store.prepare()
    consumer = ShardedConsumer(bus, group=f"suite-{uuid.uuid4().hex}", topics=[topic], handler=store)
    running = asyncio.create_task(consumer.run())
    await until(consumer.ready)
    sending = asyncio.create_task(send_until_known(bus, topic, 300))

    async def some_applied() -> bool:
        return len(await store.applied()) > 30

    await until(some_applied)
    await asyncio.to_thread(infrastructure.kill, killed)
    await asyncio.to_thread(infrastructure.wait_ready, killed)
    back_s = time.monotonic()
    places = await asyncio.wait_for(sending, 60)

    async def all_applied() -> bool:
        return len(await store.applied()) >= len(places)

    await until(all_applied)
    record_property("all applied, seconds after it was back", round(time.monotonic() - back_s, 1))
    assert await store.applied() == sorted(places)
    await consumer.stop()
    await running
    await bus.close()


@pytest.mark.parametrize("killed", ["kafka", "postgresql"])
async def test_the_relay_outlives_whatever_is_killed(
    bus: Bus, new_topics: MakeTopics, database: Database, infrastructure: Infrastructure, killed: str
) -> None:
    [topic], store = new_topics(), Store(database)
    await store.prepare()
    relay = OutboxRelay(database, bus)
    running = asyncio.create_task(relay.run())

    async def say(start: int) -> bool:
        async with database.write() as session:
            said = [Outgoing(topic=topic, value=b"%05d" % number, partition=0) for number in range(start, start + 50)]
            await outbox.add(session, said)
        return True

    async def nothing_waits() -> bool:
        return await relay.backlog() == 0

    await say(0)
    await until(nothing_waits)
    await asyncio.to_thread(infrastructure.kill, killed)
    if killed == "kafka":
        await say(50)
    await asyncio.to_thread(infrastructure.wait_ready, killed)
    if killed == "postgresql":
        await until(lambda: say(50))
    await until(nothing_waits)
    reader = await bus.read([topic])
    reader.resume(reader.assignment())
    found: list[bytes] = []

    async def all_read() -> bool:
        found.extend(record.value for record in await reader.getmany(timeout_s=0.2, records_max=500))
        return len(set(found)) == 100

    await until(all_read)
    assert list(dict.fromkeys(found)) == [b"%05d" % number for number in range(100)]
    await reader.close()
    await relay.stop()
    await running
    await bus.close()


async def test_a_service_starts_while_kafka_and_postgresql_are_away() -> None:
    bus = KafkaBus(ServiceSettings(kafka_bootstrap="127.0.0.1:1", kafka_username="x", kafka_password=SecretStr("y")))
    database = Database("postgresql+asyncpg://x:y@127.0.0.1:1/x")
    await bus.open()
    await database.open()
    consumer = ShardedConsumer(bus, group="g", topics=["t"], handler=Store(database))
    running = asyncio.create_task(consumer.run())
    producer = bus.producer()
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:1 does not answer, or does not accept the password of user x"):
        await producer.send_many([Outgoing(topic="t", value=b"", key=b"k")])
    assert not await bus.ping()
    assert not await database.ping()
    assert not consumer.ready()
    assert not running.done()
    await consumer.stop()
    await running
    await bus.close()
    await database.close()


async def test_a_wrong_password_is_told_as_what_it_may_be(infrastructure: Infrastructure) -> None:
    bus = KafkaBus(kafka_settings(infrastructure, user="finance", password="wrong"))
    with pytest.raises(Unavailable, match="does not accept the password of user finance"):
        await bus.producer().send_many([Outgoing(topic="t", value=b"", key=b"k")])
    await bus.close()


async def test_who_may_not_write_is_refused_and_goes_on_where_he_may(infrastructure: Infrastructure) -> None:
    bus = KafkaBus(kafka_settings(infrastructure, user="finance"))
    producer = bus.producer()
    own, foreign = "finance.payments.v1", "tax.registrations.v1"
    for _ in range(2):
        with pytest.raises(Refused, match=f"Kafka user finance may not use .*{foreign}"):
            await producer.send_many([Outgoing(topic=foreign, value=b"{}", key=b"k")])
        [place] = await producer.send_many([Outgoing(topic=own, value=b"{}", key=b"k")])
        assert place.offset >= 0
    await bus.close()


async def test_a_group_that_is_not_ours_is_refused(infrastructure: Infrastructure) -> None:
    bus = KafkaBus(kafka_settings(infrastructure, user="registry"))

    def on_assigned(_: frozenset[TopicPartition]) -> None: ...

    async def on_revoked(_: frozenset[TopicPartition]) -> None: ...

    with pytest.raises(Refused) as refused:
        await bus.join(
            "funds-monitor", ["civil-affairs.organizations.v1"], on_assigned=on_assigned, on_revoked=on_revoked
        )
    assert refused.value.code == "not_authorized"
    await bus.close()
