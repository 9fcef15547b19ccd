"""What a transaction wants to say, said after it is committed: table outbox and its relay."""

import asyncio
from collections.abc import Sequence

import asyncpg
import msgspec

from chassis import logs
from chassis.bus import Bus, Outgoing, Producer
from chassis.database import Connection, Database, ReadSession, WriteSession
from chassis.errors import Unavailable
from chassis.insisting import PARKED, Backoff, Ended, Insistence
from chassis.telemetry import meter

BATCH_MAX = 500  # one round to the broker and one DELETE
POLL_S = 1.0  # when a notification was lost; a working one arrives at once
LOCK_PAUSE_S = 1.0  # another process relays; it is asked again this often
_CHANNEL = "outbox"
_LOCK = 0x51_4C_4F  # one relay at a time per database, so that the order holds
_log = logs.get(__name__)
_sent = meter.create_counter("qinglian.outbox.sent", description="messages that the broker has acknowledged")
_Headers = list[tuple[str, bytes]]


async def add(session: WriteSession, messages: Sequence[Outgoing]) -> None:
    """Say these once the transaction is committed, in this order."""
    if not messages:
        return
    # WITH ORDINALITY keeps the order that ids are given in; the notification leaves with the commit.
    await session.run(
        "WITH added AS (INSERT INTO outbox (topic, partition, key, value, headers)"
        " SELECT topic, partition, key, value, headers"
        " FROM unnest($1::text[], $2::integer[], $3::bytea[], $4::bytea[], $5::bytea[])"
        " WITH ORDINALITY AS said (topic, partition, key, value, headers, place) ORDER BY place)"
        " SELECT pg_notify($6, '')",
        [message.topic for message in messages],
        [message.partition for message in messages],
        [message.key for message in messages],
        [message.value for message in messages],
        [msgspec.msgpack.encode(message.headers) for message in messages],
        _CHANNEL,
    )


async def backlog(session: ReadSession) -> int:
    """Count what is committed and not sent yet."""
    return int(await session.fetch_value("SELECT count(*) FROM outbox"))


class OutboxRelay:
    """Sends what is in the outbox, in order, for ever; one at a time works per database.

    A message is deleted after its acknowledgement: it may be sent twice, never lost. Consumers drop the second by id.
    """

    def __init__(self, database: Database, bus: Bus, *, backoff: Backoff | None = None) -> None:
        self._database, self._bus = database, bus
        self._producer: Producer | None = None
        self._news = asyncio.Event()
        self._stopping = asyncio.Event()
        self._insistence = Insistence(backoff or Backoff(), self._stopping, on_trouble=self._on_trouble)
        self._ended = asyncio.Event()
        self._ended.set()
        self.trouble = ""  # why nothing is sent just now, for status

    async def run(self) -> None:
        """Relay until cancelled or stopped; outages of broker and database are waited for."""
        self._stopping.clear()
        self._ended.clear()
        self._producer = self._bus.producer()
        try:
            while not self._stopping.is_set():
                try:
                    await self._insistence.until_done(self._relay)
                except Ended:
                    return
        finally:
            await self._producer.close()
            self._ended.set()

    async def stop(self) -> None:
        """Finish the batch in flight and end."""
        self._stopping.set()
        self._news.set()
        await self._ended.wait()

    async def backlog(self) -> int:
        """Count what is not sent yet.

        Raises: Unavailable.
        """
        async with self._database.read() as session:
            return await backlog(session)

    async def _relay(self) -> None:
        """Relay as long as one connection lives; its session holds the lock, and the rows are deleted through it."""
        async with self._database.dedicated() as connection:
            while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
                await self._insistence.pause(LOCK_PAUSE_S)
                if self._stopping.is_set():
                    return
            await connection.add_listener(_CHANNEL, lambda *_: self._news.set())
            while not self._stopping.is_set():
                self._news.clear()
                if not await self._send_some(connection):
                    self.trouble = ""
                    await self._wait_for_news()

    async def _send_some(self, connection: Connection) -> bool:
        rows = await connection.fetch(
            "SELECT id, topic, partition, key, value, headers FROM outbox ORDER BY id LIMIT $1", BATCH_MAX
        )
        if not rows:
            return False
        if self._producer is None:
            raise Unavailable("the relay is not running")
        await self._producer.send_many([_outgoing(row) for row in rows])
        await connection.execute("DELETE FROM outbox WHERE id = ANY($1::bigint[])", [row["id"] for row in rows])
        _sent.add(len(rows))
        self.trouble = ""
        return len(rows) == BATCH_MAX

    async def _wait_for_news(self) -> None:
        try:
            await asyncio.wait_for(self._news.wait(), POLL_S)
        except TimeoutError:
            return

    def _on_trouble(self, state: str, error: Exception, tries: int) -> None:
        self.trouble = str(error) if state != PARKED else type(error).__name__
        if state == PARKED:
            _log.error("a bug holds up the outbox; it is tried again", exc_info=error)
        elif tries == 0:
            _log.warning("the outbox waits", reason=str(error))


def _outgoing(row: asyncpg.Record) -> Outgoing:
    headers = msgspec.msgpack.decode(row["headers"], type=_Headers)
    return Outgoing(
        topic=row["topic"], partition=row["partition"], key=row["key"], value=row["value"], headers=tuple(headers)
    )
