"""SIGKILL of each part in turn while events flow: it comes back by itself, nothing is lost, nothing counts twice."""

import asyncio
import os
import signal
import sys
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


async def serving_again(county: Any, door: Door, part: str, *, killed: int) -> float:
    """Seconds from now until another process has taken the place of the killed one and the whole platform can work."""
    began = time.monotonic()
    while time.monotonic() - began < 4 * BACK_WITHIN_S:
        found = county.part(part)
        try:
            is_new = found["pid"] not in {None, killed} and found["ready"]
            if is_new and (await door.http.get("/readyz", timeout=2)).status_code == httpx.codes.OK:
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
            pid = county.pid(part)
            os.kill(pid, signal.SIGKILL)
            watching = asyncio.ensure_future(serving_again(county, door, part, killed=pid))
        await door.send_until_accepted(events, client="finance")
    away_s = await watching
    await door.until_quiet()

    sys.stdout.write(f"{part}: {away_s:.1f} s from SIGKILL to serving\n")  # shown with `pytest -s`
    assert away_s <= BACK_WITHIN_S, f"{part} was away for {away_s:.1f} s"
    for code in codes:
        (alert,) = await door.every_alert(organization=code)
        assert alert["measured"]["day_fen"] == ROUND_YUAN * 100 * ROUNDS, "each payment counts once"
        assert alert["evidence_count"] == ROUNDS
