"""Who is asking: an access token, or the cookie of a person who signed in; bootstrap gives the readers of both.

Source: OWASP Cross-Site Request Forgery Prevention cheat sheet (token and origin)
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import APIKeyCookie, OAuth2

from chassis.clock import Clock
from chassis.errors import Refused
from gateway.domain.callers import Caller
from gateway.domain.sessions import Session, caller_in, is_csrf_of

TOKEN_PATH = "/v1/oauth/token"  # noqa: S105 - a path, not a secret
COOKIE = "qinglian_session"
CSRF_HEADER = "x-csrf-token"
LISTENING_PATHS = frozenset({"/v1/stream"})  # an open window that nobody looks at prolongs no session
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_client = OAuth2(
    flows=OAuthFlows(clientCredentials=OAuthFlowClientCredentials(tokenUrl=TOKEN_PATH, scopes={})),
    scheme_name="client",
    auto_error=False,
)
_person = APIKeyCookie(
    name=COOKIE,
    scheme_name="person",
    description="Set by `POST /v1/session`. Writes repeat its `csrf_token` in the header `X-CSRF-Token`.",
    auto_error=False,
)


class Doorkeeper(NamedTuple):
    """Knows who may come in; one per application, in `app.state.doorkeeper`."""

    read_token: Callable[[str], Caller]
    resume: Callable[..., Awaitable[Session]]
    clock: Clock
    public_url: str | None  # how browsers reach us; None: as they say in `Host`

    def is_secure(self, request: Request) -> bool:
        """Say whether a cookie must never travel in the clear."""
        return (self.public_url or str(request.base_url)).startswith("https:")


class SignedIn(NamedTuple):
    """A person in a session."""

    session_id: str
    session: Session
    caller: Caller


async def caller_of(request: Request) -> Caller:
    """Return who is asking: a token counts before a cookie.

    Raises: Refused `unauthenticated`, `forbidden` when a write with a cookie is not proven to be meant.
    """
    keeper: Doorkeeper = request.app.state.doorkeeper
    if "authorization" in request.headers or COOKIE not in request.cookies:
        return keeper.read_token(request.headers.get("authorization", ""))
    return (await session_of(request)).caller


async def session_of(request: Request) -> SignedIn:
    """Return the session of a request with a cookie.

    Raises: Refused `unauthenticated`, `forbidden`; Unavailable.
    """
    keeper: Doorkeeper = request.app.state.doorkeeper
    session_id = request.cookies.get(COOKIE)
    if session_id is None:
        raise Refused("unauthenticated", "nobody is signed in")
    session = await keeper.resume(session_id, is_used=request.url.path not in LISTENING_PATHS)
    if request.method not in _READS:
        check_origin(request)
        if not is_csrf_of(session_id, request.headers.get(CSRF_HEADER, "")):
            raise Refused("forbidden", "X-CSRF-Token is missing or not of this session")
    return SignedIn(session_id, session, caller_in(session, keeper.clock.now_us()))


def check_origin(request: Request) -> None:
    """Check that a browser's write comes from our own pages.

    Raises: Refused `forbidden`.
    """
    keeper: Doorkeeper = request.app.state.doorkeeper
    origin = request.headers.get("origin")
    if origin is None:
        return
    own = urlsplit(keeper.public_url).netloc if keeper.public_url else request.headers.get("host", "")
    if urlsplit(origin).netloc.lower() != own.lower() or not own:
        raise Refused("forbidden", "a write comes from a page of another origin")


async def any_caller(
    request: Request,
    _token: Annotated[str | None, Depends(_client)],
    _cookie: Annotated[str | None, Depends(_person)],
) -> Caller:
    """Return who is asking.

    Raises: Refused `unauthenticated`, `forbidden`.
    """
    return await caller_of(request)


async def signed_in(request: Request, _cookie: Annotated[str | None, Depends(_person)]) -> SignedIn:
    """Return the person who is asking.

    Raises: Refused `unauthenticated`, `forbidden`.
    """
    return await session_of(request)


def address_of(request: Request) -> str:
    """Return where a request comes from."""
    return request.client.host if request.client else ""


AnyCaller = Annotated[Caller, Depends(any_caller)]
Person = Annotated[SignedIn, Depends(signed_in)]
