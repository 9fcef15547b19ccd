"""What departments and services may do in the broker, and whose tables a service sees."""

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import TopicAuthorizationFailedError

from qinglian.local import Infrastructure

pytestmark = [pytest.mark.anyio, pytest.mark.real]


def a_producer(infrastructure: Infrastructure, user: str) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        bootstrap_servers=infrastructure.kafka_bootstrap,
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=user,
        sasl_plain_password=infrastructure.kafka_password(user),
        acks="all",
        enable_idempotence=True,
    )


async def test_a_department_writes_its_own_topic_and_no_other(infrastructure: Infrastructure) -> None:
    async with a_producer(infrastructure, "finance") as producer:
        await producer.send_and_wait("finance.payments.v1", b"{}", key=b"own")
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait("tax.filings.v1", b"{}", key=b"foreign")


async def test_a_record_carries_the_time_at_which_the_broker_took_it(infrastructure: Infrastructure) -> None:
    async with a_producer(infrastructure, "finance") as producer:
        sent = await producer.send_and_wait("finance.payments.v1", b"{}", key=b"time", timestamp_ms=1)
    assert sent.timestamp > 1_000_000_000_000


async def test_each_service_owns_its_database_and_may_not_enter_another(infrastructure: Infrastructure) -> None:
    connection = await asyncpg.connect(infrastructure.database_url("registry", driver="postgresql"))
    assert await connection.fetchval("SELECT current_user") == "registry"
    await connection.execute("CREATE TABLE proof (n int); DROP TABLE proof")
    await connection.close()

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(infrastructure.database_url("registry", driver="postgresql"), database="credit")
