"""One gateway at a time on the run's Kafka and PostgreSQL."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.settings import GatewaySettings
from tests.integration.gateway.house import House, running_gateway, settings_for


@pytest.fixture(scope="session")
def settings(infrastructure: Any) -> GatewaySettings:
    """What the launcher would tell the gateway."""
    return settings_for(infrastructure)


@pytest.fixture
async def house(settings: GatewaySettings) -> AsyncIterator[House]:
    """A running gateway."""
    async with running_gateway(settings) as house:
        yield house
