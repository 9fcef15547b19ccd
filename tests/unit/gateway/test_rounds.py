"""Group commit and turns."""

import asyncio
from collections.abc import Sequence

import pytest

from gateway.domain.receipts import Identity
from gateway.outbound.rounds import Rounds
from gateway.outbound.turns import IdentityTurns

pytestmark = pytest.mark.anyio


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_who_asks_while_a_round_is_under_way_shares_the_next_one() -> None:
    rounds: list[list[int]] = []
    gate = asyncio.Event()

    async def work(asks: Sequence[int]) -> int:
        rounds.append(list(asks))
        await gate.wait()
        return len(asks)

    together = Rounds(work, asks_max=3)
    asking = [asyncio.ensure_future(together.ask(number)) for number in range(5)]
    await settle()
    gate.set()
    await asyncio.gather(*asking)
    assert rounds == [[0, 1, 2], [3, 4]]
    late = asyncio.ensure_future(together.ask(9))
    assert await late == 1


async def test_a_round_that_fails_is_told_to_those_in_it_and_to_no_others() -> None:
    async def work(asks: Sequence[int]) -> None:
        if 0 in asks:
            raise ValueError("no")

    together = Rounds(work, asks_max=1)
    first, second = await asyncio.gather(together.ask(0), together.ask(1), return_exceptions=True)
    assert isinstance(first, ValueError)
    assert second is None


async def test_one_identity_is_with_one_request_at_a_time_and_others_do_not_wait() -> None:
    turns, order = IdentityTurns(), []
    leave = asyncio.Event()

    async def hold(name: str, *ids: str) -> None:
        async with turns.take(Identity("/a/b", each) for each in ids):
            order.append(name)
            await leave.wait()

    tasks = [asyncio.ensure_future(hold(*each)) for each in (("one", "x", "y"), ("two", "y", "z"), ("three", "z"))]
    await settle()
    assert order == ["one", "three"]
    leave.set()
    await asyncio.gather(*tasks)
    assert order == ["one", "three", "two"]


async def test_a_request_that_fails_gives_its_turn_back() -> None:
    turns = IdentityTurns()
    with pytest.raises(ValueError, match="broken"):
        async with turns.take([Identity("/a/b", "x")]):
            raise ValueError("broken")
    async with turns.take([Identity("/a/b", "x")]) as turn:
        await turn.earlier_done("/a/b")
