"""The services behind us: the only module that speaks HTTP to them."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
import msgspec

from chassis.errors import Refused, Unavailable
from gateway.domain.callers import Caller

TIMEOUT_S = 5.0  # they answer within milliseconds; who waits longer has left
READY_TIMEOUT_S = 2.5  # their own probes of broker and database end within two; ours must end within three
CONNECTIONS_MAX = 32  # to all of them
_SERVER_ERROR = 500
_CODES = {403: "forbidden", 404: "not_found", 409: "conflict", 422: "invalid", 400: "malformed"}


class Readiness(NamedTuple):
    """Whether a service can work now, and in which version."""

    ready: bool
    version: str | None


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
            timeout=TIMEOUT_S,
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
        headers = {"authorization": f"Bearer {self._sign(caller)}"}
        params = {name: value for name, value in (query or {}).items() if value is not None}
        answer = await self._get(service, quote(path), params=params, headers=headers)
        if answer.status_code == httpx.codes.OK:
            return msgspec.json.decode(answer.content)
        if answer.status_code in _CODES:
            raise _refused(answer)
        raise Unavailable(f"{service} answers {answer.status_code}")

    async def readiness(self, service: str) -> Readiness:
        """Say whether a service can work now."""
        try:
            answer = await self._get(service, "/readyz", params={}, headers={}, timeout_s=READY_TIMEOUT_S)
            said = msgspec.json.decode(answer.content)
        except (Unavailable, msgspec.DecodeError):
            return Readiness(ready=False, version=None)
        version = said.get("version") if isinstance(said, dict) else None
        return Readiness(answer.status_code == httpx.codes.OK, version)

    async def all_ready(self) -> dict[str, bool]:
        """Say of each service whether it can work now."""
        found = await asyncio.gather(*(self.readiness(name) for name in self.names))
        return {name: each.ready for name, each in zip(self.names, found, strict=True)}

    async def _get(
        self,
        service: str,
        path: str,
        *,
        params: Mapping[str, Any],
        headers: Mapping[str, str],
        timeout_s: float = TIMEOUT_S,
    ) -> httpx.Response:
        if self._client is None:
            raise Unavailable(f"{service}: not open")
        try:
            # httpx counts per read; the whole answer must be there in time.
            asked = self._client.get(self._urls[service] + path, params=dict(params), headers=dict(headers))
            return await asyncio.wait_for(asked, timeout_s)
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unavailable(f"{service} does not answer: {type(error).__name__}") from error


def _refused(answer: httpx.Response) -> Refused:
    code = _CODES[answer.status_code]
    try:
        said = msgspec.json.decode(answer.content)
    except msgspec.DecodeError:
        return Refused(code)
    return Refused(said.get("code") or code, said.get("detail") or "", errors=said.get("errors") or ())
