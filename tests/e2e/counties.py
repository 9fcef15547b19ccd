"""Counties one after the other on one broker: the gateway stays, each county has a monitor that knows nothing yet.

What is complete never becomes incomplete again, so stories that end at different times need worlds of their own. A
broker for each would cost most of a minute; instead a county begins where the log ends just then, with an empty
database. The clock, the broker's too, stands behind the last day that anybody tells of.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from msgspec import structs
from pydantic import SecretStr

from chassis.bus import Consumer, TopicPartition
from chassis.clock import FixedClock
from chassis.kafka_bus import KafkaBus
from chassis.settings import ServiceSettings
from contracts import TOPICS, Record
from funds_monitor.bootstrap import HEARD, READ_WHOLE, assemble_engine
from gateway.settings import GatewaySettings
from qinglian.local import Infrastructure
from tests.builders.records import PARTITIONS, Json
from tests.e2e.door import Door, batches
from tests.integration.gateway.house import KEYS, SECRET, Behind, House, outgoing, running_gateway
from tests.integration.monitor.empty_store import empty_store
from tests.integration.monitor.running import Monitor, running_monitor

CLOCK = FixedClock(datetime(2028, 1, 1, tzinfo=UTC))
READ_BY_MONITOR = sorted({*(topic.name for topic in HEARD), *READ_WHOLE})
ALL_READ = 2**60  # an offset behind the end of any log
TROUBLES = ("refused", "parked", "conflicts", "pending", "rule_errors")  # of the monitor's status


class CountyConsumer:
    """A consumer to whom the log begins where the county did, and everything was appended when the clock stands."""

    def __init__(self, inner: Consumer, begins: Mapping[TopicPartition, int]) -> None:
        self._inner, self._begins = inner, begins

    def __getattr__(self, name: str) -> Any:
        """Give what is as it is."""
        return getattr(self._inner, name)

    async def getmany(self, *, timeout_s: float, records_max: int) -> list[Record]:
        """Return what has arrived."""
        found = await self._inner.getmany(timeout_s=timeout_s, records_max=records_max)
        return [structs.replace(record, timestamp_us=CLOCK.now_us()) for record in found]

    async def earliest(self, partitions: Iterable[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Say where the county begins."""
        return {place: self._begins[place] for place in partitions}


class CountyBus(KafkaBus):
    """Kafka as a county sees it."""

    def __init__(self, settings: ServiceSettings, begins: Mapping[TopicPartition, int]) -> None:
        super().__init__(settings)
        self._begins = begins

    async def join(self, group: str, topics: Sequence[str], **handlers: Any) -> Any:
        """Become a member of a group."""
        return CountyConsumer(await super().join(group, topics, **handlers), self._begins)

    async def read(self, topics: Sequence[str]) -> Any:
        """Read all partitions of some topics."""
        return CountyConsumer(await super().read(topics), self._begins)


class BehindMonitor(Behind):
    """The monitor of the county speaks for itself; registry and credit are not there, and have read everything."""

    def __init__(self, monitor_url: str) -> None:
        super().__init__()
        self.monitor: httpx.ASGITransport | None = None
        self._port = httpx.URL(monitor_url).port
        places = [(topic.name, partition) for topic in TOPICS.all for partition in range(PARTITIONS)]
        rows = [{"topic": topic, "partition": partition, "next_offset": ALL_READ} for topic, partition in places]
        self.answers["/status"] = {"ready": True, "quiet": True, "partitions": rows}

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        if self.monitor is not None and request.url.port == self._port:
            return await self.monitor.handle_async_request(request)
        return super().__call__(request)


@dataclass
class County:
    """A gateway, and a monitor that knows what was told since the county began."""

    infrastructure: Infrastructure
    house: House
    door: Door
    monitor: Monitor

    async def send(self, events: Sequence[Json]) -> None:
        """Send as departments do, the register first; the credit service, which is none, writes to its own topic."""
        for department in sorted(TOPICS.departments, key=lambda name: name != "civil-affairs"):
            its = [each for each in events if each["source"].startswith(f"/{department}/")]
            for batch in batches({name: part for name, part in each.items() if name[0] != "_"} for each in its):
                await self.door.send_until_accepted(batch, client=department)
        listed = [each for each in events if each["source"].startswith("/credit/")]
        await self.house.produce(self.infrastructure, *outgoing(listed), department="credit")

    async def alerts(self, code: str, rule: str) -> list[Json]:
        """Ask for the open alerts of a rule about an organization."""
        return await self.door.every_alert(organization=code, rule=rule, state="open")

    async def waits(self, code: str, rule: str) -> set[str]:
        """Ask for the topics that a rule waits for with an organization."""
        answer = await self.door.get(f"/v1/organizations/{code}/waiting")
        answer.raise_for_status()
        return {each["topic"] for each in answer.json()["items"] if each["rule"] == rule}

    async def troubles(self) -> Json:
        """Ask for what the monitor turned away or could not judge."""
        status = await self.monitor.ask("/status")
        return {name: status[name] for name in TROUBLES if status[name]}


class Counties:
    """Lets counties begin."""

    def __init__(self, infrastructure: Infrastructure, house: House, door: Door, behind: BehindMonitor) -> None:
        self._infrastructure, self._house, self._door, self._behind = infrastructure, house, door, behind
        self._settings = ServiceSettings(
            kafka_bootstrap=infrastructure.kafka_bootstrap,
            kafka_username="funds-monitor",
            kafka_password=SecretStr(infrastructure.kafka_password("funds-monitor")),
        )

    @asynccontextmanager
    async def begin(self, folder: Path) -> AsyncIterator[County]:
        """Let a county live as long as this block; its monitor knows nothing of what was told before."""
        bus = CountyBus(self._settings, await _ends(self._settings))
        async with (
            empty_store(self._infrastructure) as make,
            running_monitor(bus, make(), folder, assemble=assemble_engine, clock=CLOCK, key=KEYS.internal) as monitor,
        ):
            self._behind.monitor = monitor.door
            yield County(self._infrastructure, self._house, self._door, monitor)
            self._behind.monitor = None
        await bus.close()


@asynccontextmanager
async def running_counties(infrastructure: Infrastructure, settings: GatewaySettings) -> AsyncIterator[Counties]:
    """Run the gateway on a broker that nobody has used before; a county's monitor runs while it lasts."""
    behind = BehindMonitor(settings.funds_monitor_url)
    clients = {name: {"client_id": name, "client_secret": SECRET} for name in ("staff", *TOPICS.departments)}
    bus = CountyBus(settings, {(topic.name, partition): 0 for topic in TOPICS.all for partition in range(PARTITIONS)})
    async with (
        running_gateway(settings, bus=bus, clock=CLOCK, behind=behind) as house,
        Door(str(house.http.base_url), {"clients": clients}) as door,
    ):
        yield Counties(infrastructure, house, door, behind)


async def _ends(settings: ServiceSettings) -> Mapping[TopicPartition, int]:
    """Ask where the topics end that a monitor reads."""
    bus = KafkaBus(settings)
    try:
        consumer = await bus.read(READ_BY_MONITOR)
        return await consumer.latest(consumer.assignment())
    finally:
        await bus.close()
