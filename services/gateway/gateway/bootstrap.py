"""Wires the gateway by hand: `python -m gateway.bootstrap serve|migrate|enrol|openapi`."""

import asyncio
import hashlib
import json
import secrets
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import httpx
import msgspec
from fastapi import APIRouter, FastAPI
from joserfc import jwk
from starlette.middleware import Middleware

from chassis import internal_tokens, logs, migrations, shipped, telemetry
from chassis.bus import Bus
from chassis.clock import Clock, SystemClock
from chassis.consumer import ShardedConsumer
from chassis.database import Database
from chassis.errors import Refused
from chassis.http import build_app
from chassis.kafka_bus import KafkaBus
from chassis.outbox import OutboxRelay
from chassis.service import Background, Service, main
from contracts import EVENT_TYPES, LAWS, TOPICS, Record, Tokeniser, admit
from contracts.schemas import schema_of
from gateway.domain.accounts import UserEnrolment
from gateway.domain.callers import Caller
from gateway.domain.clients import Enrolment
from gateway.inbound.callers import Doorkeeper
from gateway.inbound.console import BUILD, console_router
from gateway.inbound.description import describe
from gateway.inbound.http_accounts import accounts_router
from gateway.inbound.http_answers import answers_router
from gateway.inbound.http_contracts import contracts_router
from gateway.inbound.http_credit import credit_router
from gateway.inbound.http_events import PASSED_OVER_BYTES_MAX, events_router
from gateway.inbound.http_imports import imports_router
from gateway.inbound.http_oauth import oauth_router
from gateway.inbound.http_registry import registry_router
from gateway.inbound.http_session import session_router
from gateway.inbound.http_stream import stream_router
from gateway.inbound.http_views import alerts_router, organizations_router, status_router
from gateway.inbound.once import KINDS, AnsweredOnce
from gateway.inbound.topics import AdmissionShards, ViewShards
from gateway.outbound import admission, views
from gateway.outbound.access_tokens import AccessTokens, load_key
from gateway.outbound.accounts import StoredAccounts
from gateway.outbound.attempts import FailedAttempts
from gateway.outbound.clients import StoredClients
from gateway.outbound.event_topic import EventLog
from gateway.outbound.kept_answers import StoredAnswers
from gateway.outbound.ledger import AccessLedger
from gateway.outbound.live_feed import LiveFeed
from gateway.outbound.observing import LogEnds, Observer
from gateway.outbound.owned_shards import OwnedShards
from gateway.outbound.passwords import Argon2Passwords
from gateway.outbound.receipts import RecordedPlaces, StoredReceipts
from gateway.outbound.reckoning import StoredReckoning
from gateway.outbound.rejections import StoredRejections
from gateway.outbound.services import HttpServices
from gateway.outbound.sessions import StoredSessions, StoredSignIns
from gateway.outbound.spreadsheets import read_xlsx
from gateway.outbound.stream_log import StreamLog
from gateway.outbound.turns import IdentityTurns
from gateway.settings import GatewaySettings
from gateway.usecases.accept_events import Accepting
from gateway.usecases.admit_records import Admitted, admit_records
from gateway.usecases.enrol_accounts import enrol_accounts
from gateway.usecases.enrol_clients import enrol_clients
from gateway.usecases.resume_session import resume_session
from gateway.usecases.show_status import show_status
from gateway.usecases.sign_in import SigningIn

HEARD = tuple(topic.name for topic in TOPICS.all if topic.owner in TOPICS.departments)
SAID = ("monitor.alerts.v1",)
SESSION_ID_BYTES = 32  # 256 bits, out of reach of guessing


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The keys of the gateway."""

    access: jwk.ECKey
    internal: jwk.ECKey
    tokeniser: Tokeniser

    def fingerprints(self) -> bytes:
        """Derive the key of what tells whether two requests are the same."""
        return hashlib.sha256(b"kept answers:" + self.access.as_pem(private=True)).digest()


@dataclass(frozen=True, kw_only=True)
class Stores:
    """What the gateway keeps, and how it reaches what it does not keep."""

    receipts: StoredReceipts
    rejections: StoredRejections
    recorded: RecordedPlaces
    log: EventLog
    services: HttpServices
    feed: LiveFeed
    admission: ShardedConsumer
    views: ShardedConsumer


@contextmanager
def open_span(name: str, *, links: Iterable[str | None] = ()) -> Iterator[object]:
    """Open a span below the current one."""
    with telemetry.batch_span(name, links) as span:
        yield span


def wire(
    settings: GatewaySettings,
    *,
    bus: Bus,
    database: Database,
    clock: Clock,
    keys: Keys,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Service:
    """Put the gateway together on a bus and a database; `transport` stands in for the services behind it in tests."""
    services = _services(settings, clock, keys, transport)
    stores = _stores(bus, database, services)
    ends = LogEnds(bus, TOPICS)
    relay = OutboxRelay(database, bus)
    app = _app(stores, bus=bus, database=database, clock=clock, keys=keys, ends=ends, public_url=settings.public_url)

    async def let_followers_go() -> None:
        await app.state.draining.wait()
        await stores.feed.close()

    return Service(
        name=settings.service_name,
        app=app,
        parts=[
            database,
            ends,
            services,
            stores.log,
            Background("outbox relay", relay.run, relay.stop),
            Background("stream", stores.feed.run, stores.feed.close),
            Background("end of streams", let_followers_go),
            Background("views", stores.views.run, stores.views.stop),
            Background("admission", stores.admission.run, stores.admission.stop),
        ],
        host=settings.http_host,
        port=settings.http_port,
        drain_s=settings.drain_s,
    )


def _services(
    settings: GatewaySettings, clock: Clock, keys: Keys, transport: httpx.AsyncBaseTransport | None
) -> HttpServices:
    def sign(caller: Caller) -> str:
        principal = internal_tokens.Principal(
            caller.client_id, caller.kind, caller.department, roles=caller.roles, divisions=caller.divisions
        )
        return internal_tokens.sign(principal, keys.internal, clock=clock)

    urls = {
        "registry": settings.registry_url,
        "funds-monitor": settings.funds_monitor_url,
        "credit": settings.credit_url,
    }
    return HttpServices(urls, sign=sign, transport=transport)


def _stores(bus: Bus, database: Database, services: HttpServices) -> Stores:
    recorded = RecordedPlaces()
    feed = LiveFeed(StreamLog(database), database)
    admitting, viewing = OwnedShards(database, admission.CONSUMER), OwnedShards(database, views.CONSUMER)
    open_admission = admission.open_admission(admitting, recorded)

    async def admit_batch(shard: int, records: list[Record]) -> Admitted:
        return await admit_records(
            shard, records, admit=admit, topics=TOPICS, open_work=open_admission, open_span=open_span
        )

    admission_shards = AdmissionShards(
        take_shard=admitting.take, drop_shard=admitting.drop, admit_batch=admit_batch, open_span=open_span
    )
    view_shards = ViewShards(
        take_shard=viewing.take,
        drop_shard=viewing.drop,
        admit=admit,
        open_work=views.open_views(viewing),
        feed=feed,
        open_span=open_span,
    )
    return Stores(
        receipts=StoredReceipts(database, recorded),
        rejections=StoredRejections(database),
        recorded=recorded,
        log=EventLog(bus, TOPICS),
        services=services,
        feed=feed,
        admission=ShardedConsumer(bus, group=admission.CONSUMER, topics=HEARD, handler=admission_shards),
        views=ShardedConsumer(bus, group=views.CONSUMER, topics=SAID, handler=view_shards),
    )


def _app(
    stores: Stores,
    *,
    bus: Bus,
    database: Database,
    clock: Clock,
    keys: Keys,
    ends: LogEnds,
    public_url: str | None,
) -> FastAPI:
    tokens, people = AccessTokens(keys.access, clock=clock), _people(database, clock)
    observer = Observer(
        database=database,
        ends=ends,
        services=stores.services,
        admission=stores.admission,
        views=stores.views,
        feed=stores.feed,
        version=own_version(),
    )

    async def ready() -> Mapping[str, bool]:
        database_answers, kafka_answers, services = await asyncio.gather(
            database.ping(), bus.ping(), stores.services.all_ready()
        )
        consumers = {"admission": stores.admission.ready(), "views": stores.views.ready()}
        return {"postgresql": database_answers, "kafka": kafka_answers, **consumers, **services}

    app = build_app(
        "Qinglian",
        version=own_version(),
        routers=_routers(
            stores,
            database=database,
            clock=clock,
            keys=keys,
            tokens=tokens,
            people=people,
            observer=observer,
            ends=ends,
        ),
        ready=ready,
        kinds=KINDS,
        clock=clock,
        body_bytes_max=PASSED_OVER_BYTES_MAX,
        openapi_url="/v1/openapi.json",
    )
    # Appended: inside of the frame, which names requests, bounds bodies and answers errors.
    app.user_middleware.append(
        Middleware(AnsweredOnce, kept=StoredAnswers(database), clock=clock, secret=keys.fingerprints())
    )
    app.state.doorkeeper = Doorkeeper(
        tokens.read, partial(resume_session, sessions=people.sessions, clock=clock), clock, public_url
    )
    describe(app)
    return app


def _routers(
    stores: Stores,
    *,
    database: Database,
    clock: Clock,
    keys: Keys,
    tokens: AccessTokens,
    people: SigningIn,
    observer: Observer,
    ends: LogEnds,
) -> list[APIRouter]:
    leaning_on = Accepting(
        turns=IdentityTurns(),
        receipts=stores.receipts,
        rejections=stores.rejections,
        reckoning=StoredReckoning(database, ends, TOPICS),
        topic=stores.log,
        topics=TOPICS,
        clock=clock,
        open_span=open_span,
    )
    return [
        oauth_router(
            clients=StoredClients(database),
            attempts=FailedAttempts(clock),
            sign=tokens.sign,
            key_set=tokens.key_set,
        ),
        events_router(leaning_on=leaning_on, tokeniser=keys.tokeniser, topics=TOPICS, clock=clock),
        answers_router(receipts=stores.receipts, rejections=stores.rejections, services=stores.services),
        contracts_router(
            topics=TOPICS,
            event_types=EVENT_TYPES,
            laws=LAWS,
            read_schema=read_schema,
            tokeniser=keys.tokeniser,
            ledger=AccessLedger(database),
        ),
        session_router(leaning_on=people),
        accounts_router(accounts=people.accounts, passwords=people.passwords, clock=clock),
        alerts_router(services=stores.services),
        organizations_router(services=stores.services),
        registry_router(tokeniser=keys.tokeniser, services=stores.services),
        imports_router(read_xlsx=read_xlsx, tokeniser=keys.tokeniser, services=stores.services),
        credit_router(services=stores.services),
        stream_router(feed=stores.feed, clock=clock),
        status_router(read_status=partial(show_status, observe=observer.observe, topics=TOPICS)),
        console_router(find_build=find_console),
    ]


def _people(database: Database, clock: Clock) -> SigningIn:
    return SigningIn(
        accounts=StoredAccounts(database),
        sessions=StoredSessions(database),
        sign_ins=StoredSignIns(database),
        passwords=Argon2Passwords(),
        make_id=partial(secrets.token_urlsafe, SESSION_ID_BYTES),
        clock=clock,
    )


@lru_cache(maxsize=256)  # there are about seventy types
def read_schema(event_type: str) -> bytes:
    """Read the schema of an event type that is known."""
    return msgspec.json.encode(schema_of(EVENT_TYPES[event_type]))


@lru_cache(maxsize=1)
def own_version() -> str:
    """Return the version of what is running."""
    try:
        return version("qinglian")
    except PackageNotFoundError:
        return "0.0.0"


def find_console() -> Path | None:
    """Find what the console was built into; it may come while we run."""
    try:
        folder = shipped.path("gateway", BUILD)
    except FileNotFoundError:
        return None
    return folder if (folder / "index.html").is_file() else None


def load_keys(settings: GatewaySettings) -> Keys:
    """Read the keys.

    Raises: ValueError, naming the setting that is missing.
    """
    if settings.internal_private_key_file is None:
        raise ValueError("QINGLIAN_INTERNAL_PRIVATE_KEY_FILE is not set: no service would believe us")
    if settings.token_key_file is None:
        raise ValueError("QINGLIAN_TOKEN_KEY_FILE is not set: raw numbers could not be turned into tokens")
    return Keys(
        access=load_key(settings.access_private_key_file),
        internal=internal_tokens.load_private_key(settings.internal_private_key_file),
        tokeniser=Tokeniser(bytes.fromhex(settings.token_key_file.read_text().strip())),
    )


async def serve() -> Service:
    """Wire the real thing from the environment."""
    settings = GatewaySettings()
    logs.configure(settings.service_name, level=settings.log_level)
    telling = telemetry.configure(settings.service_name, settings.otlp_endpoint)
    bus = KafkaBus(settings)
    service = wire(settings, bus=bus, database=_database(settings), clock=SystemClock(), keys=load_keys(settings))
    return replace(service, parts=[telling, bus, *service.parts])


def migrate() -> None:
    """Bring the database to its newest shape."""
    migrations.upgrade(GatewaySettings().database_url.get_secret_value(), shipped.path("gateway", "migrations"))


class Enrolments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom the launcher makes known with each start."""

    clients: list[Enrolment] = []
    users: list[UserEnrolment] = []


def enrol() -> None:
    """Enrol clients and people from JSON on the standard input.

    `{"clients": [{"client_id", "client_secret", "kind": "department|staff|app", "department"?}],
    "users": [{"name", "password", "roles", "divisions"?}]}`
    """
    settings = GatewaySettings()

    async def enrolled(said: Enrolments) -> None:
        database, clock = _database(settings), SystemClock()
        await database.open()
        try:
            await enrol_clients(said.clients, clients=StoredClients(database))
            people = _people(database, clock)
            await enrol_accounts(said.users, accounts=people.accounts, passwords=people.passwords, clock=clock)
        finally:
            await database.close()

    try:
        said = msgspec.json.decode(sys.stdin.buffer.read(), type=Enrolments)
        asyncio.run(enrolled(said))
    except (ValueError, Refused) as error:  # msgspec's own errors are ValueErrors and never quote a value
        raise SystemExit(f"enrol: {error}") from error
    sys.stderr.write(f"{len(said.clients)} clients and {len(said.users)} people are enrolled\n")


def openapi() -> dict[str, Any]:
    """Return the description of the interface; nothing is opened for it."""
    settings = GatewaySettings()
    key = jwk.ECKey.generate_key("P-256")
    keys = Keys(access=key, internal=key, tokeniser=Tokeniser(bytes(32)))
    app = wire(settings, bus=KafkaBus(settings), database=_database(settings), clock=SystemClock(), keys=keys).app
    return app.openapi()


def write_openapi() -> None:
    """Write the description of the interface to the standard output; it is kept in `contracts/http`."""
    sys.stdout.write(json.dumps(openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def _database(settings: GatewaySettings) -> Database:
    return Database(
        settings.database_url.get_secret_value(),
        pool_max=settings.database_pool_max,
        application_name=settings.service_name,
    )


if __name__ == "__main__":
    main(sys.argv[1:], serve=serve, migrate=migrate, enrol=enrol, openapi=write_openapi)
