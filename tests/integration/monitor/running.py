"""The whole monitor in this process, with the toy engine or the real one: fed by topics, asked over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from joserfc.jwk import ECKey

from chassis.bus import Bus, Outgoing
from chassis.clock import Clock, SystemClock
from chassis.database import Database
from chassis.internal_tokens import Principal, sign
from contracts import CLOUDEVENTS_HEADERS
from funds_monitor.bootstrap import PARTITIONS, Assemble, wire
from funds_monitor.domain.outcome import CompletenessChange
from funds_monitor.settings import MonitorSettings
from tests.builders.records import COMPLETED, Json, topic_of
from tests.unit.monitor_shell.toy_engine import ToyEngine

QUIET_TIMEOUT_S = 60.0
POLL_S = 0.05
STAFF = Principal("staff", "staff")


def toy(number: int, _rules: Any, _book: Any, completeness: Iterable[CompletenessChange]) -> ToyEngine:
    """Assemble the toy instead of the engine."""
    return ToyEngine(number, completeness)


def outgoing(events: Iterable[Json]) -> Iterator[Outgoing]:
    """Give the messages that a department sends; a declaration goes to every partition."""
    for event in events:
        value = json.dumps({name: part for name, part in event.items() if not name.startswith("_")}).encode()
        topic, key = topic_of(event), str(event.get("subject") or event["source"]).encode()
        partitions: list[int | None] = [None]
        if event["type"].endswith(COMPLETED):
            partitions = [event["_partition"]] if "_partition" in event else list(range(PARTITIONS))
        for partition in partitions:
            yield Outgoing(topic=topic, value=value, key=key, partition=partition, headers=CLOUDEVENTS_HEADERS)


@dataclass
class Monitor:
    """A running monitor."""

    bus: Bus
    door: httpx.ASGITransport
    http: httpx.AsyncClient
    key: ECKey
    clock: Clock

    async def send(self, *events: Json) -> None:
        """Send as departments do."""
        producer = self.bus.producer()
        await producer.send_many(list(outgoing(events)))
        await producer.close()

    async def get(self, path: str, *, caller: Principal = STAFF, **query: Any) -> httpx.Response:
        """Ask as the gateway does."""
        headers = {"authorization": f"Bearer {sign(caller, self.key, clock=self.clock)}"}
        return await self.http.get(path, params=query, headers=headers)

    async def ask(self, path: str, *, caller: Principal = STAFF, **query: Any) -> Any:
        """Ask, and expect an answer."""
        answer = await self.get(path, caller=caller, **query)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.json()

    async def until_applied(self, *events: Json) -> Json:
        """Wait until events have taken effect and nothing is left to do."""
        async with asyncio.timeout(QUIET_TIMEOUT_S):
            for event in events:
                while True:
                    found = await self._poll("/events/status", source=event["source"], id=event["id"])
                    if found["status"] != "unknown":
                        break
                    await asyncio.sleep(POLL_S)
            while True:
                status = await self._poll("/status")
                if status["quiet"]:
                    return status
                await asyncio.sleep(POLL_S)

    async def _poll(self, path: str, **query: Any) -> Json:
        """Ask until there is an answer: while connections break, "unavailable" is the right one."""
        while True:
            answer = await self.get(path, **query)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                assert answer.status_code == httpx.codes.OK, answer.text
                found: Json = answer.json()
                return found
            await asyncio.sleep(POLL_S)


@asynccontextmanager
async def running_monitor(
    bus: Bus,
    database: Database,
    folder: Path,
    *,
    assemble: Assemble = toy,
    clock: Clock | None = None,
    key: ECKey | None = None,
) -> AsyncIterator[Monitor]:
    """Open the monitor's parts, and close them in reverse; it believes who signs with the key."""
    key = key or ECKey.generate_key("P-256")
    public = folder / "internal.pem"
    public.write_bytes(key.as_pem(private=False))
    settings = MonitorSettings(internal_public_key_file=public)
    clock = clock or SystemClock()
    service = wire(settings, bus=bus, database=database, clock=clock, assemble=assemble)
    opened = []
    try:
        for part in service.parts:
            await part.open()
            opened.append(part)
        door = httpx.ASGITransport(app=service.app)
        async with httpx.AsyncClient(transport=door, base_url="http://monitor") as http:
            yield Monitor(bus, door, http, key, clock)
    finally:
        for part in reversed(opened):
            await part.close()
