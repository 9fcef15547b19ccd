"""SIGKILL of each part in turn while events flow: it comes back by itself, nothing is lost, nothing counts twice."""

import asyncio
import signal
import time
from typing import Any

import httpx
import pytest

from tests.e2e.door import Door, Json
from tests.e2e.events import payment, some_code

pytestmark = [pytest.mark.real, pytest.mark.anyio]
PARTS = ["funds-monitor", "gateway", "registry", "credit", "kafka", "postgresql"]
ORGANIZATIONS = 12
ROUNDS = 30
ROUND_YUAN = 70_000
BACK_WITHIN_S = 20.0


def story(codes: list[str]) -> list[list[Json]]:
    """Rounds of payments to one payee on one day; only the last two reach the day's tier of two million yuan."""
    return [[payment(code, yuan=str(ROUND_YUAN), counterparty=PAYEE) for code in codes] for _ in range(ROUNDS)]


PAYEE = {"kind": "organization", "name": "甲公司", "code": "91330326MA00000000"}


async def ready_again(door: Door) -> float:
    """Seconds until the whole platform says that it can work."""
    began = time.monotonic()
    while time.monotonic() - began < 4 * BACK_WITHIN_S:
        try:
            if (await door.http.get("/readyz", timeout=2)).status_code == httpx.codes.OK:
                return time.monotonic() - began
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.1)
    raise AssertionError("never ready again")


@pytest.mark.parametrize("part", PARTS)
async def test_a_killed_part_comes_back_and_the_alerts_are_those_of_a_quiet_day(
    county: Any, door: Door, part: str
) -> None:
    codes = [some_code() for _ in range(ORGANIZATIONS)]
    for number, events in enumerate(story(codes)):
        if number == ROUNDS // 2:
            county.kill(part, signal.SIGKILL)
            watching = asyncio.ensure_future(ready_again(door))
        await door.send_until_accepted(events, client="finance")
    away_s = await watching
    await door.until_quiet()

    assert away_s <= BACK_WITHIN_S, f"{part} was away for {away_s:.1f} s"
    for code in codes:
        (alert,) = await door.every_alert(organization=code)
        assert alert["measured"]["day_fen"] == ROUND_YUAN * 100 * ROUNDS, "each payment counts once"
        assert alert["evidence_count"] == ROUNDS
