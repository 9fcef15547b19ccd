"""The shard consumer on both buses: each record once and in order, whoever comes and goes."""

import asyncio
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

import pytest

from chassis.bus import Assigned, Bus, Consumer, Outgoing, Producer, Revoked, TopicPartition
from chassis.consumer import ReaderLimits, ShardedConsumer
from chassis.errors import Fenced, OffsetOutOfRange, Unavailable
from chassis.insisting import Backoff
from chassis.reader_all import ReaderAll
from contracts import Record
from tests.suites.conftest import PARTITIONS, MakeTopics

pytestmark = pytest.mark.anyio
WAIT_S = 30.0
QUICK = ReaderLimits(
    backoff=Backoff(first_s=0.01, last_s=0.05, bug_first_s=0.01, bug_last_s=0.05), fenced_s=0.05, batch_max=7
)


class Store:
    """What a database would hold: offsets, epochs, and what took effect; shared by all members of a group."""

    def __init__(self) -> None:
        self.next_offsets: dict[TopicPartition, int] = {}
        self.epochs: Counter[int] = Counter()
        self.applied: dict[TopicPartition, list[int]] = defaultdict(list)
        self.changed = asyncio.Event()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(WAIT_S):
            while sum(map(len, self.applied.values())) < count:
                self.changed.clear()
                await self.changed.wait()


class Member:
    """A handler as services write it: epoch, batch and offsets in one commit."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.epochs: dict[int, int] = {}
        self.troubles: list[Exception] = []  # raised by the next batches, one each
        self.revoked: list[int] = []
        self.in_flight: Counter[int] = Counter()

    async def on_assigned(self, shard: int) -> dict[TopicPartition, int]:
        self.store.epochs[shard] += 1
        self.epochs[shard] = self.store.epochs[shard]
        return {place: offset for place, offset in self.store.next_offsets.items() if place[1] == shard}

    async def on_batch(self, shard: int, records: list[Record]) -> None:
        self.in_flight[shard] += 1
        assert self.in_flight[shard] == 1, "two batches of one shard at once"
        try:
            await asyncio.sleep(0)
            if self.troubles:
                raise self.troubles.pop(0)
            if self.store.epochs[shard] != self.epochs[shard]:
                raise Fenced("another owner")
            for record in records:
                self.store.applied[record.topic, record.partition].append(record.offset)
                self.store.next_offsets[record.topic, record.partition] = record.offset + 1
            self.store.changed.set()
        finally:
            self.in_flight[shard] -= 1

    async def on_revoked(self, shard: int) -> None:
        assert self.in_flight[shard] == 0, "revoked while a batch is in flight"
        self.epochs.pop(shard, None)
        self.revoked.append(shard)


class Running:
    """A consumer that runs in the background of a case."""

    def __init__(self, bus: Bus, member: Member, *, group: str, topics: list[str]) -> None:
        self.consumer = ShardedConsumer(bus, group=group, topics=topics, handler=member, limits=QUICK)
        self.task = asyncio.create_task(self.consumer.run())

    async def ready(self) -> None:
        async with asyncio.timeout(WAIT_S):
            while not self.consumer.ready():
                if self.task.done():
                    self.task.result()
                await asyncio.sleep(0.01)

    async def stop(self) -> None:
        await self.consumer.stop()
        await self.task


def numbered(topics: list[str], count: int) -> list[Outgoing]:
    return [
        Outgoing(topic=topic, value=b"%d" % number, partition=number % PARTITIONS)
        for number in range(count)
        for topic in topics
    ]


def gapless(store: Store) -> bool:
    return all(offsets == list(range(len(offsets))) for offsets in store.applied.values())


async def test_every_record_takes_effect_once_and_in_order(bus: Bus, new_topics: MakeTopics) -> None:
    topics, store = new_topics(2), Store()
    running = Running(bus, Member(store), group=f"suite-{uuid.uuid4().hex}", topics=topics)
    producer = bus.producer()
    await producer.send_many(numbered(topics, 100))
    await store.until(200)
    await producer.close()
    assert gapless(store)
    assert running.consumer.positions() == store.next_offsets
    assert set(running.consumer.lag().values()) == {0}
    assert running.consumer.shards() == frozenset(range(PARTITIONS))
    await running.stop()


async def test_a_new_member_goes_on_where_the_database_says(bus: Bus, new_topics: MakeTopics) -> None:
    topics, store, group = new_topics(), Store(), f"suite-{uuid.uuid4().hex}"
    producer = bus.producer()
    await producer.send_many(numbered(topics, 40))
    first = Running(bus, Member(store), group=group, topics=topics)
    await store.until(40)
    await first.stop()
    await producer.send_many(numbered(topics, 40))
    second = Running(bus, Member(store), group=group, topics=topics)
    await store.until(80)
    await producer.close()
    await second.stop()
    assert gapless(store)


async def test_members_that_come_and_go_lose_and_repeat_nothing(bus: Bus, new_topics: MakeTopics) -> None:
    topics, store, group = new_topics(2), Store(), f"suite-{uuid.uuid4().hex}"
    producer = bus.producer()
    one = Running(bus, Member(store), group=group, topics=topics)
    await one.ready()
    sending = asyncio.create_task(_send_slowly(producer.send_many, topics))
    two = Running(bus, Member(store), group=group, topics=topics)
    await two.ready()
    await one.stop()
    await sending
    await store.until(2 * 120)
    await producer.close()
    await two.stop()
    assert gapless(store)


async def _send_slowly(send_many: object, topics: list[str]) -> None:
    assert callable(send_many)
    for _ in range(12):
        await send_many(numbered(topics, 10))
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("trouble", [Unavailable("the database is away"), RuntimeError("a bug")])
async def test_trouble_repeats_the_batch_and_skips_nothing(
    bus: Bus, new_topics: MakeTopics, trouble: Exception
) -> None:
    topics, store = new_topics(), Store()
    member = Member(store)
    member.troubles = [trouble] * 5
    producer = bus.producer()
    await producer.send_many(numbered(topics, 40))
    running = Running(bus, member, group=f"suite-{uuid.uuid4().hex}", topics=topics)
    await store.until(40)
    await producer.close()
    await running.stop()
    assert member.troubles == []
    assert gapless(store)


async def test_who_is_fenced_drops_the_shard_and_takes_it_again(bus: Bus, new_topics: MakeTopics) -> None:
    topics, store = new_topics(), Store()
    member = Member(store)
    running = Running(bus, member, group=f"suite-{uuid.uuid4().hex}", topics=topics)
    await running.ready()
    store.epochs[1] += 1  # somebody else takes shard 1
    producer = bus.producer()
    await producer.send_many(numbered(topics, 40))
    await store.until(40)
    await producer.close()
    assert member.revoked == [1]
    assert store.epochs[1] == 3
    assert gapless(store)
    await running.stop()


class Asking:
    """A bus that asks something the moment that it has assigned partitions, before anybody can take them."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.ask: Callable[[], bool] = lambda: False
        self.answers: list[bool] = []

    async def join(self, group: str, topics: Sequence[str], *, on_assigned: Assigned, on_revoked: Revoked) -> Consumer:
        def assign_and_ask(partitions: frozenset[TopicPartition]) -> None:
            on_assigned(partitions)
            if partitions:
                self.answers.append(self.ask())

        return await self._bus.join(group, topics, on_assigned=assign_and_ask, on_revoked=on_revoked)

    def producer(self) -> Producer:
        return self._bus.producer()

    async def read(self, topics: Sequence[str]) -> Consumer:
        return await self._bus.read(topics)

    async def ping(self) -> bool:
        return await self._bus.ping()

    async def close(self) -> None:
        await self._bus.close()


async def test_nobody_is_ready_between_being_assigned_a_shard_and_reading_it(bus: Bus, new_topics: MakeTopics) -> None:
    asking = Asking(bus)
    running = Running(asking, Member(Store()), group=f"suite-{uuid.uuid4().hex}", topics=new_topics())
    asking.ask = running.consumer.ready
    await running.ready()
    assert asking.answers
    assert not any(asking.answers)
    assert running.consumer.shards() == frozenset(range(PARTITIONS))
    await running.stop()


async def test_an_offset_that_is_gone_ends_the_consumer(bus: Bus, new_topics: MakeTopics) -> None:
    topics, store = new_topics(), Store()
    store.next_offsets[topics[0], 2] = 500
    running = Running(bus, Member(store), group=f"suite-{uuid.uuid4().hex}", topics=topics)
    with pytest.raises(OffsetOutOfRange, match="nothing is skipped by itself"):
        await asyncio.wait_for(running.task, WAIT_S)


async def test_a_reader_of_everything_reads_on_from_given_offsets(bus: Bus, new_topics: MakeTopics) -> None:
    topics = new_topics(2)
    producer = bus.producer()
    await producer.send_many(numbered(topics, 40))
    seen: list[Record] = []
    troubles: list[Exception] = [Unavailable("not yet"), RuntimeError("a bug")]

    async def start() -> dict[TopicPartition, int]:
        return {(topics[0], 0): 7}

    async def on_batch(records: list[Record]) -> None:
        if troubles:
            raise troubles.pop(0)
        seen.extend(records)

    reader = ReaderAll(bus, topics=topics, start=start, on_batch=on_batch, backoff=QUICK.backoff)
    task = asyncio.create_task(reader.run())
    await asyncio.wait_for(reader.caught_up(), WAIT_S)
    await producer.close()
    assert len(seen) == 80 - 7
    assert [record.offset for record in seen if (record.topic, record.partition) == (topics[0], 0)] == [7, 8, 9]
    assert set(reader.lag().values()) == {0}
    assert reader.ready()
    await reader.stop()
    await task
