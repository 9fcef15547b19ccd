"""Wires credit by hand: `python -m credit.bootstrap serve|migrate`."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from chassis import logs, migrations, shipped, telemetry
from chassis.bus import Bus
from chassis.clock import Clock, SystemClock
from chassis.database import Database
from chassis.http import build_app
from chassis.internal_tokens import load_public_keys
from chassis.kafka_bus import KafkaBus
from chassis.outbox import OutboxRelay
from chassis.service import Background, Service, main
from credit.inbound.http import credit_router
from credit.settings import CreditSettings
from credit.usecases.show_status import show_status


def wire(settings: CreditSettings, *, bus: Bus, database: Database, clock: Clock) -> Service:
    """Put credit together; it hears nothing yet, so the only worker is the relay of its outbox."""
    relay = OutboxRelay(database, bus)

    async def ready() -> Mapping[str, bool]:
        return {"postgresql": await database.ping(), "kafka": await bus.ping()}

    router = credit_router(read_status=partial(show_status, count_unsent=relay.backlog))
    keys = load_public_keys(settings.internal_public_key_file) if settings.internal_public_key_file else ()
    return Service(
        name=settings.service_name,
        app=build_app("Qinglian credit", routers=[router], ready=ready, internal_keys=keys, clock=clock),
        parts=[database, Background("outbox relay", relay.run, relay.stop)],
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
