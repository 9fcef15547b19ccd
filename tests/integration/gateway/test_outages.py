"""Broker and database die under the door: it says so, loses nothing it acknowledged, and serves again by itself."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.builders.records import Json
from tests.integration.gateway.house import House, a_payment, until

pytestmark = [pytest.mark.real, pytest.mark.anyio]
RECOVERY_S = 60.0  # on a machine that does other things; alone it takes a few


async def accepted_again(house: House, event: Json) -> str:
    """Send the same id until it is accepted, as a careful partner does."""
    told = ""

    async def is_accepted() -> bool:
        nonlocal told
        answer = await house.send(event)
        if answer.status_code == 202:
            told = answer.json()["receipts"][0]["status"]
        return bool(told)

    await until(is_accepted, wait_s=RECOVERY_S)
    return told


async def is_known(house: House, event: Json) -> bool:
    return bool((await house.where(event))["http"] == 200)


@pytest.mark.parametrize("part", ["kafka", "postgresql"])
async def test_after_a_kill_the_door_serves_again_and_keeps_what_it_acknowledged(
    house: House, infrastructure: Any, part: str
) -> None:
    before, during = a_payment(), a_payment()
    assert (await house.send(before)).status_code == 202
    await asyncio.to_thread(infrastructure.kill, part)
    answer = await house.send(during)
    # Somebody may have restarted it already; then there is nothing to be told.
    if answer.status_code != 202:
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert int(answer.headers["retry-after"]) >= 1
    await asyncio.to_thread(infrastructure.wait_ready, part)
    assert await accepted_again(house, during) in {"accepted", "duplicate"}
    assert await accepted_again(house, before) == "duplicate"
    for event in (before, during):
        assert await is_known(house, event)

    async def is_ready() -> bool:
        try:
            return (await house.http.get("/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    await until(is_ready, wait_s=RECOVERY_S)
