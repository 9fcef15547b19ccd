"""One suite of cases for the bus in memory and for Kafka: what our code relies on is true of both."""

import asyncio
import uuid
from collections.abc import Iterable

import pytest

from chassis.bus import Bus, Consumer, Outgoing, TopicPartition
from chassis.errors import OffsetOutOfRange
from contracts import Record, partition_of
from tests.suites.conftest import PARTITIONS, MakeTopics

pytestmark = pytest.mark.anyio
WAIT_S = 20.0


class Member:
    """A member of a group that notes what it is given and what is taken from it."""

    def __init__(self) -> None:
        self.assigned: frozenset[TopicPartition] = frozenset()
        self.history: list[str] = []
        self.news = asyncio.Event()

    def on_assigned(self, partitions: frozenset[TopicPartition]) -> None:
        self.assigned = partitions
        self.history.append("assigned")
        self.news.set()

    async def on_revoked(self, _partitions: frozenset[TopicPartition]) -> None:
        self.assigned = frozenset()
        self.history.append("revoked")

    async def join(self, bus: Bus, group: str, topics: list[str]) -> Consumer:
        return await bus.join(group, topics, on_assigned=self.on_assigned, on_revoked=self.on_revoked)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(WAIT_S):
            while len(self.assigned) != count:
                self.news.clear()
                await self.news.wait()


def message(topic: str, number: int, *, key: str | None = None, partition: int | None = None) -> Outgoing:
    raw_key = None if key is None else key.encode()
    return Outgoing(topic=topic, value=b"%d" % number, key=raw_key, partition=partition)


async def read(consumer: Consumer, count: int) -> list[Record]:
    """Read so many records, and make sure that no more follow at once."""
    found: list[Record] = []
    async with asyncio.timeout(WAIT_S):
        while len(found) < count:
            found += await consumer.getmany(timeout_s=0.2, records_max=1000)
    return found


async def begin(consumer: Consumer, partitions: Iterable[TopicPartition] | None = None) -> None:
    places = list(partitions or consumer.assignment())
    for place, offset in (await consumer.earliest(places)).items():
        consumer.seek(place, offset)
    consumer.resume(places)


async def test_offsets_grow_by_one_within_a_partition(bus: Bus, new_topics: MakeTopics) -> None:
    [topic] = new_topics()
    producer = bus.producer()
    first = await producer.send_many([message(topic, number, partition=1) for number in range(3)])
    second = await producer.send_many([message(topic, 3, partition=1), message(topic, 4, partition=2)])
    await producer.close()
    assert [place.offset for place in first] == [0, 1, 2]
    assert [(place.partition, place.offset) for place in second] == [(1, 3), (2, 0)]


async def test_a_key_always_lands_where_the_java_client_would_put_it(bus: Bus, new_topics: MakeTopics) -> None:
    [topic] = new_topics()
    producer = bus.producer()
    keys = [f"51110000MJ{number:07d}" for number in range(20)]
    sent = await producer.send_many([message(topic, number, key=key) for number, key in enumerate(keys)])
    await producer.close()
    assert [place.partition for place in sent] == [partition_of(key, PARTITIONS) for key in keys]


async def test_all_senders_at_once_get_their_own_offsets(bus: Bus, new_topics: MakeTopics) -> None:
    [topic] = new_topics()
    producer = bus.producer()
    asked = [[message(topic, sender * 10 + number, partition=0) for number in range(5)] for sender in range(10)]
    answers = await asyncio.gather(*(producer.send_many(messages) for messages in asked))
    consumer = await bus.read([topic])
    await begin(consumer)
    by_offset = {record.offset: record.value for record in await read(consumer, 50)}
    await consumer.close()
    await producer.close()
    assert sorted(by_offset) == list(range(50))
    for messages, places in zip(asked, answers, strict=True):
        offsets = [place.offset for place in places]
        assert offsets == sorted(offsets)
        assert [by_offset[offset] for offset in offsets] == [wanted.value for wanted in messages]


async def test_more_than_one_batch_holds_keeps_its_order(bus: Bus, new_topics: MakeTopics) -> None:
    [topic] = new_topics()
    producer = bus.producer()
    messages = [Outgoing(topic=topic, value=b"%06d" % number + b"x" * 50_000, partition=3) for number in range(60)]
    sent = await producer.send_many(messages)
    consumer = await bus.read([topic])
    await begin(consumer)
    found = await read(consumer, 60)
    await consumer.close()
    await producer.close()
    assert [place.offset for place in sent] == list(range(60))
    assert [record.value[:6] for record in found] == [b"%06d" % number for number in range(60)]


async def test_key_headers_and_place_come_through(bus: Bus, new_topics: MakeTopics) -> None:
    [topic] = new_topics()
    producer = bus.producer()
    await producer.send_many(
        [Outgoing(topic=topic, value="清廉".encode(), key=b"k", headers=(("a", b"1"), ("a", b"2")))]
    )
    consumer = await bus.read([topic])
    await begin(consumer)
    [record] = await read(consumer, 1)
    await consumer.close()
    await producer.close()
    assert (record.topic, record.partition, record.offset) == (topic, partition_of(b"k", PARTITIONS), 0)
    assert (record.key, record.value.decode()) == (b"k", "清廉")
    assert record.headers == (("a", b"1"), ("a", b"2"))
    assert record.timestamp_us > 1_600_000_000_000_000


async def test_nothing_is_read_before_somebody_says_from_where(bus: Bus, new_topics: MakeTopics) -> None:
    [topic] = new_topics()
    producer = bus.producer()
    await producer.send_many([message(topic, number, partition=0) for number in range(4)])
    consumer = await bus.read([topic])
    assert await consumer.getmany(timeout_s=0.3, records_max=10) == []
    consumer.seek((topic, 0), 2)
    consumer.resume([(topic, 0)])
    assert [record.offset for record in await read(consumer, 2)] == [2, 3]
    await consumer.close()
    await producer.close()


async def test_a_paused_partition_goes_on_where_it_was(bus: Bus, new_topics: MakeTopics) -> None:
    [topic] = new_topics()
    producer = bus.producer()
    consumer = await bus.read([topic])
    await begin(consumer)
    await producer.send_many([message(topic, 0, partition=0)])
    await read(consumer, 1)
    consumer.pause([(topic, 0)])
    await producer.send_many([message(topic, 1, partition=0), message(topic, 2, partition=1)])
    assert [record.partition for record in await read(consumer, 1)] == [1]
    consumer.resume([(topic, 0)])
    assert [(record.partition, record.offset) for record in await read(consumer, 1)] == [(0, 1)]
    await consumer.close()
    await producer.close()


async def test_earliest_and_latest_are_the_ends_of_the_log(bus: Bus, new_topics: MakeTopics) -> None:
    [topic] = new_topics()
    producer = bus.producer()
    await producer.send_many([message(topic, number, partition=2) for number in range(7)])
    consumer = await bus.read([topic])
    assert await consumer.earliest([(topic, 2), (topic, 3)]) == {(topic, 2): 0, (topic, 3): 0}
    assert await consumer.latest([(topic, 2), (topic, 3)]) == {(topic, 2): 7, (topic, 3): 0}
    await consumer.close()
    await producer.close()


async def test_an_offset_beyond_the_log_is_a_hard_stop(bus: Bus, new_topics: MakeTopics) -> None:
    [topic] = new_topics()
    producer = bus.producer()
    await producer.send_many([message(topic, 0, partition=0)])
    consumer = await bus.read([topic])
    consumer.seek((topic, 0), 99)
    consumer.resume([(topic, 0)])
    with pytest.raises(OffsetOutOfRange, match=r"offset 99 is outside of the log \(0 to 1\)"):
        await read(consumer, 1)
    await consumer.close()
    await producer.close()


async def test_a_lone_member_gets_every_partition_of_every_topic(bus: Bus, new_topics: MakeTopics) -> None:
    topics = new_topics(2)
    member = Member()
    consumer = await member.join(bus, f"suite-{uuid.uuid4().hex}", topics)
    await member.until(2 * PARTITIONS)
    assert member.assigned == consumer.assignment()
    assert member.assigned == {(topic, number) for topic in topics for number in range(PARTITIONS)}
    await consumer.close()


async def test_equal_partition_numbers_of_all_topics_go_to_one_member(bus: Bus, new_topics: MakeTopics) -> None:
    topics = new_topics(3)
    group = f"suite-{uuid.uuid4().hex}"
    first, second = Member(), Member()
    one = await first.join(bus, group, topics)
    polling = asyncio.create_task(read(one, 1))
    two = await second.join(bus, group, topics)
    await first.until(3 * PARTITIONS // 2)
    await second.until(3 * PARTITIONS // 2)
    shards = [{number for _, number in member.assigned} for member in (first, second)]
    assert shards[0].isdisjoint(shards[1])
    assert all({topic for topic, number in first.assigned if number == shard} == set(topics) for shard in shards[0])
    assert first.history == ["assigned", "revoked", "assigned"]
    polling.cancel()
    await one.close()
    await two.close()


async def test_who_leaves_gives_its_partitions_to_the_others(bus: Bus, new_topics: MakeTopics) -> None:
    [topic] = new_topics()
    group = f"suite-{uuid.uuid4().hex}"
    first, second = Member(), Member()
    one = await first.join(bus, group, [topic])
    two = await second.join(bus, group, [topic])
    await second.until(PARTITIONS // 2)
    await one.close()
    await second.until(PARTITIONS)
    assert second.assigned == {(topic, number) for number in range(PARTITIONS)}
    await two.close()


async def test_a_bus_that_answers_says_so(bus: Bus) -> None:
    assert await bus.ping()
