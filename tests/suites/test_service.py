"""The life of a process: parts open in order and close in reverse, requests in flight are answered."""

import asyncio
import os
import signal

import httpx
import pytest
from fastapi import APIRouter, Request

from chassis.errors import OffsetOutOfRange, Stuck, Unavailable
from chassis.http import build_app
from chassis.service import Background, Part, Service, main, run

pytestmark = pytest.mark.anyio
WAIT_S = 20.0


class Noted:
    """A part that notes when it is opened and closed."""

    def __init__(self, name: str, notes: list[str]) -> None:
        self.name, self.notes = name, notes

    async def open(self) -> None:
        self.notes.append(f"open {self.name}")

    async def close(self) -> None:
        self.notes.append(f"close {self.name}")


class Broken(Noted):
    async def close(self) -> None:
        raise RuntimeError(self.name)


router = APIRouter()


@router.get("/slow")
async def slow(request: Request) -> str:
    request.app.state.came.set()
    await asyncio.sleep(0.3)
    return "answered"


@router.get("/stream")
async def stream(request: Request) -> str:
    request.app.state.came.set()
    await request.app.state.draining.wait()
    return "drained"


def service_of(*parts: Part) -> Service:
    async def ready() -> dict[str, bool]:
        return {}

    app = build_app("test", routers=[router], ready=ready)
    app.state.came = asyncio.Event()
    return Service(name="test", app=app, parts=parts, drain_s=5)


@pytest.mark.parametrize("path", ["/slow", "/stream"])
async def test_a_signal_lets_requests_end_and_then_closes_in_reverse(path: str) -> None:
    notes: list[str] = []
    service = service_of(Noted("a", notes), Broken("b", notes), Noted("c", notes))
    running = asyncio.create_task(run(service))
    await asyncio.wait_for(service.serving.wait(), WAIT_S)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{service.port}") as client:
        asked = asyncio.create_task(client.get(path))
        await asyncio.wait_for(service.app.state.came.wait(), WAIT_S)
        os.kill(os.getpid(), signal.SIGTERM)
        answer = await asked
    assert answer.json() in ("answered", "drained")
    assert await asyncio.wait_for(running, WAIT_S) == 0
    assert notes == ["open a", "open b", "open c", "close c", "close a"]


@pytest.mark.parametrize(
    ("reason", "code"), [(Stuck("x"), 70), (OffsetOutOfRange("t", 0, 5, earliest=0, latest=1), 78)]
)
async def test_a_reason_to_stop_ends_the_process_with_its_code(reason: Exception, code: int) -> None:
    async def fail() -> None:
        raise reason

    assert await asyncio.wait_for(run(service_of(Background("consumer", fail))), WAIT_S) == code


async def test_a_part_that_fails_otherwise_is_started_again() -> None:
    troubles: list[Exception] = [Unavailable("the broker is away"), RuntimeError("a bug")]
    worked = asyncio.Event()

    async def work() -> None:
        if troubles:
            raise troubles.pop(0)
        worked.set()
        await asyncio.Event().wait()

    part = Background("consumer", work)
    await part.open()
    await asyncio.wait_for(worked.wait(), WAIT_S)
    await part.close()
    assert part.stopped is not None
    assert not part.stopped.done()


async def test_a_part_is_asked_to_stop_before_it_is_made_to() -> None:
    asked = asyncio.Event()
    finished: list[str] = []

    async def work() -> None:
        await asked.wait()
        finished.append("the batch in flight")

    async def stop() -> None:
        asked.set()
        await asyncio.sleep(0)

    part = Background("consumer", work, stop)
    await part.open()
    await asyncio.sleep(0)
    await part.close()
    assert finished == ["the batch in flight"]


async def test_a_port_that_is_taken_is_said_plainly() -> None:
    first = service_of()
    running = asyncio.create_task(run(first))
    await asyncio.wait_for(first.serving.wait(), WAIT_S)
    second = service_of()
    second.port = first.port
    with pytest.raises(SystemExit, match=f"cannot listen on 127.0.0.1:{first.port}"):
        await run(second)
    running.cancel()
    await asyncio.wait([running])


@pytest.mark.parametrize("argv", [[], ["dance"], ["serve", "now"]])
def test_a_command_that_is_not_known_says_which_are(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    async def serve() -> Service:
        raise AssertionError

    with pytest.raises(SystemExit, match="2"):
        main(argv, serve=serve, migrate=lambda: None, enrol=lambda: None)
    assert capsys.readouterr().err == "usage: serve|migrate|enrol\n"


def test_a_command_of_the_service_is_run() -> None:
    done: list[str] = []

    async def serve() -> Service:
        raise AssertionError

    with pytest.raises(SystemExit, match="0"):
        main(["enrol"], serve=serve, migrate=lambda: None, enrol=lambda: done.append("enrol"))
    assert done == ["enrol"]
