"""An empty schema of its own on the real PostgreSQL for each test, made by the monitor's own migration."""

import importlib.util
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from pydantic import SecretStr

from chassis import shipped, tables
from chassis.clock import FixedClock
from chassis.database import Database
from chassis.kafka_bus import KafkaBus
from chassis.settings import ServiceSettings
from funds_monitor.bootstrap import PARTITIONS, READ_WHOLE
from funds_monitor.outbound.commit import OpenCommit
from funds_monitor.outbound.shards import StoredShards
from qinglian.local import Infrastructure

Pool = Callable[[], Database]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def kafka(infrastructure: Infrastructure) -> AsyncIterator[KafkaBus]:
    """The broker as its administrator sees it."""
    bus = KafkaBus(
        ServiceSettings(
            kafka_bootstrap=infrastructure.kafka_bootstrap,
            kafka_username="admin",
            kafka_password=SecretStr(infrastructure.kafka_password("admin")),
        )
    )
    yield bus
    await bus.close()


def migration_statements() -> list[str]:
    """Give the statements of the migrations, to be run in a schema of a test's own."""
    first, counts = migration("0001_first"), migration("0002_counts")
    versions = migration("0003_versions_of_rules")
    ours = [*first.FACTS, *first.JUDGEMENTS, *first.SHARDS, *counts.OWN_TABLES, *versions.OWN_TABLES]
    return [*tables.OFFSETS, *tables.OUTBOX, *ours]


def migration(name: str) -> Any:
    """Load a migration by its file."""
    path = shipped.path("funds_monitor", "migrations") / "versions" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"monitor_migration_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
async def pool(infrastructure: Infrastructure) -> AsyncIterator[Pool]:
    """Return what makes a pool of connections to an empty database, one for each member of a service."""
    schema = f"monitor_{uuid.uuid4().hex}"
    make = partial(Database, infrastructure.database_url("funds_monitor"), pool_max=6, schema=schema)
    async with make().dedicated() as connection:
        await connection.execute(f"CREATE SCHEMA {schema}")
        for statement in migration_statements():
            await connection.execute(statement)
    yield make
    async with make().dedicated() as connection:
        await connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
async def database(pool: Pool) -> AsyncIterator[Database]:
    """Return an empty database, as far as a test can see."""
    opened = pool()
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 25, tzinfo=UTC))


@pytest.fixture
def store(database: Database, clock: FixedClock) -> OpenCommit:
    return OpenCommit(database, clock=clock)


@pytest.fixture
def shards(database: Database) -> StoredShards:
    return StoredShards(database, reference_topics=READ_WHOLE, partitions=PARTITIONS)
