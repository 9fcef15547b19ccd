"""An empty schema of its own on the real PostgreSQL for each test, made by the monitor's own migration."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from chassis.clock import FixedClock
from chassis.database import Database
from chassis.kafka_bus import KafkaBus
from chassis.settings import ServiceSettings
from funds_monitor.bootstrap import PARTITIONS, READ_WHOLE
from funds_monitor.outbound.commit import OpenCommit
from funds_monitor.outbound.shards import StoredShards
from qinglian.local import Infrastructure
from tests.integration.monitor.empty_store import Pool, empty_store
from tests.real import opened


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


@pytest.fixture
async def pool(infrastructure: Infrastructure) -> AsyncIterator[Pool]:
    """Return what makes a pool of connections to an empty database, one for each member of a service."""
    async with empty_store(infrastructure) as make:
        yield make


@pytest.fixture
async def database(pool: Pool) -> AsyncIterator[Database]:
    """Return an empty database, as far as a test can see."""
    async with opened(pool()) as database:
        yield database


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 25, tzinfo=UTC))


@pytest.fixture
def store(database: Database, clock: FixedClock) -> OpenCommit:
    return OpenCommit(database, clock=clock)


@pytest.fixture
def shards(database: Database) -> StoredShards:
    return StoredShards(database, reference_topics=READ_WHOLE, partitions=PARTITIONS)
