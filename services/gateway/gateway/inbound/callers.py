"""Who is asking: dependencies that read the access token; the reader is given to the application by bootstrap."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import OAuth2

from chassis.errors import Refused
from gateway.domain.callers import Caller

TOKEN_PATH = "/v1/oauth/token"  # noqa: S105 - a path, not a secret
_scheme = OAuth2(
    flows=OAuthFlows(clientCredentials=OAuthFlowClientCredentials(tokenUrl=TOKEN_PATH, scopes={})),
    scheme_name="client",
    auto_error=False,
)


async def any_caller(request: Request, _documented: Annotated[str | None, Depends(_scheme)]) -> Caller:
    """Return who is asking.

    Raises: Refused `unauthenticated`.
    """
    caller: Caller = request.app.state.read_access_token(request.headers.get("authorization", ""))
    return caller


async def department(caller: Annotated[Caller, Depends(any_caller)]) -> Caller:
    """Return the department that is asking.

    Raises: Refused `unauthenticated`, `forbidden`.
    """
    if caller.kind != "department":
        raise Refused("forbidden", "this is for departments")
    return caller


AnyCaller = Annotated[Caller, Depends(any_caller)]
Publisher = Annotated[Caller, Depends(department)]
