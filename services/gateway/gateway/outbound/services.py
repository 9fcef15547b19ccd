"""The services behind us: the only module that speaks HTTP to them."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
import msgspec

from chassis.errors import Refused, Unavailable
from gateway.domain.callers import Caller
from gateway.usecases.ports import SERVICE_TIMEOUT_S, Method

READY_TIMEOUT_S = 2.5  # their own probes of broker and database end within two; ours must end within three
CONNECTIONS_MAX = 32  # to all of them
_SERVER_ERROR = 500
_CODES = {403: "forbidden", 404: "not_found", 409: "conflict", 422: "invalid", 400: "malformed"}


class Readiness(NamedTuple):
    """Whether a service can work now, and in which version."""

    ready: bool
    version: str | None


class Answered(NamedTuple):
    """What a service says when it has done what was asked."""

    status: int
    body: Any


class HttpServices:
    """Asks services on behalf of callers, whom it names in a signed token."""

    def __init__(
        self,
        urls: Mapping[str, str],
        *,
        sign: Callable[[Caller], str],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.names = tuple(urls)
        self._urls = dict(urls)
        self._sign = sign
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    async def open(self) -> None:
        """Prepare to ask; connects with the first question."""
        self._client = httpx.AsyncClient(
            timeout=SERVICE_TIMEOUT_S,
            limits=httpx.Limits(max_connections=CONNECTIONS_MAX),
            trust_env=False,
            transport=self._transport,
        )

    async def close(self) -> None:
        """Let go of all connections."""
        if self._client is not None:
            await self._client.aclose()

    async def get(self, service: str, path: str, *, caller: Caller, query: Mapping[str, Any] | None = None) -> Any:
        """Ask one, on behalf of a caller.

        Raises: Unavailable when it does not answer; Refused as it refuses.
        """
        return (await self.send("GET", service, path, caller=caller, query=query)).body

    async def send(
        self,
        method: Method,
        service: str,
        path: str,
        *,
        caller: Caller,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        timeout_s: float = SERVICE_TIMEOUT_S,
    ) -> Answered:
        """Ask one to do something on behalf of a caller; `body` goes as JSON.

        Raises: Unavailable when it does not answer: whether it was done is then unknown. Refused as it refuses.
        """
        answer = await self._send(
            self._request(
                method,
                service,
                quote(path),
                params={name: value for name, value in (query or {}).items() if value is not None},
                headers={"authorization": f"Bearer {self._sign(caller)}"},
                content=None if body is None else msgspec.json.encode(body),
                timeout_s=timeout_s,
            ),
            service=service,
            timeout_s=timeout_s,
        )
        if answer.is_success:
            return Answered(answer.status_code, msgspec.json.decode(answer.content) if answer.content else None)
        if answer.status_code in _CODES:
            raise _refused(answer)
        raise Unavailable(f"{service} answers {answer.status_code}")

    async def readiness(self, service: str) -> Readiness:
        """Say whether a service can work now."""
        try:
            asking = self._request("GET", service, "/readyz")
            answer = await self._send(asking, service=service, timeout_s=READY_TIMEOUT_S)
            said = msgspec.json.decode(answer.content)
        except (Unavailable, msgspec.DecodeError):
            return Readiness(ready=False, version=None)
        version = said.get("version") if isinstance(said, dict) else None
        return Readiness(answer.status_code == httpx.codes.OK, version)

    async def all_ready(self) -> dict[str, bool]:
        """Say of each service whether it can work now."""
        found = await asyncio.gather(*(self.readiness(name) for name in self.names))
        return {name: each.ready for name, each in zip(self.names, found, strict=True)}

    def _request(
        self,
        method: Method,
        service: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout_s: float = SERVICE_TIMEOUT_S,
    ) -> httpx.Request:
        if self._client is None:
            raise Unavailable(f"{service}: not open")
        sent = dict(headers or {}) | ({} if content is None else {"content-type": "application/json"})
        return self._client.build_request(
            method, self._urls[service] + path, params=params, headers=sent, content=content, timeout=timeout_s
        )

    async def _send(self, request: httpx.Request, *, service: str, timeout_s: float) -> httpx.Response:
        if self._client is None:
            raise Unavailable(f"{service}: not open")
        try:
            # httpx counts per read; the whole answer must be there in time.
            return await asyncio.wait_for(self._client.send(request), timeout_s)
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unavailable(f"{service} does not answer: {type(error).__name__}") from error


def _refused(answer: httpx.Response) -> Refused:
    code = _CODES[answer.status_code]
    try:
        said = msgspec.json.decode(answer.content)
    except msgspec.DecodeError:
        return Refused(code)
    return Refused(said.get("code") or code, said.get("detail") or "", errors=said.get("errors") or ())
