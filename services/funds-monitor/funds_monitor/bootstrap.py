"""Wires the monitor by hand: `python -m funds_monitor.bootstrap serve|migrate`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from chassis import logs, migrations, shipped, telemetry
from chassis.bus import Bus
from chassis.clock import Clock, SystemClock
from chassis.consumer import ReaderLimits, ShardedConsumer
from chassis.database import Database
from chassis.http import build_app
from chassis.internal_tokens import load_public_keys
from chassis.kafka_bus import KafkaBus
from chassis.outbox import OutboxRelay
from chassis.reader_all import ReaderAll
from chassis.service import Background, Service, main
from contracts import TOPICS, admit
from funds_monitor.domain.completeness import Completeness
from funds_monitor.domain.links import TOPIC as LINKS
from funds_monitor.domain.outcome import CompletenessChange
from funds_monitor.domain.reference import ReferenceBook
from funds_monitor.domain.rulebook import RuleBook
from funds_monitor.domain.shard import Shard
from funds_monitor.inbound.http import monitor_router
from funds_monitor.inbound.reference import ReferenceTopics
from funds_monitor.inbound.topics import MonitorShards
from funds_monitor.inbound.upkeep import Upkeep
from funds_monitor.inbound.watching import SourceWatch
from funds_monitor.outbound.answers import StoredAnswers
from funds_monitor.outbound.commit import CONSUMER, OpenCommit
from funds_monitor.outbound.rules import RuleRows, compile_rules, read_rule_files
from funds_monitor.outbound.shards import StoredShards
from funds_monitor.settings import MonitorSettings
from funds_monitor.usecases.answer_status import answer_status
from funds_monitor.usecases.learn_rules import learn_rules
from funds_monitor.usecases.observe_completeness import observe_completeness
from funds_monitor.usecases.observe_reference import observe_reference
from funds_monitor.usecases.open_desk import Assemble, Desk, open_desk
from funds_monitor.usecases.ports import RULES_TOPIC, Engine
from funds_monitor.usecases.retry_parked import retry_parked
from funds_monitor.usecases.watch_sources import watch_sources

PACKAGE = "funds_monitor"
HEARD_BESIDES = ("credit.listings.v1",)  # the lists are facts for rules although no department owns them
HEARD = [topic for topic in TOPICS.all if topic.owner in TOPICS.departments or topic.name in HEARD_BESIDES]
REFERENCE = [topic.name for topic in TOPICS.reference]
READ_WHOLE = [*REFERENCE, LINKS, RULES_TOPIC]  # by every process, from all partitions
PARTITIONS = HEARD[0].partitions


def assemble_engine(
    number: int, rules: RuleBook, book: ReferenceBook, completeness: Iterable[CompletenessChange]
) -> Engine:
    """Assemble the engine of one shard from what is stored of its completeness."""
    declared = Completeness(
        {topic.name: topic.known_sources for topic in HEARD}, reference=frozenset(REFERENCE), partitions=PARTITIONS
    )
    for each in completeness:
        declared.declare(each.source, each.topic, each.partition, each.until_us)
    return Shard(number, rules, book, declared)


@contextmanager
def open_span(name: str, *, links: Iterable[str] = ()) -> Iterator[object]:
    """Open a span below the batch's own."""
    with telemetry.batch_span(name, links) as span:
        yield span


def wire(
    settings: MonitorSettings, *, bus: Bus, database: Database, clock: Clock, assemble: Assemble = assemble_engine
) -> Service:
    """Put the monitor together on a bus and a database that somebody else opened or will open with it."""
    desk = Desk(assemble=assemble)
    shards = StoredShards(database, reference_topics=READ_WHOLE, partitions=PARTITIONS)
    rules, answers, relay = RuleRows(database), StoredAnswers(database), OutboxRelay(database, bus)
    open_work = OpenCommit(database, clock=clock)
    reader = _reader(bus, desk, rules=rules, shards=shards)
    consumer = _consumer(bus, settings, desk, shards=shards, open_work=open_work)
    upkeep = _upkeep(desk, shards=shards, open_work=open_work)

    async def consume() -> None:
        # The shards judge by the reference data: first learn what was there before.
        await reader.caught_up()
        await consumer.run()

    async def ready() -> Mapping[str, bool]:
        return {
            "consumer": consumer.ready(),
            "reference": reader.ready(),
            "postgresql": await database.ping(),
            "kafka": await bus.ping(),
        }

    status = partial(
        answer_status,
        desk=desk,
        answers=answers,
        consumer=consumer,
        reader=reader,
        backlog=relay.backlog,
        topics=HEARD,
        clock=clock,
    )
    watch = SourceWatch(partial(watch_sources, answers=answers, topics=HEARD, clock=clock), clock=clock)
    router = monitor_router(answers=answers, rules=rules, read_status=status)
    keys = load_public_keys(settings.internal_public_key_file) if settings.internal_public_key_file else ()
    return Service(
        name=settings.service_name,
        app=build_app("Qinglian funds monitor", routers=[router], ready=ready, internal_keys=keys, clock=clock),
        parts=[
            database,
            Background("outbox relay", relay.run, relay.stop),
            Background("reference reader", reader.run, reader.stop),
            Background("upkeep", upkeep.run, upkeep.stop),
            Background("consumer", consume, consumer.stop),
            Background("source watch", watch.run, watch.stop),
        ],
        host=settings.http_host,
        port=settings.http_port,
        drain_s=settings.drain_s,
    )


def _reader(bus: Bus, desk: Desk, *, rules: RuleRows, shards: StoredShards) -> ReaderAll:
    folder = shipped.path(PACKAGE, "rules")
    start = partial(
        open_desk,
        desk,
        shipped=read_rule_files(folder),
        rules=rules,
        compile_rules=partial(compile_rules, shipped=folder),
        shards=shards,
    )
    told = partial(
        learn_rules, desk=desk, rules=rules, compile_rules=partial(compile_rules, shipped=folder), admit=admit
    )
    reference = ReferenceTopics(desk, open_desk=start, learn_rules=told, admit=admit)
    return ReaderAll(bus, topics=READ_WHOLE, start=reference.start, on_batch=reference.on_batch)


def _consumer(
    bus: Bus, settings: MonitorSettings, desk: Desk, *, shards: StoredShards, open_work: OpenCommit
) -> ShardedConsumer:
    handler = MonitorShards(
        desk,
        shards=shards,
        open_work=open_work,
        admit=admit,
        span=open_span,
        facts_max=settings.facts_cached_max // PARTITIONS,
    )
    limits = ReaderLimits(batch_max=settings.batch_records_max)
    return ShardedConsumer(bus, group=CONSUMER, topics=[topic.name for topic in HEARD], handler=handler, limits=limits)


def _upkeep(desk: Desk, *, shards: StoredShards, open_work: OpenCommit) -> Upkeep:
    topics = [topic.name for topic in HEARD]
    return Upkeep(
        desk,
        tasks=[
            lambda held: retry_parked(held=held, open_work=open_work, admit=admit, span=open_span),
            lambda held: observe_reference(held=held, log=desk.log, open_work=open_work, span=open_span),
            lambda held: observe_completeness(held=held, topics=topics, open_work=open_work, span=open_span),
        ],
        trim=lambda: _trim(desk, shards),
    )


async def _trim(desk: Desk, shards: StoredShards) -> None:
    desk.log.trim(await shards.reflected())


async def serve() -> Service:
    """Wire the service as the environment says."""
    settings = MonitorSettings()
    logs.configure(settings.service_name, level=settings.log_level)
    telling = telemetry.configure(settings.service_name, settings.otlp_endpoint)
    database = Database(
        settings.database_url.get_secret_value(),
        pool_max=settings.database_pool_max,
        application_name=settings.service_name,
    )
    bus = KafkaBus(settings)
    service = wire(settings, bus=bus, database=database, clock=SystemClock())
    return replace(service, parts=[telling, bus, *service.parts])


def migrate() -> None:
    """Bring the database to its newest shape."""
    migrations.upgrade(MonitorSettings().database_url.get_secret_value(), shipped.path(PACKAGE, "migrations"))


if __name__ == "__main__":
    main(sys.argv[1:], serve=serve, migrate=migrate)
