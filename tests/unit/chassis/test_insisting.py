"""What may be dropped nowhere is tried until it works."""

import asyncio

import pytest

from chassis.errors import Fenced, OffsetOutOfRange, Refused, Unavailable
from chassis.insisting import PARKED, WAITING, Backoff, Ended, Insistence

pytestmark = pytest.mark.anyio
QUICK = Backoff(first_s=0.001, last_s=0.002, bug_first_s=0.001, bug_last_s=0.002)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


class Act:
    def __init__(self, *troubles: Exception) -> None:
        self.troubles = list(troubles)

    async def __call__(self) -> str:
        if self.troubles:
            raise self.troubles.pop(0)
        return "done"


async def insist(act: Act, *, stopping: asyncio.Event | None = None) -> tuple[str, list[str]]:
    states: list[str] = []
    insistence = Insistence(QUICK, stopping or asyncio.Event(), on_trouble=lambda state, _e, _t: states.append(state))
    return await insistence.until_done(act), states


async def test_trouble_is_told_and_tried_again_until_it_works() -> None:
    act = Act(Unavailable("away"), RuntimeError("bug"), Refused("not_authorized"))
    assert await insist(act) == ("done", [WAITING, PARKED, WAITING])


@pytest.mark.parametrize("error", [Fenced("x"), OffsetOutOfRange("t", 0, 5, earliest=0, latest=1)])
async def test_what_trying_again_cannot_help_comes_through(error: Exception) -> None:
    with pytest.raises(type(error)):
        await insist(Act(error))


async def test_who_is_asked_to_stop_stops_insisting() -> None:
    stopping = asyncio.Event()
    stopping.set()
    with pytest.raises(Ended):
        await insist(Act(), stopping=stopping)


def test_pauses_grow_to_their_limit() -> None:
    backoff = Backoff(first_s=0.1, last_s=2.0, bug_first_s=1.0, bug_last_s=30.0)
    assert [backoff.pause_s(WAITING, tries) for tries in (0, 1, 4, 5, 100)] == [0.1, 0.2, 1.6, 2.0, 2.0]
    assert [backoff.pause_s(PARKED, tries) for tries in (0, 4, 5, 100)] == [1.0, 16.0, 30.0, 30.0]
