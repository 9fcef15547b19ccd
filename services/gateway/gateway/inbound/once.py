"""Every POST that creates something may carry an Idempotency-Key; no route has to know of it.

Source: draft-ietf-httpapi-idempotency-key-header-07
"""

from collections.abc import Awaitable

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import http
from chassis.clock import Clock
from chassis.errors import Refused
from chassis.problems import Kind
from gateway.domain.kept_answers import KEY, KeptAnswer, fingerprint_of, is_exempt
from gateway.inbound.callers import caller_of
from gateway.usecases.answer_once import StillAnswering, answer_once
from gateway.usecases.ports import KeptAnswers

HEADER = "idempotency-key"
KEPT_HEADERS = frozenset({"content-type", "location", "content-disposition"})  # never a cookie
KINDS = {
    "idempotency_busy": Kind(409, "相同请求正在处理中", "The same request is being answered"),
    "idempotency_mismatch": Kind(422, "幂等键已用于其他请求", "The key belongs to another request"),
}


class AnsweredOnce:
    """ASGI middleware inside of the frame that all requests share, outside of the routes."""

    def __init__(self, app: ASGIApp, *, kept: KeptAnswers, clock: Clock, secret: bytes) -> None:
        self.app = app
        self._kept, self._clock, self._secret = kept, clock, secret

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer one request; we are no step on the way of one that has no key."""
        is_post = scope["type"] == "http" and scope["method"] == "POST"
        if not is_post or HEADER not in Headers(scope=scope) or is_exempt(scope["path"]):
            return self.app(scope, receive, send)
        return self._once(scope, receive, send)

    async def _once(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._answer(Request(scope, receive), receive))(scope, receive, send)

    async def _answer(self, request: Request, receive: Receive) -> Response:
        key = request.headers[HEADER]
        if not KEY.fullmatch(key):
            raise Refused("malformed", "an Idempotency-Key has 1 to 255 visible ASCII characters")
        caller = await caller_of(request)
        body = await _body_of(request)
        target = f"{request.method} {request.url.path}?{request.url.query}"

        async def answer() -> KeptAnswer:
            return await _captured(self.app, request.scope, receive, body=body)

        content_type = request.headers.get("content-type", "")
        try:
            given, is_replayed = await answer_once(
                f"{caller.kind} {caller.client_id}",
                key,
                fingerprint=fingerprint_of(target, content_type, body, secret=self._secret),
                answer=answer,
                kept=self._kept,
                clock=self._clock,
            )
        except StillAnswering as busy:
            told: Response = http.problem_response(request, busy)
            told.headers["retry-after"] = str(busy.pause_s)
            return told
        sent = Response(given.body or None, status_code=given.status, headers=dict(given.headers))
        if is_replayed:
            sent.headers["idempotency-replayed"] = "true"
        return sent


async def _body_of(request: Request) -> bytes:
    try:
        return await request.body()
    except HTTPException:  # the frame's way to say that a body goes on beyond the limit
        raise Refused("too_large") from None


async def _captured(app: ASGIApp, scope: Scope, receive: Receive, *, body: bytes) -> KeptAnswer:
    """Let the routes answer a body that was read already, and hold their answer."""
    sent: list[Message] = []
    is_given = False

    async def give() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def hold(message: Message) -> None:
        sent.append(message)

    await app(scope, give, hold)
    start = next(message for message in sent if message["type"] == "http.response.start")
    whole = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
    held = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in start["headers"]]
    is_made = start["status"] < 300  # noqa: PLR2004 - what was refused keeps all its headers (Retry-After, Allow)
    kept = [(name, value) for name, value in held if name in KEPT_HEADERS or not is_made]
    return KeptAnswer(start["status"], tuple(pair for pair in kept if pair[0] != "content-length"), whole)
