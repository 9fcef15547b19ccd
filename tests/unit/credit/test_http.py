"""What credit says of itself, and to whom."""

from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey

from chassis.clock import FixedClock
from chassis.http import build_app
from chassis.internal_tokens import Principal, sign
from contracts.working_days import WORKING_DAYS
from credit.inbound.http import Leaning, credit_router
from credit.usecases.show_status import show_status

pytestmark = pytest.mark.anyio
CLOCK = FixedClock(datetime(2024, 6, 30, tzinfo=UTC))
KEY = ECKey.generate_key("P-256")


async def seven_unsent() -> int:
    return 7


async def database_away() -> dict[str, bool]:
    return {"postgresql": False, "kafka": True}


class ReadingNothing:
    def ready(self) -> bool:
        return True

    def views(self) -> list[Any]:
        return []

    def positions(self) -> dict[tuple[str, int], int]:
        return {("t", 0): 5}

    def lag(self) -> dict[tuple[str, int], int]:
        return {("t", 0): 3}


def on(day: date) -> partial[Any]:
    """Read the status on a day."""
    return partial(
        show_status, reading=ReadingNothing(), count_unsent=seven_unsent, calendar=WORKING_DAYS, today=lambda: day
    )


def asking(read_status: Any) -> httpx.AsyncClient:
    nothing: Any = None
    router = credit_router(Leaning(nothing, nothing, read_status, date.today, WORKING_DAYS))
    app = build_app("credit", routers=[router], ready=database_away, internal_keys=[KEY], clock=CLOCK)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://credit")


@pytest.fixture
def client() -> httpx.AsyncClient:
    return asking(on(date(2026, 6, 30)))


async def status_of(client: httpx.AsyncClient) -> dict[str, Any]:
    token = sign(Principal(name="gateway", kind="service"), KEY, clock=CLOCK)
    found: dict[str, Any] = (await client.get("/status", headers={"authorization": f"Bearer {token}"})).json()
    return found


async def test_the_status_tells_what_waits(client: httpx.AsyncClient) -> None:
    status = await status_of(client)
    assert (status["service"], status["lag"], status["outbox_backlog"]) == ("credit", 3, 7)
    assert (status["working_days_until"], status["warning"]) == ("2026-12-29", None)


async def test_the_status_warns_before_the_working_days_are_unknown() -> None:
    status = await status_of(asking(on(date(2026, 11, 26))))
    assert all("2026-12-29" in status["warning"][speak] for speak in ("zh", "en"))


async def test_the_status_is_the_gateway_s_to_ask(client: httpx.AsyncClient) -> None:
    assert (await client.get("/status")).status_code == 401


async def test_credit_is_alive_and_not_ready_while_its_database_is_away(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).status_code == 200
    assert (await client.get("/readyz")).status_code == 503
