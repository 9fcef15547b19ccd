"""Looks at everything once, for status: the services, our own consumers, what was heard, the ends of the log."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from chassis import outbox
from chassis.bus import Bus, Consumer, TopicPartition
from chassis.database import Database
from chassis.errors import Refused, Unavailable
from contracts import Topics
from gateway.domain.admitting import Heard
from gateway.domain.callers import Caller
from gateway.domain.calm import Look, Stage, stage_of, warning_of
from gateway.outbound.count_rows import load_differences
from gateway.outbound.rounds import Rounds
from gateway.outbound.services import HttpServices, Readiness
from gateway.usecases.ports import Observed, ServiceState

ASKS_MAX = 512
ENDS_TIMEOUT_S = 5.0
OURSELVES = Caller("gateway", "staff")


class Reading(Protocol):
    """A consumer of ours."""

    def ready(self) -> bool:
        """Say whether all its shards are being read."""
        ...

    def positions(self) -> Mapping[TopicPartition, int]:
        """Give the next offset of each partition."""
        ...


class Feed(Protocol):
    """The stream, as far as it was handed out."""

    def handed_out(self) -> int | None:
        """Give the number of the last entry that followers have got."""
        ...


class LogEnds:
    """Asks the broker how far the log goes."""

    def __init__(self, bus: Bus, topics: Topics) -> None:
        self._bus = bus
        self._topics = [topic.name for topic in topics.all]
        self._consumer: Consumer | None = None
        self._rounds: Rounds[None, Mapping[TopicPartition, int]] = Rounds(self._look, asks_max=ASKS_MAX)

    async def open(self) -> None:
        """Do nothing: it connects with the first question."""

    async def close(self) -> None:
        """Let go of the connection."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            await consumer.close()

    async def load(self) -> Mapping[TopicPartition, int]:
        """Give the end of every partition; who asks at the same time shares the answer.

        Raises: Unavailable.
        """
        return await self._rounds.ask(None)

    async def _look(self, _asks: Sequence[None]) -> Mapping[TopicPartition, int]:
        try:
            if self._consumer is None:
                self._consumer = await self._bus.read(self._topics)
            return await asyncio.wait_for(self._consumer.latest(self._consumer.assignment()), ENDS_TIMEOUT_S)
        except (Unavailable, TimeoutError) as error:
            await self.close()
            raise Unavailable("the broker does not tell the ends of its log") from error


class Observer:
    """Looks; who asks while it looks waits for the next look, so that no answer is older than its question."""

    def __init__(
        self,
        *,
        database: Database,
        ends: LogEnds,
        services: HttpServices,
        admission: Reading,
        views: Reading,
        feed: Feed,
        version: str,
    ) -> None:
        self._database, self._ends, self._services = database, ends, services
        self._own = {"gateway-admission": admission, "gateway-views": views}
        self._feed = feed
        self._version = version
        self._rounds: Rounds[None, Observed] = Rounds(self._look, asks_max=ASKS_MAX)

    async def observe(self) -> Observed:
        """Look at everything.

        Raises: Unavailable when broker or database do not answer.
        """
        return await self._rounds.ask(None)

    async def _look(self, _asks: Sequence[None]) -> Observed:
        names = self._services.names
        # Positions first, what they led to afterwards: in the other order an event could slip between the two.
        said = await asyncio.gather(*(self._said(name) for name in names))
        own = {name: (each.ready(), dict(each.positions())) for name, each in self._own.items()}
        async with self._database.read() as session:
            backlog = await outbox.backlog(session)
            told = int(await session.fetch_value("SELECT sequence FROM stream_counter"))
            rows = await session.fetch("SELECT source, topic, last_event_us, last_seen_us, events FROM sources")
            differences = await load_differences(session)
        ends = await self._ends.load()
        readiness = await asyncio.gather(*(self._services.readiness(name) for name in names))
        stages = [stage_of(name, said[at], ready=readiness[at].ready) for at, name in enumerate(names)]
        stages += [Stage(name, ready, positions) for name, (ready, positions) in own.items()]
        stages.append(Stage("gateway", ready=True, outbox_backlog=backlog, busy=self._feed.handed_out() != told))
        monitor = dict(zip(names, said, strict=True)).get("funds-monitor") or {}
        return Observed(
            look=Look(ends, stages),
            services=self._states(readiness),
            monitor=monitor,
            heard=[Heard(*row) for row in rows],
            warnings=[each for name, row in zip(names, said, strict=True) if (each := warning_of(name, row))],
            differences=differences,
        )

    def _states(self, readiness: Sequence[Readiness]) -> list[ServiceState]:
        states = [ServiceState(name, *each) for name, each in zip(self._services.names, readiness, strict=True)]
        return [*states, ServiceState("gateway", all(each.ready() for each in self._own.values()), self._version)]

    async def _said(self, name: str) -> dict[str, Any] | None:
        try:
            said: dict[str, Any] = await self._services.get(name, "/status", caller=OURSELVES)
        except (Unavailable, Refused):
            return None
        return said
