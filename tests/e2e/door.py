"""What a department, an app or a staff member would write to talk to the platform: HTTP, Kafka, the stream."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import Any, Self

import httpx
from aiokafka import AIOKafkaProducer

BATCH = "application/cloudevents-batch+json"
SINGLE = "application/cloudevents+json"
BATCH_EVENTS_MAX = 1_000
QUIET_TIMEOUT_S = 300.0

Json = dict[str, Any]


class Door:
    """The gateway as one client sees it."""

    def __init__(self, gateway: str, credentials: Json) -> None:
        self.credentials = credentials
        self.http = httpx.AsyncClient(base_url=gateway, timeout=60)
        self._tokens: dict[str, tuple[str, float]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def token(self, client: str) -> str:
        known = self._tokens.get(client)
        if known and known[1] > time.monotonic():
            return known[0]
        account = self.credentials["clients"][client]
        form = {
            "grant_type": "client_credentials",
            "client_id": account["client_id"],
            "client_secret": account["client_secret"],
        }
        answer = await self.http.post("/v1/oauth/token", data=form)
        answer.raise_for_status()
        self._tokens[client] = (answer.json()["access_token"], time.monotonic() + answer.json()["expires_in"] - 60)
        return self._tokens[client][0]

    async def headers(self, client: str) -> dict[str, str]:
        return {"authorization": f"Bearer {await self.token(client)}"}

    async def send(self, events: Sequence[Json], *, client: str, query: str = "") -> httpx.Response:
        headers = await self.headers(client) | {"content-type": BATCH}
        return await self.http.post(f"/v1/events{query}", content=json.dumps(list(events)), headers=headers)

    async def send_raw(self, body: bytes, *, client: str, content_type: str = SINGLE) -> httpx.Response:
        headers = await self.headers(client) | {"content-type": content_type}
        return await self.http.post("/v1/events", content=body, headers=headers)

    async def send_until_accepted(self, events: Sequence[Json], *, client: str, timeout_s: float = 120) -> list[Json]:
        """Send as a careful partner does: on 503 or a broken connection the same ids again."""
        until = time.monotonic() + timeout_s
        while True:
            with contextlib.suppress(httpx.TransportError):
                answer = await self.send(events, client=client)
                if answer.status_code == httpx.codes.ACCEPTED:
                    receipts: list[Json] = answer.json()["receipts"]
                    return receipts
                if answer.status_code not in {429, 500, 502, 503, 504}:
                    raise AssertionError(f"{answer.status_code}: {answer.text[:2000]}")
            if time.monotonic() > until:
                raise AssertionError("not accepted in time")
            await asyncio.sleep(0.2)

    async def get(self, path: str, *, client: str = "staff", **query: object) -> httpx.Response:
        return await self.http.get(
            path, params={k: str(v) for k, v in query.items()}, headers=await self.headers(client)
        )

    async def every_alert(self, **filters: object) -> list[Json]:
        alerts: list[Json] = []
        cursor: dict[str, object] = {}
        while True:
            answer = await self.get("/v1/alerts", limit=200, **filters, **cursor)
            answer.raise_for_status()
            alerts += answer.json()["items"]
            if not answer.json()["next"]:
                return alerts
            cursor = {"cursor": answer.json()["next"]}

    async def until_quiet(self, timeout_s: float = QUIET_TIMEOUT_S) -> Json:
        """Wait until every stage has worked off what it was given; twice in a row, for stages feed each other."""
        until, calm = time.monotonic() + timeout_s, 0
        status: Json = {}
        while calm < 2:
            with contextlib.suppress(httpx.TransportError):
                answer = await self.get("/v1/status")
                status = answer.json() if answer.status_code == httpx.codes.OK else {}
                calm = calm + 1 if status.get("quiet") else 0
            if time.monotonic() > until:
                raise AssertionError(f"not quiet after {timeout_s} s: {status}")
            await asyncio.sleep(0.3)
        return status

    async def stream(self, *, last_event_id: str | None = None) -> AsyncIterator[Json]:
        """Alerts as they are told, each with the sequence number that resumes after it."""
        headers = await self.headers("staff")
        if last_event_id is not None:
            headers["last-event-id"] = last_event_id
        async with self.http.stream("GET", "/v1/stream", headers=headers, timeout=None) as answer:
            answer.raise_for_status()
            event: Json = {}
            async for line in answer.aiter_lines():
                field, _, value = line.partition(":")
                if not line:
                    if "data" in event:
                        yield event | {"data": json.loads(event["data"])}
                    event = {}
                elif field in {"id", "event", "data"}:
                    event[field] = value.strip()


def batches(events: Iterable[Json], size: int = BATCH_EVENTS_MAX) -> Iterator[list[Json]]:
    batch: list[Json] = []
    for event in events:
        batch.append(event)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def producer_of(credentials: Json, department: str) -> AIOKafkaProducer:
    """A department's own Kafka producer, as its programmers would configure it."""
    kafka = credentials["kafka"]
    return AIOKafkaProducer(
        bootstrap_servers=kafka["bootstrap"],
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=department,
        sasl_plain_password=kafka["users"][department],
        acks="all",
        enable_idempotence=True,
    )


@contextlib.asynccontextmanager
async def own_producer(credentials: Json, department: str) -> AsyncIterator[AIOKafkaProducer]:
    """Open a department's producer and close it again."""
    producer = producer_of(credentials, department)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def produce(producer: AIOKafkaProducer, topic: str, events: Iterable[Json]) -> None:
    """Structured CloudEvents keyed by subject; the client's default partitioner is Kafka's murmur2."""
    pending = []
    for event in events:
        key = event.get("subject") or event["source"]
        headers = [("content-type", SINGLE.encode())]
        pending.append(await producer.send(topic, json.dumps(event).encode(), key=key.encode(), headers=headers))
    await asyncio.gather(*pending)
