"""The gateway on real Kafka and PostgreSQL; the services behind it are told by the test."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any

import httpx
import uvicorn
from joserfc.jwk import ECKey
from pydantic import SecretStr

from chassis import migrations, shipped
from chassis.bus import Bus, Outgoing
from chassis.clock import Clock, SystemClock
from chassis.database import Database
from chassis.kafka_bus import KafkaBus
from contracts import CLOUDEVENTS_HEADERS, TOPICS, Record, Tokeniser
from gateway.bootstrap import Keys, wire
from gateway.domain.accounts import UserEnrolment
from gateway.domain.clients import Enrolment
from gateway.outbound.accounts import StoredAccounts
from gateway.outbound.clients import StoredClients
from gateway.outbound.passwords import Argon2Passwords
from gateway.settings import GatewaySettings
from gateway.usecases.enrol_accounts import enrol_accounts
from gateway.usecases.enrol_clients import enrol_clients
from tests.builders.codes import code_of
from tests.builders.events import Desk
from tests.builders.records import Json, Log, topic_of

SINGLE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
WAIT_S = 30.0  # a group's first join takes seconds
DEPARTMENTS = tuple(TOPICS.departments)
KEYS = Keys(
    access=ECKey.generate_key("P-256"),
    internal=ECKey.generate_key("P-256"),
    tokeniser=Tokeniser(b"k" * 32),
)
SECRET = secrets.token_urlsafe(32)


class QuietServer(uvicorn.Server):
    """uvicorn that leaves signals to pytest."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class Behind:
    """The services behind the gateway: each answers what a test put here, and that it is ready."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {"/events/status": {"status": "unknown", "alerts": []}}
        self.away: set[str] = set()
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.asked.append(request)
        if request.url.path in self.away:
            raise httpx.ConnectError("away")
        if request.url.path == "/readyz":
            return httpx.Response(200, json={"ready": True, "version": "1.2.3"})
        if request.url.path not in self.answers:
            return httpx.Response(404, json={"code": "not_found"})
        return httpx.Response(200, json=self.answers[request.url.path])


class House:
    """A running gateway, and who talks to it."""

    def __init__(self, http: httpx.AsyncClient, behind: Behind, settings: GatewaySettings, database: Database) -> None:
        self.http, self.behind = http, behind
        self.settings, self.database = settings, database
        self._tokens: dict[str, str] = {}

    async def token(self, client: str) -> str:
        """Get an access token, once."""
        if client not in self._tokens:
            form = {"grant_type": "client_credentials", "client_id": client, "client_secret": SECRET}
            answer = await self.http.post("/v1/oauth/token", data=form)
            assert answer.status_code == 200, answer.text
            self._tokens[client] = answer.json()["access_token"]
        return self._tokens[client]

    async def headers(self, client: str) -> dict[str, str]:
        """Say who is asking."""
        return {"authorization": f"Bearer {await self.token(client)}"}

    async def sign_in(self, user: str, password: str = SECRET) -> httpx.Response:
        """Ask for a session."""
        answer = await self.http.post("/v1/session", json={"username": user, "password": password})
        self.http.cookies.clear()
        return answer

    async def person(self, user: str, password: str = SECRET) -> dict[str, str]:
        """Say which person is asking."""
        answer = await self.sign_in(user, password)
        assert answer.status_code == 200, answer.text
        cookie = answer.headers["set-cookie"].partition(";")[0]
        return {"cookie": cookie, "x-csrf-token": answer.json()["csrf_token"]}

    async def send(self, *events: Json, client: str = "finance", query: str = "") -> httpx.Response:
        """Send a batch."""
        headers = await self.headers(client) | {"content-type": BATCH}
        return await self.http.post(f"/v1/events{query}", content=encoded(list(events)), headers=headers)

    async def send_raw(self, body: bytes, *, client: str = "finance", content_type: str = SINGLE, **more: str) -> Any:
        """Send bytes as they are."""
        headers = await self.headers(client) | {"content-type": content_type} | more
        return await self.http.post("/v1/events", content=body, headers=headers)

    async def get(self, path: str, *, client: str = "finance", **query: object) -> httpx.Response:
        """Ask."""
        params = {name: str(value) for name, value in query.items()}
        return await self.http.get(path, params=params, headers=await self.headers(client))

    async def where(self, event: Json, *, client: str = "finance") -> Json:
        """Ask where an event is."""
        answer = await self.get("/v1/events", client=client, source=event["source"], id=event["id"])
        return {"http": answer.status_code, **answer.json()}

    async def produce(self, infrastructure: Any, *messages: Outgoing, department: str = "finance") -> None:
        """Write to Kafka as a department does, past the door."""
        password = SecretStr(infrastructure.kafka_password(department))
        bus = KafkaBus(self.settings.model_copy(update={"kafka_username": department, "kafka_password": password}))
        try:
            await bus.producer().send_many(messages)
        finally:
            await bus.close()

    async def records(self, topic: str, settings: GatewaySettings | None = None) -> list[Record]:
        """Read a whole topic."""
        bus = KafkaBus(settings or self.settings)
        try:
            consumer = await bus.read([topic])
            assignment = consumer.assignment()
            ends = await consumer.latest(assignment)
            for place in assignment:
                consumer.seek(place, 0)
            consumer.resume(assignment)
            found: list[Record] = []
            while len(found) < sum(ends.values()):
                found += await consumer.getmany(timeout_s=0.2, records_max=1_000)
            return found
        finally:
            await bus.close()

    async def rejected(self, event: Json, *, client: str = "finance") -> list[Json]:
        """List the refusals of one event."""
        answer = await self.get("/v1/events/rejected", client=client, limit=200)
        return [item for item in answer.json()["items"] if item["id"] == event["id"]]


@asynccontextmanager
async def running_gateway(
    settings: GatewaySettings, *, bus: Bus | None = None, clock: Clock | None = None, behind: Behind | None = None
) -> AsyncIterator[House]:
    """Run the gateway's parts and serve it on a port of its own."""
    bus, clock, behind = bus or KafkaBus(settings), clock or SystemClock(), behind or Behind()
    database, transport = Database(settings.database_url.get_secret_value()), httpx.MockTransport(behind)
    service = wire(settings, bus=bus, database=database, clock=clock, keys=KEYS, transport=transport)
    for part in service.parts:
        await part.open()
    server = QuietServer(uvicorn.Config(service.app, host="127.0.0.1", port=0, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    await until(partial(_started, server))
    port = server.servers[0].sockets[0].getsockname()[1]
    client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30)
    try:
        house = House(client, behind, settings, database)
        # A broker that has only just started may need longer for its first record than the door waits.
        await until(partial(_accepts, house, a_payment()))
        yield house
    finally:
        service.app.state.draining.set()
        await client.aclose()
        server.should_exit = True
        await serving
        for part in reversed(service.parts):
            await part.close()
        await bus.close()


def settings_for(infrastructure: Any) -> GatewaySettings:
    """Tell the gateway what the launcher would; bring its database to its newest shape and enrol clients."""
    url = infrastructure.database_url("gateway")
    migrations.upgrade(url, shipped.path("gateway", "migrations"))
    settings = GatewaySettings(
        database_url=SecretStr(url),
        kafka_bootstrap=infrastructure.kafka_bootstrap,
        kafka_username="gateway",
        kafka_password=SecretStr(infrastructure.kafka_password("gateway")),
    )
    asyncio.run(_enrol(url))
    return settings


async def _enrol(url: str) -> None:
    database = Database(url)
    await database.open()
    enrolments = [Enrolment(name, SECRET, "department", name) for name in DEPARTMENTS]
    enrolments += [Enrolment("staff", SECRET, "staff"), Enrolment("app", SECRET, "app")]
    await enrol_clients(enrolments, clients=StoredClients(database))
    people = [UserEnrolment(name, SECRET, (name,)) for name in ("handler", "auditor", "admin")]
    await enrol_accounts(people, accounts=StoredAccounts(database), passwords=Argon2Passwords(), clock=SystemClock())
    await database.close()


async def until(holds: Callable[[], Awaitable[bool]], *, wait_s: float = WAIT_S) -> None:
    """Wait for something, with an end."""
    async with asyncio.timeout(wait_s):
        while not await holds():  # noqa: ASYNC110 - what we wait for is in another process
            await asyncio.sleep(0.05)


async def _accepts(house: House, event: Json) -> bool:
    return (await house.send(event)).status_code == httpx.codes.ACCEPTED


async def _started(server: uvicorn.Server) -> bool:
    return bool(server.started)


def encoded(content: Any) -> bytes:
    """Write JSON."""
    return json.dumps(content, ensure_ascii=False).encode()


def outgoing(events: Sequence[Json], **changed: Any) -> list[Outgoing]:
    """Turn events into messages as a department's own producer sends them."""
    return [
        Outgoing(topic_of(event), record.value, **({"key": record.key} | changed), headers=CLOUDEVENTS_HEADERS)
        for event in events
        for record in Log().append(event)
    ]


def some_code() -> str:
    """Give the credit code of an organization that nobody used yet."""
    return code_of(secrets.randbelow(1_000_000))


def some_desk() -> Desk:
    """Give a desk whose identities nobody used yet."""
    return Desk(secrets.token_hex(8))


def a_payment(**data: Any) -> Json:
    """Give a valid payment of an organization of its own."""
    return some_desk().payment(data.pop("code", None) or some_code(), "2026-03-02", amount_fen=1_000, **data)
