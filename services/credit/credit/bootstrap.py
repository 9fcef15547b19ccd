"""Wires credit by hand: `python -m credit.bootstrap serve|migrate`."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial

from chassis import logs, migrations, shipped, telemetry
from chassis.bus import Bus
from chassis.clock import Clock, SystemClock
from chassis.consumer import ShardedConsumer
from chassis.database import Database
from chassis.http import build_app
from chassis.internal_tokens import load_public_keys
from chassis.kafka_bus import KafkaBus
from chassis.outbox import OutboxRelay
from chassis.service import Background, Service, main
from contracts import TOPICS
from contracts.working_days import WORKING_DAYS, WorkingDays
from credit.domain.facts import CAUSING, SNAPSHOTS, day_of
from credit.inbound.http import Leaning, credit_router
from credit.inbound.topics import CreditShards
from credit.outbound.listing_rows import StoredListings
from credit.outbound.work import CONSUMER, Workshop
from credit.settings import CreditSettings
from credit.usecases.show_status import show_status

HEARD_TYPES = (*CAUSING, *SNAPSHOTS)


def wire(
    settings: CreditSettings, *, bus: Bus, database: Database, clock: Clock, calendar: WorkingDays = WORKING_DAYS
) -> Service:
    """Put credit together on a bus and a database."""
    workshop = Workshop(database, calendar=calendar, clock=clock)
    relay = OutboxRelay(database, bus)

    def today() -> date:
        return day_of(clock.now_us())

    shards = CreditShards(
        take_shard=workshop.take,
        open_work=workshop.open_shard_work,
        drop_shard=workshop.drop,
        today=today,
        calendar=calendar,
    )
    topics = sorted({topic.name for name in HEARD_TYPES if (topic := TOPICS.topic_of(name))})
    consumer = ShardedConsumer(bus, group=CONSUMER, topics=topics, handler=shards)

    async def ready() -> Mapping[str, bool]:
        return {"consumer": consumer.ready(), "postgresql": await database.ping(), "kafka": await bus.ping()}

    read_status = partial(show_status, reading=consumer, count_unsent=relay.backlog, calendar=calendar, today=today)
    listings = StoredListings(database, calendar)
    router = credit_router(Leaning(listings, workshop.open_work, read_status, today, calendar))
    keys = load_public_keys(settings.internal_public_key_file) if settings.internal_public_key_file else ()
    return Service(
        name=settings.service_name,
        app=build_app("Qinglian credit", routers=[router], ready=ready, internal_keys=keys, clock=clock),
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
    settings = CreditSettings()
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
    migrations.upgrade(CreditSettings().database_url.get_secret_value(), shipped.path("credit", "migrations"))


if __name__ == "__main__":
    main(sys.argv[1:], serve=serve, migrate=migrate)
