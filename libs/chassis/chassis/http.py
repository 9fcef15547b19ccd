"""Builds a service's HTTP application: problem details, limits, health, metrics, documentation without a network.

One handler per kind of error; `chassis.problems` holds the table from kind to answer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from joserfc.jwk import ECKey
from starlette.exceptions import HTTPException

from chassis import docs_page, problems
from chassis.clock import Clock, SystemClock
from chassis.errors import Refused, Unavailable
from chassis.request_frame import RequestFrame
from chassis.telemetry import metrics_text

BODY_BYTES_MAX = 1_048_576  # what any request may send unless its service says otherwise
REQUESTS_MAX = 512  # at once; beyond it an answer would come too late to be of use

Ready = Callable[[], Awaitable[Mapping[str, bool]]]


def build_app(
    title: str,
    *,
    routers: Sequence[APIRouter],
    ready: Ready,
    version: str = "0.1.0",
    kinds: Mapping[str, problems.Kind] | None = None,
    internal_keys: Sequence[ECKey] = (),
    clock: Clock | None = None,
    body_bytes_max: int = BODY_BYTES_MAX,
    requests_max: int = REQUESTS_MAX,
    openapi_url: str = "/openapi.json",
    docs_url: str = "/docs",
) -> FastAPI:
    """Put a service's routers into the one frame that all of them share.

    `ready` names what must work for the service to be of use, and whether it does now; it is asked live by /readyz.
    `app.state.draining` is set when the process is asked to end: streams should close then.
    """
    more = kinds or {}
    app = FastAPI(
        title=title,
        version=version,
        openapi_url=openapi_url,
        docs_url=None,
        redoc_url=None,
        telemetry={"auto_configure": False},
    )
    app.state.internal_keys = tuple(internal_keys)
    app.state.clock = clock or SystemClock()
    app.state.kinds = more
    app.state.draining = asyncio.Event()
    app.add_middleware(RequestFrame, body_bytes_max=body_bytes_max, requests_max=requests_max, kinds=more)
    for kind in (Refused, Unavailable):
        app.add_exception_handler(kind, _on_our_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http_exception)
    _add_health(app, ready)
    docs_page.add(app, openapi_url=openapi_url, docs_url=docs_url)
    for router in routers:
        app.include_router(router)
    return app


async def read_body(request: Request, *, limit: int) -> bytes:
    """Read a request's body, up to a limit of its own.

    Raises: Refused `too_large`.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise Refused("too_large", f"at most {limit} bytes")
    return bytes(body)


def request_id(request: Request) -> str:
    """Return the name of this request, as it is in the answer and in the logs."""
    return str(request.scope.get("state", {}).get("request_id", ""))


def problem_response(request: Request, error: Exception) -> JSONResponse:
    """Answer an error, for the few places that answer by hand."""
    return _response(request, problems.answer(error, more=request.app.state.kinds, **_about(request)))


async def _on_our_error(request: Request, error: Exception) -> Response:
    return problem_response(request, error)


async def _on_http_exception(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    told = problems.problem(problems.code_of_status(error.status_code), more=request.app.state.kinds, **_about(request))
    kept = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
    told.headers.update(kept)
    return _response(request, told)


async def _on_invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    found = [_without_input(entry) for entry in error.errors()[:_ERRORS_TOLD_MAX]]
    broken = any(entry["code"] == "json_invalid" for entry in found)
    told = problems.problem(
        "malformed" if broken else "invalid", errors=found, more=request.app.state.kinds, **_about(request)
    )
    return _response(request, told)


_ERRORS_TOLD_MAX = 100  # enough to repair a batch by; more would be a way to make us write


def _without_input(entry: Mapping[str, Any]) -> dict[str, str | int]:
    """Say where and what, in the schema's words; what was sent is never repeated, nor messages that may quote it."""
    path = list(entry["loc"])
    if path and path[0] == "body":
        path = path[1:]
    code = str(entry["type"])
    if code in ("extra_forbidden", "json_invalid"):
        path = path[:-1]  # the last step is the sender's own word, or a position
    return {"pointer": problems.pointer_to(path), "code": code}


def _about(request: Request) -> dict[str, Any]:
    return {"instance": request_id(request), "accept_language": request.headers.get("accept-language", "")}


def _response(_request: Request, told: problems.Answer) -> JSONResponse:
    return JSONResponse(told.body, status_code=told.status, headers=told.headers, media_type=problems.MEDIA_TYPE)


def _add_health(app: FastAPI, ready: Ready) -> None:
    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> JSONResponse:
        checks = dict(await ready())
        can_work = all(checks.values())
        return JSONResponse({"ready": can_work, "checks": checks}, status_code=200 if can_work else 503)

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        text, media_type = metrics_text()
        return Response(text, media_type=media_type)
