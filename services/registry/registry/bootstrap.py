"""Wires the registry by hand: `python -m registry.bootstrap serve|migrate`."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from chassis import logs, migrations, shipped, telemetry
from chassis.bus import Bus
from chassis.clock import Clock, SystemClock
from chassis.consumer import ShardedConsumer
from chassis.database import Database
from chassis.http import build_app
from chassis.ids import new_id
from chassis.internal_tokens import load_public_keys
from chassis.kafka_bus import KafkaBus
from chassis.outbox import OutboxRelay
from chassis.service import Background, Service, main
from contracts import TOPICS
from registry.inbound.http import registry_router
from registry.inbound.http_imports import EXTRACT_BODY_BYTES_MAX, imports_router
from registry.inbound.http_writes import writes_router
from registry.inbound.topics import RegistryShards
from registry.outbound.fact_rows import FactShelf
from registry.outbound.import_rows import ImportShelf
from registry.outbound.own_work import OwnWork
from registry.outbound.shards import CONSUMER, Shards
from registry.outbound.tallies import Tallies
from registry.settings import RegistrySettings
from registry.usecases.show_status import show_status

HEARD_DEPARTMENT = "civil-affairs"


def wire(settings: RegistrySettings, *, bus: Bus, database: Database, clock: Clock) -> Service:
    """Put the registry together on a bus and a database."""
    shards = Shards(database)
    topics = [topic.name for topic in TOPICS.owned_by(HEARD_DEPARTMENT)]
    handler = RegistryShards(take_shard=shards.take, open_work=shards.open_work, drop_shard=shards.drop)
    consumer = ShardedConsumer(bus, group=CONSUMER, topics=topics, handler=handler)
    relay = OutboxRelay(database, bus)
    shelf, tallies = FactShelf(database), Tallies(database)

    async def ready() -> Mapping[str, bool]:
        return {"consumer": consumer.ready(), "postgresql": await database.ping(), "kafka": await bus.ping()}

    router = registry_router(
        load_facts=shelf.load_facts,
        load_page=shelf.load_page,
        read_status=partial(show_status, reading=consumer, load_tally=tallies.load_tally, outbox_backlog=relay.backlog),
        clock=clock,
    )
    open_work = OwnWork(database).open_work
    writes = writes_router(open_work=open_work, clock=clock, make_id=new_id)
    imports = imports_router(
        open_work=open_work, load_import=ImportShelf(database).load_import, clock=clock, make_id=new_id
    )
    keys = load_public_keys(settings.internal_public_key_file) if settings.internal_public_key_file else ()
    return Service(
        name=settings.service_name,
        app=build_app(
            "Qinglian registry",
            routers=[router, writes, imports],
            ready=ready,
            internal_keys=keys,
            clock=clock,
            body_bytes_max=EXTRACT_BODY_BYTES_MAX,
        ),
        parts=[
            database,
            Background("outbox relay", relay.run, relay.stop),
            Background("consumer", consumer.run, consumer.stop),
        ],
        host=settings.http_host,
        port=settings.http_port,
        drain_s=settings.drain_s,
    )


async def serve() -> Service:
    """Wire the real thing from the environment."""
    settings = RegistrySettings()
    logs.configure(settings.service_name, level=settings.log_level)
    telling = telemetry.configure(settings.service_name, settings.otlp_endpoint)
    bus = KafkaBus(settings)
    database = Database(
        settings.database_url.get_secret_value(),
        pool_max=settings.database_pool_max,
        application_name=settings.service_name,
    )
    service = wire(settings, bus=bus, database=database, clock=SystemClock())
    return replace(service, parts=[telling, bus, *service.parts])


def migrate() -> None:
    """Bring the database to its newest shape."""
    migrations.upgrade(RegistrySettings().database_url.get_secret_value(), shipped.path("registry", "migrations"))


if __name__ == "__main__":
    main(sys.argv[1:], serve=serve, migrate=migrate)
