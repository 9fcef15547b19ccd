"""The frame of every service's HTTP: problems, limits, health, documentation without a network."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import HTTPException
from joserfc.jwk import ECKey
from pydantic import BaseModel

from chassis.clock import FixedClock
from chassis.errors import Refused, Unavailable
from chassis.http import build_app, read_body
from chassis.internal_tokens import Principal, internal_principal, sign
from chassis.problems import Kind

pytestmark = pytest.mark.anyio
KEY = ECKey.generate_key("P-256")
CLOCK = FixedClock(datetime(2026, 3, 1, tzinfo=UTC))
READY = {"database": True}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


class Purse(BaseModel):
    amount_fen: int
    owner: dict[str, int] = {}


router = APIRouter()


@router.post("/purses")
async def put_purse(purse: Purse) -> Purse:
    return purse


@router.post("/raw")
async def put_raw(request: Request) -> int:
    return len(await read_body(request, limit=100))


@router.get("/bug")
async def bug() -> None:
    raise ValueError("secret")


@router.get("/busy")
async def busy() -> None:
    raise Unavailable("the database is away", retry_after_s=7)


@router.get("/odd")
async def odd() -> None:
    raise Refused("odd", "even only")


@router.get("/teapot")
async def teapot() -> None:
    raise HTTPException(418)


@router.get("/wait")
async def wait(request: Request) -> None:
    request.app.state.came.release()
    await request.app.state.draining.wait()


@router.get("/me")
async def me(caller: Annotated[Principal, Depends(internal_principal)]) -> str:
    return caller.name


def the_app() -> FastAPI:
    async def ready() -> dict[str, bool]:
        return READY

    app = build_app(
        "Purses",
        routers=[router],
        ready=ready,
        kinds={"odd": Kind(409, "奇数", "Odd")},
        internal_keys=[KEY],
        clock=CLOCK,
        body_bytes_max=1000,
        requests_max=2,
    )
    app.state.came = asyncio.Semaphore(0)
    return app


@pytest.fixture
def app() -> FastAPI:
    return the_app()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://service") as opened:
        yield opened


async def test_what_is_wrong_is_pointed_at_and_not_repeated(client: httpx.AsyncClient) -> None:
    answer = await client.post("/purses", json={"amount_fen": "6222020200112233445", "owner": {"x": "王小明"}})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["code"] == "invalid"
    assert body["instance"] == answer.headers["x-request-id"]
    assert {"pointer": "/owner/x", "code": "int_parsing"} in body["errors"]
    assert "王小明" not in answer.text


async def test_broken_json_is_malformed(client: httpx.AsyncClient) -> None:
    answer = await client.post("/purses", content=b'{"amount_fen": 1,,}', headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("DELETE", "/purses", 405, "method_not_allowed"),
        ("GET", "/teapot", 400, "malformed"),
        ("GET", "/odd", 409, "odd"),
        ("GET", "/bug", 500, "internal"),
        ("GET", "/busy", 503, "unavailable"),
    ],
)
async def test_every_answer_that_is_no_success_is_a_problem(
    client: httpx.AsyncClient, *, method: str, path: str, status: int, code: str
) -> None:
    answer = await client.request(method, path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert answer.status_code == answer.json()["status"] == status
    assert "secret" not in answer.text


async def test_a_method_that_is_not_allowed_says_which_are(client: httpx.AsyncClient) -> None:
    assert (await client.delete("/purses")).headers["allow"] == "POST"


async def test_being_busy_says_when_to_come_back(client: httpx.AsyncClient) -> None:
    assert (await client.get("/busy")).headers["retry-after"] == "7"


async def test_titles_are_chinese_unless_english_is_asked_for(client: httpx.AsyncClient) -> None:
    chinese = await client.get("/odd")
    english = await client.get("/odd", headers={"accept-language": "en"})
    assert (chinese.json()["title"], english.json()["title"]) == ("奇数", "Odd")


async def test_a_body_that_announces_too_much_is_refused_unread(client: httpx.AsyncClient) -> None:
    answer = await client.post("/purses", content=b"x" * 1001)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_body_that_goes_on_and_on_is_cut(client: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 100

    answer = await client.post("/purses", content=endless(), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_route_can_have_a_lower_limit(client: httpx.AsyncClient) -> None:
    assert (await client.post("/raw", content=b"x" * 100)).json() == 100
    assert (await client.post("/raw", content=b"x" * 101)).status_code == 413


async def test_beyond_the_limit_of_requests_at_once_the_next_is_told_to_wait(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    waiting = [asyncio.create_task(client.get("/wait")) for _ in range(2)]
    for _ in waiting:
        await app.state.came.acquire()
    refused, health = await client.get("/odd"), await client.get("/healthz")
    app.state.draining.set()
    assert [answer.status_code for answer in await asyncio.gather(*waiting)] == [200, 200]
    assert (refused.status_code, health.status_code) == (503, 200)
    assert (await client.get("/odd")).status_code == 409


async def test_ready_is_what_works_now(client: httpx.AsyncClient) -> None:
    assert (await client.get("/readyz")).status_code == 200
    READY["database"] = False
    answer = await client.get("/readyz")
    READY["database"] = True
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "checks": {"database": False}})
    assert (await client.get("/healthz")).status_code == 200


async def test_the_documentation_needs_no_other_server(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs")).text
    assert "https://" not in page
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css"):
        assert f"/docs/assets/{asset}" in page
        assert (await client.get(f"/docs/assets/{asset}")).status_code == 200
    assert (await client.get("/openapi.json")).json()["openapi"].startswith("3.1")
    assert "/purses" in (await client.get("/docs/openapi.json")).json()["paths"]


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def test_the_gateways_word_says_who_is_asking(client: httpx.AsyncClient) -> None:
    said = sign(Principal(name="finance", kind="department", department="finance"), KEY, clock=CLOCK)
    assert (await client.get("/me", headers=bearer(said))).json() == "finance"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "x" * 5000])
async def test_nobody_is_believed_without_it(client: httpx.AsyncClient, token: str) -> None:
    answer = await client.get("/me", headers=bearer(token))
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_stranger_or_an_old_word_is_not_believed(client: httpx.AsyncClient) -> None:
    someone = Principal(name="finance", kind="department")
    strange = sign(someone, ECKey.generate_key("P-256"), clock=CLOCK)
    old = sign(someone, KEY, clock=FixedClock(CLOCK.now() - timedelta(minutes=2)))
    early = sign(someone, KEY, clock=FixedClock(CLOCK.now() + timedelta(minutes=2)))
    for token in (strange, old, early):
        assert (await client.get("/me", headers=bearer(token))).status_code == 401
