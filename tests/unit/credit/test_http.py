"""Credit is empty, healthy, and says so."""

from datetime import UTC, datetime
from functools import partial

import httpx
import pytest
from joserfc.jwk import ECKey

from chassis.clock import FixedClock
from chassis.http import build_app
from chassis.internal_tokens import Principal, sign
from credit.inbound.http import credit_router
from credit.usecases.show_status import show_status

pytestmark = pytest.mark.anyio
CLOCK = FixedClock(datetime(2024, 6, 30, tzinfo=UTC))
KEY = ECKey.generate_key("P-256")


async def seven_unsent() -> int:
    return 7


async def database_away() -> dict[str, bool]:
    return {"postgresql": False, "kafka": True}


@pytest.fixture
def client() -> httpx.AsyncClient:
    router = credit_router(read_status=partial(show_status, count_unsent=seven_unsent))
    app = build_app("credit", routers=[router], ready=database_away, internal_keys=[KEY], clock=CLOCK)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://credit")


async def test_the_status_tells_what_is_not_said_yet(client: httpx.AsyncClient) -> None:
    token = sign(Principal(name="gateway", kind="service"), KEY, clock=CLOCK)
    status = (await client.get("/status", headers={"authorization": f"Bearer {token}"})).json()
    assert (status["service"], status["lag"], status["outbox_backlog"]) == ("credit", 0, 7)


async def test_the_status_is_the_gateway_s_to_ask(client: httpx.AsyncClient) -> None:
    assert (await client.get("/status")).status_code == 401


async def test_credit_is_alive_and_not_ready_while_its_database_is_away(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).status_code == 200
    assert (await client.get("/readyz")).status_code == 503
