"""The bus in memory: partitions, groups, offsets and outages behave as Kafka's do, within one process."""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence

from chassis.bus import MESSAGE_BYTES_MAX, Assigned, Outgoing, Revoked, Sent, TopicPartition
from chassis.errors import OffsetOutOfRange, Refused, Unavailable
from contracts import Record, partition_of


class MemoryBus:
    """Topics exist as soon as they are named, unless a mapping of topic to partitions says which ones there are."""

    def __init__(self, *, partitions: int = 6, topics: Mapping[str, int] | None = None) -> None:
        self._partitions = partitions
        self._known = topics
        self._logs: dict[TopicPartition, _Log] = {}
        self._groups: dict[str, _Group] = {}
        self._arrived = asyncio.Condition()
        self.away = False  # set it to play an outage: nothing can be sent, nothing arrives

    def producer(self) -> "MemoryProducer":
        """Return a producer."""
        return MemoryProducer(self)

    async def join(
        self, group: str, topics: Sequence[str], *, on_assigned: Assigned, on_revoked: Revoked
    ) -> "MemoryConsumer":
        """Become a member of a group; whoever is in it gives everything back first."""
        self._check_reachable()
        consumer = MemoryConsumer(self, topics, on_assigned=on_assigned, on_revoked=on_revoked)
        consumer.group = self._groups.setdefault(group, _Group())
        consumer.group.members.append(consumer)
        await self.rebalance(consumer.group)
        return consumer

    async def read(self, topics: Sequence[str]) -> "MemoryConsumer":
        """Read all partitions of some topics without a group."""
        self._check_reachable()
        consumer = MemoryConsumer(self, topics)
        consumer.assign(frozenset((topic, number) for topic in topics for number in range(self.partitions_of(topic))))
        return consumer

    async def ping(self) -> bool:
        """Say whether there is no outage."""
        return not self.away

    async def close(self) -> None:
        """Let go of nothing: what was sent stays for the next reader."""

    def records(self, topic: str) -> list[Record]:
        """Return all that a topic holds, partition by partition."""
        return [record for number in range(self.partitions_of(topic)) for record in self.log((topic, number)).records]

    def truncate(self, partition: TopicPartition, before: int) -> None:
        """Delete what lies before an offset, as retention does."""
        log = self.log(partition)
        log.records = [record for record in log.records if record.offset >= before]
        log.start = max(log.start, before)

    def partitions_of(self, topic: str) -> int:
        """Return how many partitions a topic has.

        Raises: Refused `unknown_topic`.
        """
        if self._known is None:
            return self._partitions
        if topic not in self._known:
            raise Refused("unknown_topic", topic)
        return self._known[topic]

    def log(self, partition: TopicPartition) -> "_Log":
        """Return what one partition holds."""
        return self._logs.setdefault(partition, _Log())

    async def append(self, messages: Sequence[Outgoing]) -> list[Sent]:
        """Put messages at the ends of their partitions and wake the readers."""
        self._check_reachable()
        sent = [self._append(message) for message in messages]
        async with self._arrived:
            self._arrived.notify_all()
        return sent

    async def arrival(self, timeout_s: float) -> None:
        """Wait until something is sent, or for so long."""
        async with self._arrived:
            try:
                await asyncio.wait_for(self._arrived.wait(), timeout_s)
            except TimeoutError:
                return

    async def rebalance(self, group: "_Group") -> None:
        """Take everything back and give each member its range of each topic, as Kafka's range assignor does."""
        async with group.changing:
            for member in list(group.members):
                if member.assignment():
                    await member.revoke()
            topics = sorted({topic for member in group.members for topic in member.topics})
            shares: dict[MemoryConsumer, set[TopicPartition]] = {member: set() for member in group.members}
            for topic in topics:
                takers = [member for member in group.members if topic in member.topics]
                for number in range(self.partitions_of(topic)):
                    shares[takers[number * len(takers) // self.partitions_of(topic)]].add((topic, number))
            for member, share in shares.items():
                member.assign(frozenset(share))

    def _append(self, message: Outgoing) -> Sent:
        partition = message.partition
        if partition is None:
            partition = partition_of(message.key or b"", self.partitions_of(message.topic))
        elif partition >= self.partitions_of(message.topic):
            raise Refused("unknown_topic", f"{message.topic} has no partition {partition}")
        log = self.log((message.topic, partition))
        offset = log.end
        log.records.append(
            Record(
                topic=message.topic,
                partition=partition,
                offset=offset,
                key=message.key,
                value=message.value,
                headers=message.headers,
                timestamp_us=time.time_ns() // 1_000_000 * 1000,
            )
        )
        return Sent(partition, offset)

    def _check_reachable(self) -> None:
        if self.away:
            raise Unavailable("the bus is away")


class _Log:
    def __init__(self) -> None:
        self.start = 0
        self.records: list[Record] = []

    @property
    def end(self) -> int:
        return self.records[-1].offset + 1 if self.records else self.start


class _Group:
    def __init__(self) -> None:
        self.members: list[MemoryConsumer] = []
        self.changing = asyncio.Lock()


class MemoryProducer:
    """Sends into the memory bus."""

    def __init__(self, bus: MemoryBus) -> None:
        self._bus = bus

    async def send_many(self, messages: Sequence[Outgoing]) -> list[Sent]:
        """Send all, in order within each partition."""
        for message in messages:
            if len(message.value) > MESSAGE_BYTES_MAX:
                raise Refused("too_large", f"a message may have {MESSAGE_BYTES_MAX} bytes")
        return await self._bus.append(messages)

    async def close(self) -> None:
        """Stop sending."""


class MemoryConsumer:
    """Reads from the memory bus."""

    def __init__(
        self,
        bus: MemoryBus,
        topics: Sequence[str],
        *,
        on_assigned: Assigned | None = None,
        on_revoked: Revoked | None = None,
    ) -> None:
        self.topics = tuple(topics)
        self.group: _Group | None = None
        self._bus = bus
        self._on_assigned, self._on_revoked = on_assigned, on_revoked
        self._positions: dict[TopicPartition, int] = {}
        self._paused: set[TopicPartition] = set()

    def assign(self, partitions: frozenset[TopicPartition]) -> None:
        """Give it these partitions instead of what it had."""
        self._positions = dict.fromkeys(partitions, 0)
        self._paused = set(partitions)
        if self._on_assigned is not None:
            self._on_assigned(partitions)

    async def revoke(self) -> None:
        """Take its partitions away."""
        partitions = self.assignment()
        self._positions, self._paused = {}, set()
        if self._on_revoked is not None:
            await self._on_revoked(partitions)

    def assignment(self) -> frozenset[TopicPartition]:
        """Return the partitions that are ours now."""
        return frozenset(self._positions)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """Read on from here."""
        if partition in self._positions:
            self._positions[partition] = offset

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        """Fetch nothing from these until `resume`."""
        self._paused |= set(partitions) & self._positions.keys()

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        """Fetch from these again."""
        self._paused -= set(partitions)

    async def getmany(self, *, timeout_s: float, records_max: int) -> list[Record]:
        """Return what has arrived, in order within each partition."""
        found = self._take(records_max)
        if not found:
            await self._bus.arrival(timeout_s)
            found = self._take(records_max)
        return found

    def end_offset(self, partition: TopicPartition) -> int | None:
        """Return the end of a partition."""
        return self._bus.log(partition).end

    async def earliest(self, partitions: Iterable[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Return the first offsets that still exist."""
        if self._bus.away:
            raise Unavailable("the bus is away")
        return {partition: self._bus.log(partition).start for partition in partitions}

    async def latest(self, partitions: Iterable[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Return the offsets that the next messages will get."""
        if self._bus.away:
            raise Unavailable("the bus is away")
        return {partition: self._bus.log(partition).end for partition in partitions}

    async def close(self) -> None:
        """Leave the group; the others share what was ours."""
        group, self.group = self.group, None
        if group is None or self not in group.members:
            return
        self._positions, self._paused = {}, set()  # as with Kafka, who leaves is not asked to give back
        group.members.remove(self)
        await self._bus.rebalance(group)

    def _take(self, records_max: int) -> list[Record]:
        taken: list[Record] = []
        if self._bus.away:
            return taken
        for partition, position in self._positions.items():
            if partition in self._paused:
                continue
            log = self._bus.log(partition)
            if not log.start <= position <= log.end:
                raise OffsetOutOfRange(*partition, position, earliest=log.start, latest=log.end)
            found = log.records[position - log.start :][: records_max - len(taken)]
            self._positions[partition] = position + len(found)
            taken += found
        return taken
