"""What the suites run on: the bus in memory and the real one, and a real database."""

import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

import pytest
from pydantic import SecretStr

from chassis.bus import Bus
from chassis.database import Database
from chassis.kafka_bus import KafkaBus
from chassis.memory_bus import MemoryBus
from chassis.settings import ServiceSettings
from qinglian.local import Infrastructure
from qinglian.topics import DeclaredTopic, create_topics

PARTITIONS = 4
WEEK_MS = 7 * 24 * 3_600_000


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


class MakeTopics(Protocol):
    """Makes topics that nobody else uses."""

    def __call__(self, count: int = 1) -> list[str]: ...


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.real)])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    """Return the bus that a case runs on."""
    if request.param == "memory":
        yield MemoryBus(partitions=PARTITIONS)
        return
    infrastructure: Infrastructure = request.getfixturevalue("infrastructure")
    real = KafkaBus(kafka_settings(infrastructure))
    yield real
    await real.close()


@pytest.fixture
def new_topics(request: pytest.FixtureRequest, bus: Bus) -> MakeTopics:
    """Return what makes topics on the bus of this case."""

    def make(count: int = 1) -> list[str]:
        names = [f"suite.{uuid.uuid4().hex}" for _ in range(count)]
        if isinstance(bus, KafkaBus):
            infrastructure: Infrastructure = request.getfixturevalue("infrastructure")
            with infrastructure.kafka.admin() as admin:
                create_topics(admin, [DeclaredTopic(name, PARTITIONS, WEEK_MS) for name in names])
        return names

    return make


@pytest.fixture
async def database(infrastructure: Infrastructure) -> AsyncIterator[Database]:
    """Return an empty schema of its own on the real PostgreSQL, with the tables of the plumbing."""
    schema = f"suite_{uuid.uuid4().hex}"
    opened = Database(infrastructure.database_url("credit"), pool_max=4, schema=schema)
    async with opened.dedicated() as connection:
        await connection.execute(f"CREATE SCHEMA {schema}")
    await opened.open()
    yield opened
    async with opened.dedicated() as connection:
        await connection.execute(f"DROP SCHEMA {schema} CASCADE")
    await opened.close()


def kafka_settings(infrastructure: Infrastructure, *, user: str = "admin", **more: Any) -> ServiceSettings:
    """Return the settings of a client of the real Kafka."""
    return ServiceSettings(
        kafka_bootstrap=infrastructure.kafka_bootstrap,
        kafka_username=user,
        kafka_password=SecretStr(more.pop("password", None) or infrastructure.kafka_password(user)),
        **more,
    )


Waited = Callable[[], bool]
