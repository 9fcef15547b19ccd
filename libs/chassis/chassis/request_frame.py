"""The frame around every HTTP request: its name, how much it may send, how many at once, and an answer in any case."""

import logging
from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import problems
from chassis.errors import Refused, Unavailable
from chassis.ids import new_request_id

OPEN_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})  # must answer when everything else is full
_log = logging.getLogger(__name__)


class BodyTooLarge(HTTPException):
    """A body that went on beyond the limit; an HTTPException so that FastAPI's body reader lets it pass."""

    def __init__(self) -> None:
        super().__init__(status_code=413)


class RequestFrame:
    """ASGI middleware, the outermost one of ours."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        body_bytes_max: int,
        requests_max: int,
        kinds: Mapping[str, problems.Kind],
    ) -> None:
        self.app = app
        self.body_bytes_max = body_bytes_max
        self.requests_max = requests_max
        self.kinds = kinds
        self.in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send, body_bytes_max=self.body_bytes_max)
        counts = scope["path"] not in OPEN_PATHS
        if counts and self.in_flight >= self.requests_max:
            await exchange.refuse(Unavailable("too many requests at once", retry_after_s=1), self.kinds)
            return
        self.in_flight += counts
        try:
            await self._serve(scope, exchange)
        finally:
            self.in_flight -= counts

    async def _serve(self, scope: Scope, exchange: "_Exchange") -> None:
        if exchange.announced_bytes > self.body_bytes_max:
            await exchange.refuse(Refused("too_large", f"at most {self.body_bytes_max} bytes"), self.kinds)
            return
        try:
            await self.app(scope, exchange.receive, exchange.send)
        except Exception as error:
            if not isinstance(error, Refused | Unavailable):
                _log.exception("a request failed", extra={"request_id": exchange.request_id})
            if exchange.started:
                raise
            await exchange.refuse(error, self.kinds)


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, *, body_bytes_max: int) -> None:
        headers = Headers(scope=scope)
        announced = headers.get("content-length", "")
        self.announced_bytes = int(announced) if announced.isdecimal() else 0
        self.accept_language = headers.get("accept-language", "")
        self.request_id = new_request_id()
        scope.setdefault("state", {})["request_id"] = self.request_id
        self.started = False
        self._receive, self._send = receive, send
        self._left_bytes = body_bytes_max

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left_bytes -= len(message.get("body", b""))
            if self._left_bytes < 0:
                raise BodyTooLarge
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            MutableHeaders(scope=message)["x-request-id"] = self.request_id
        await self._send(message)

    async def refuse(self, error: Exception, kinds: Mapping[str, problems.Kind]) -> None:
        told = problems.answer(error, instance=self.request_id, accept_language=self.accept_language, more=kinds)
        headers: dict[str, Any] = {"content-type": problems.MEDIA_TYPE, "x-request-id": self.request_id, **told.headers}
        if told.status == 413:  # noqa: PLR2004 - what follows of the body would be read as the next request
            headers["connection"] = "close"
        raw = [(name.encode("latin-1"), str(value).encode("latin-1")) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": told.status, "headers": raw})
        await self._send({"type": "http.response.body", "body": msgspec.json.encode(told.body)})
