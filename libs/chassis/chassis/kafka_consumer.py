"""Reads from Kafka; positions are given from outside, Kafka's own committed offsets are never used."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
from aiokafka import TopicPartition as KafkaPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import IllegalStateError, NoOffsetForPartitionError, OffsetOutOfRangeError

from chassis.bus import Assigned, Revoked, TopicPartition
from chassis.errors import OffsetOutOfRange
from chassis.kafka_errors import translated
from contracts import Record

SESSION_TIMEOUT_MS = 6_000  # after a kill the shards wait this long for another member
HEARTBEAT_MS = 1_500
REBALANCE_TIMEOUT_MS = 12_000  # time for a batch in flight to end before its shard moves
JOIN_REQUEST_TIMEOUT_MS = 14_000  # the broker answers a join only when all members have joined
JOIN_TIMEOUT_S = 30.0
ASK_TIMEOUT_S = 5.0
CLOSE_TIMEOUT_S = 5.0
FETCH_WAIT_MS = 500
FETCH_BYTES_MAX = 16 * 1024 * 1024
PARTITION_BYTES_MAX = 2 * 1024 * 1024  # above the largest message, so that none can block its partition


class KafkaConsumer:
    """One aiokafka consumer, bounded in time and translated."""

    def __init__(self, client: AIOKafkaConsumer, options: dict[str, Any]) -> None:
        self._client = client
        self._options = options
        self.closed = False

    @classmethod
    async def joined(
        cls,
        options: dict[str, Any],
        group: str,
        topics: Sequence[str],
        *,
        on_assigned: Assigned,
        on_revoked: Revoked,
    ) -> "KafkaConsumer":
        """Join a group and wait for the first assignment."""
        client = _client(
            options,
            group_id=group,
            session_timeout_ms=SESSION_TIMEOUT_MS,
            heartbeat_interval_ms=HEARTBEAT_MS,
            rebalance_timeout_ms=REBALANCE_TIMEOUT_MS,
            partition_assignment_strategy=(RangePartitionAssignor,),
            request_timeout_ms=JOIN_REQUEST_TIMEOUT_MS,
        )
        consumer = cls(client, options)
        client.subscribe(list(topics), listener=_Listener(consumer, on_assigned, on_revoked))
        await consumer._start()
        return consumer

    @classmethod
    async def reading(cls, options: dict[str, Any], topics: Sequence[str]) -> "KafkaConsumer":
        """Take all partitions of some topics, alone."""
        client = _client(options, group_id=None)
        consumer = cls(client, options)
        client.subscribe(list(topics))  # not assign(): it spins silently when a topic may not be described
        await consumer._start()
        consumer.hold(consumer.assignment())
        return consumer

    def hold(self, partitions: Iterable[TopicPartition]) -> None:
        """Give partitions a position, so that aiokafka does not look for one, and fetch nothing from them."""
        for partition in partitions:
            self.seek(partition, 0)
        self.pause(partitions)

    def assignment(self) -> frozenset[TopicPartition]:
        """Return the partitions that are ours now."""
        return frozenset((found.topic, found.partition) for found in self._client.assignment())

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """Read on from here; ignored for a partition that is no longer ours."""
        with suppress(IllegalStateError):
            self._client.seek(KafkaPartition(*partition), offset)

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        """Fetch nothing from these until `resume`."""
        self._client.pause(*self._ours(partitions))

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        """Fetch from these again."""
        self._client.resume(*self._ours(partitions))

    async def getmany(self, *, timeout_s: float, records_max: int) -> list[Record]:
        """Return what has arrived, in order within each partition."""
        try:
            # aiokafka waits without a limit while its group is being rebalanced.
            found = await asyncio.wait_for(
                self._client.getmany(timeout_ms=round(timeout_s * 1000), max_records=records_max), timeout_s + 1
            )
        except TimeoutError:
            return []
        except NoOffsetForPartitionError:
            return []  # a partition of which we have not said yet where to read
        except OffsetOutOfRangeError as error:
            await self._check_range(error)
            return []
        except Exception as error:
            raise translated(error, self._options) from error
        return [_record(message) for messages in found.values() for message in messages]

    def end_offset(self, partition: TopicPartition) -> int | None:
        """Return the end of a partition as of the last answer of the broker."""
        try:
            end: int | None = self._client.highwater(KafkaPartition(*partition))
        except (IllegalStateError, AssertionError):
            return None
        return end

    async def earliest(self, partitions: Iterable[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Ask for the first offsets that still exist."""
        return await self._ask(self._client.beginning_offsets, partitions)

    async def latest(self, partitions: Iterable[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Ask for the offsets that the next messages will get."""
        return await self._ask(self._client.end_offsets, partitions)

    async def close(self) -> None:
        """Leave the group when the broker answers, and go in any case."""
        if self.closed:
            return
        self.closed = True
        try:
            await asyncio.wait_for(self._client.stop(), CLOSE_TIMEOUT_S)
        except Exception:  # noqa: BLE001 - it is of no use to us any more, whatever it says
            await _abandon(self._client)

    async def _start(self) -> None:
        try:
            await asyncio.wait_for(self._client.start(), JOIN_TIMEOUT_S)
        except BaseException as error:
            await self.close()
            if isinstance(error, Exception):
                raise translated(error, self._options) from error
            raise

    async def _ask(
        self,
        question: Callable[[list[KafkaPartition]], Awaitable[Mapping[KafkaPartition, int]]],
        partitions: Iterable[TopicPartition],
    ) -> dict[TopicPartition, int]:
        wanted = [KafkaPartition(*partition) for partition in partitions]
        if not wanted:
            return {}
        try:
            found = await asyncio.wait_for(question(wanted), ASK_TIMEOUT_S)
        except Exception as error:
            raise translated(error, self._options) from error
        return {(partition.topic, partition.partition): offset for partition, offset in found.items()}

    async def _check_range(self, error: OffsetOutOfRangeError) -> None:
        """Ask again before giving up: a broker that has just restarted may not know its own log yet."""
        for found, offset in dict(error.args[0]).items():
            partition = (found.topic, found.partition)
            earliest, latest = await self.earliest([partition]), await self.latest([partition])
            if not earliest[partition] <= offset <= latest[partition]:
                raise OffsetOutOfRange(
                    *partition, offset, earliest=earliest[partition], latest=latest[partition]
                ) from error

    def _ours(self, partitions: Iterable[TopicPartition]) -> list[KafkaPartition]:
        assigned = self._client.assignment()
        return [found for partition in partitions if (found := KafkaPartition(*partition)) in assigned]


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, consumer: KafkaConsumer, on_assigned: Assigned, on_revoked: Revoked) -> None:
        self._consumer = consumer
        self._on_assigned, self._on_revoked = on_assigned, on_revoked

    async def on_partitions_revoked(self, revoked: Iterable[KafkaPartition]) -> None:
        partitions = frozenset((found.topic, found.partition) for found in revoked)
        if partitions:
            await self._on_revoked(partitions)

    def on_partitions_assigned(self, assigned: Iterable[KafkaPartition]) -> None:
        # Not a coroutine: heartbeats have not started yet, and nothing may be fetched before the handler says where.
        partitions = frozenset((found.topic, found.partition) for found in assigned)
        self._consumer.hold(partitions)
        self._on_assigned(partitions)


def _client(options: dict[str, Any], *, group_id: str | None, **more: Any) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        **{
            **options,
            "group_id": group_id,
            "enable_auto_commit": False,
            "auto_offset_reset": "none",
            "fetch_max_wait_ms": FETCH_WAIT_MS,
            "fetch_max_bytes": FETCH_BYTES_MAX,
            "max_partition_fetch_bytes": PARTITION_BYTES_MAX,
            **more,
        }
    )


def _record(message: Any) -> Record:
    return Record(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value or b"",
        headers=message.headers,
        timestamp_us=message.timestamp * 1000,
    )


async def _abandon(client: AIOKafkaConsumer) -> None:
    """Cut a consumer off whose `stop` did not end."""
    tasks: list[asyncio.Task[None]] = []
    for owner, name in ((client._coordinator, "_coordination_task"), (client._fetcher, "_fetch_task")):  # noqa: SLF001
        task = getattr(owner, name, None)
        if task is not None:
            task.cancel()
            tasks.append(task)
    if tasks:
        await asyncio.wait(tasks, timeout=1)
    with suppress(Exception):
        await asyncio.wait_for(client._client.close(), 1)  # noqa: SLF001 - its own close() did not come to it
