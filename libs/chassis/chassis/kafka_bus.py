"""Kafka through aiokafka, with the traps that were found by trying.

- `stop()` and sends ignore their timeouts while a broker is away: everything here is bounded and abandons the client.
- An idempotent producer is never used again after a failure: its sequence numbers have a gap.
- Only eager assignors exist; `range` puts equal partition numbers of all topics on one member.
- A wrong password says "Unable to bootstrap": told as what it may be.
"""

import asyncio
import ssl
from collections.abc import Sequence
from typing import Any

from aiokafka.client import AIOKafkaClient

from chassis.bus import Assigned, Revoked
from chassis.kafka_consumer import KafkaConsumer
from chassis.kafka_producer import KafkaProducer
from chassis.settings import ServiceSettings

PING_TIMEOUT_S = 2.0
METADATA_MAX_AGE_MS = 10_000  # a moved leader is found by an error; this finds what no error tells
RETRY_BACKOFF_MS = 100
REQUEST_TIMEOUT_MS = 5_000  # a broker answers within milliseconds; one that is stopped must be noticed


class KafkaBus:
    """Connects when it is first used; survives any outage of the broker."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._options = _options(settings)
        self._producers: list[KafkaProducer] = []
        self._consumers: list[KafkaConsumer] = []
        self._probe: AIOKafkaClient | None = None
        self._probing = asyncio.Lock()

    def producer(self) -> KafkaProducer:
        """Return a producer of its own; it connects when it first sends."""
        producer = KafkaProducer(self._options)
        self._producers.append(producer)
        return producer

    async def join(
        self, group: str, topics: Sequence[str], *, on_assigned: Assigned, on_revoked: Revoked
    ) -> KafkaConsumer:
        """Become a member of a group."""
        consumer = await KafkaConsumer.joined(
            self._options, group, topics, on_assigned=on_assigned, on_revoked=on_revoked
        )
        return self._kept(consumer)

    async def read(self, topics: Sequence[str]) -> KafkaConsumer:
        """Read all partitions of some topics without a group."""
        return self._kept(await KafkaConsumer.reading(self._options, topics))

    async def ping(self) -> bool:
        """Say whether a broker answers now, within two seconds."""
        async with self._probing:
            try:
                return await asyncio.wait_for(self._asked(), PING_TIMEOUT_S)
            except Exception:  # noqa: BLE001 - whatever the reason, it does not answer
                await self._drop_probe()
                return False

    async def open(self) -> None:
        """Connect to nothing yet, so that a service starts while Kafka is away."""

    async def close(self) -> None:
        """Close everything that was opened through this bus."""
        await self._drop_probe()
        await asyncio.gather(*(producer.close() for producer in self._producers))
        await asyncio.gather(*(consumer.close() for consumer in self._consumers))
        self._producers, self._consumers = [], []

    async def _asked(self) -> bool:
        if self._probe is None:
            self._probe = AIOKafkaClient(client_id="probe", **self._options)
            await self._probe.bootstrap()
        if not await self._probe.force_metadata_update():
            await self._drop_probe()
            return False
        return True

    async def _drop_probe(self) -> None:
        probe, self._probe = self._probe, None
        if probe is not None:
            await probe.close()

    def _kept(self, consumer: KafkaConsumer) -> KafkaConsumer:
        self._consumers = [kept for kept in self._consumers if not kept.closed]
        self._consumers.append(consumer)
        return consumer


def _options(settings: ServiceSettings) -> dict[str, Any]:
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap,
        "security_protocol": settings.kafka_security,
        "request_timeout_ms": REQUEST_TIMEOUT_MS,
        "retry_backoff_ms": RETRY_BACKOFF_MS,
        "metadata_max_age_ms": METADATA_MAX_AGE_MS,
    }
    if settings.kafka_security.startswith("SASL"):
        options |= {
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": settings.kafka_username,
            "sasl_plain_password": settings.kafka_password.get_secret_value(),
        }
    if settings.kafka_security == "SASL_SSL":
        options["ssl_context"] = ssl.create_default_context(cafile=settings.kafka_ca_file)
    return options
