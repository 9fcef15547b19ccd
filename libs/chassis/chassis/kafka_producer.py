"""Sends to Kafka: one batch per partition, shared by all who send at the same time.

A future per message costs aiokafka more than everything else together; here a round takes all that waits, makes one
batch of each partition and waits once. While a round is on its way the next one gathers.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaProducer

from chassis.bus import MESSAGE_BYTES_MAX, Outgoing, Sent, TopicPartition
from chassis.errors import Refused, Unavailable
from chassis.kafka_errors import translated
from contracts import partition_of

SEND_TIMEOUT_S = 6.0  # a broker that was killed is back within this, or the sender is told
START_TIMEOUT_S = 5.0
CLOSE_TIMEOUT_S = 2.0
_CANCELS = 8  # more than there are requests in flight, one per broker
BATCH_BYTES_MAX = 900_000  # the broker refuses a batch, not only a message, above 1,048,588 bytes
ROUND_BYTES_MAX = 16_000_000  # what one round may hold in memory twice
WAITING_BYTES_MAX = 64_000_000  # beyond it the sender is told that we are full


class _Ask:
    """What one caller wants sent."""

    def __init__(self, messages: Sequence[Outgoing], future: "asyncio.Future[list[Sent]]") -> None:
        self.messages = messages
        self.future = future
        self.bytes = sum(len(message.value) for message in messages)
        self.sent: list[Sent | None] = [None] * len(messages)
        self.error: Exception | None = None

    @property
    def acknowledged(self) -> bool:
        return None not in self.sent

    def settle(self) -> None:
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result([place for place in self.sent if place is not None])


_Place = tuple[_Ask, int]


class KafkaProducer:
    """An idempotent producer with acks from all; made anew after every failure."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._waiting: list[_Ask] = []
        self._waiting_bytes = 0
        self._rounds: asyncio.Task[None] | None = None
        self._client: AIOKafkaProducer | None = None
        self._abandoned: set[asyncio.Task[None]] = set()
        self._broken = False  # its sequence numbers have a gap: it must not be used again
        self._closed = False

    async def send_many(self, messages: Sequence[Outgoing]) -> list[Sent]:
        """Send all, in order within each partition, and wait until all are acknowledged."""
        if not messages:
            return []
        if self._closed:
            raise Unavailable("this producer is closed")
        if any(len(message.value) > MESSAGE_BYTES_MAX for message in messages):
            raise Refused("too_large", f"a message may have {MESSAGE_BYTES_MAX} bytes")
        ask = _Ask(messages, asyncio.get_running_loop().create_future())
        if self._waiting_bytes + ask.bytes > WAITING_BYTES_MAX and self._waiting:
            raise Unavailable("too much waits to be sent to Kafka")
        self._waiting.append(ask)
        self._waiting_bytes += ask.bytes
        if self._rounds is None or self._rounds.done():
            self._rounds = asyncio.create_task(self._send_rounds())
        return await ask.future

    async def close(self) -> None:
        """Let the round in flight end, then stop."""
        self._closed = True
        if self._rounds is not None:
            await asyncio.wait([self._rounds], timeout=SEND_TIMEOUT_S)
            self._rounds.cancel()
        client, self._client = self._client, None
        if client is not None:
            await abandon(client)
        if self._abandoned:
            await asyncio.wait(self._abandoned, timeout=CLOSE_TIMEOUT_S)

    async def _send_rounds(self) -> None:
        while self._waiting:
            asks = self._take_round()
            try:
                await asyncio.wait_for(self._send_round(asks), SEND_TIMEOUT_S)
            except Exception as error:  # noqa: BLE001 - told to everyone who waits for this round
                self._fail(asks, error)
            except BaseException:
                self._fail(asks, Unavailable("this producer is closing"))
                raise
            if self._broken:
                self._abandon_client()
            for ask in asks:
                ask.settle()

    def _take_round(self) -> list[_Ask]:
        taken, size = 0, 0
        for ask in self._waiting:
            if taken and size + ask.bytes > ROUND_BYTES_MAX:
                break
            taken, size = taken + 1, size + ask.bytes
        asks, self._waiting = self._waiting[:taken], self._waiting[taken:]
        self._waiting_bytes -= size
        return asks

    async def _send_round(self, asks: list[_Ask]) -> None:
        client = await self._connected()
        partitions: dict[str, frozenset[int]] = {}
        places: dict[TopicPartition, list[_Place]] = {}
        for ask in asks:
            try:
                for topic in {message.topic for message in ask.messages} - partitions.keys():
                    partitions[topic] = await self._partitions(client, topic)
                targets = [_target(message, partitions[message.topic]) for message in ask.messages]
            except Refused as error:
                ask.error = error
                continue
            for index, target in enumerate(targets):
                places.setdefault(target, []).append((ask, index))
        await asyncio.gather(*(self._send_partition(client, target, wanted) for target, wanted in places.items()))

    async def _send_partition(self, client: AIOKafkaProducer, target: TopicPartition, places: list[_Place]) -> None:
        """Send one partition's messages in as few batches as the broker takes."""
        topic, partition = target
        left = places
        while left:
            batch = client.create_batch()
            count = _fill(batch, left)
            try:
                delivered = await client.send_batch(batch, topic, partition=partition)
                base = (await delivered).offset
            except Exception as error:  # noqa: BLE001 - told to those whose messages were in it
                self._fail((ask for ask, _ in left), error)
                return
            for position, (ask, index) in enumerate(left[:count]):
                ask.sent[index] = Sent(partition, base + position if base >= 0 else -1)
            left = left[count:]

    async def _partitions(self, client: AIOKafkaProducer, topic: str) -> frozenset[int]:
        try:
            return frozenset(await client.partitions_for(topic))
        except Exception as error:
            raise translated(error, self._options) from error

    async def _connected(self) -> AIOKafkaProducer:
        if self._client is None:
            client = AIOKafkaProducer(
                **self._options, acks="all", enable_idempotence=True, max_batch_size=BATCH_BYTES_MAX, linger_ms=0
            )
            try:
                await asyncio.wait_for(client.start(), START_TIMEOUT_S)
            except BaseException as error:
                await abandon(client)
                if isinstance(error, Exception):
                    raise translated(error, self._options) from error
                raise
            self._client = client
        return self._client

    def _fail(self, asks: Iterable[_Ask], error: Exception) -> None:
        self._broken = True
        for ask in asks:
            if not ask.acknowledged:
                ask.error = ask.error or translated(error, self._options)

    def _abandon_client(self) -> None:
        client, self._client, self._broken = self._client, None, False
        if client is not None:
            task = asyncio.create_task(abandon(client))
            self._abandoned.add(task)
            task.add_done_callback(self._abandoned.discard)


def _target(message: Outgoing, numbers: frozenset[int]) -> TopicPartition:
    partition = message.partition
    if partition is None:
        partition = partition_of(message.key or b"", len(numbers))
    if partition not in numbers:
        raise Refused("unknown_topic", f"{message.topic} has no partition {partition}")
    return message.topic, partition


def _fill(batch: Any, places: list[_Place]) -> int:
    """Put as many messages into a batch as it takes, at least one."""
    for count, (ask, index) in enumerate(places):
        message = ask.messages[index]
        if batch.append(timestamp=None, key=message.key, value=message.value, headers=list(message.headers)) is None:
            return count
    return len(places)


async def abandon(client: AIOKafkaProducer) -> None:
    """Cut a producer off so that nothing of it can arrive later; its own `stop` waits for an absent broker for ever."""
    client._closed = True  # noqa: SLF001 - else it warns when collected, and its stop() would flush
    sender = client._sender.sender_task  # noqa: SLF001 - the only handle on its background task
    with suppress(Exception):
        await asyncio.wait_for(client.client.close(), CLOSE_TIMEOUT_S)
    for _ in range(_CANCELS):  # told to end, it waits for each request in flight; told again, it ends that one too
        if sender is not None and not sender.done():
            sender.cancel()
            await asyncio.wait([sender], timeout=CLOSE_TIMEOUT_S / _CANCELS)
