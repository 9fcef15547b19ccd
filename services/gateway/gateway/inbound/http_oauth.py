"""Clients get access tokens; errors are told as OAuth tells them.

Source: RFC 6749 sections 2.3.1, 4.4, 5.1 and 5.2; RFC 7517 (JSON Web Key)
"""

import base64
import binascii
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote_plus

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from chassis import http
from chassis.errors import Refused
from gateway.inbound.callers import TOKEN_PATH
from gateway.inbound.shapes import AccessTokenAnswer, OAuthError
from gateway.usecases.issue_token import SignAccess, TooManyAttempts, issue_token
from gateway.usecases.ports import Attempts, Clients

FORM_BYTES_MAX = 8_192  # two short strings and a word
FIELDS_MAX = 16
FORM = "application/x-www-form-urlencoded"
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"model": AccessTokenAnswer},
    400: {"model": OAuthError, "description": "Not a request for a token of ours."},
    401: {"model": OAuthError, "description": "We do not know this client, or it has another secret."},
    429: {"model": OAuthError, "description": "Too many failed attempts; see Retry-After."},
}
BODY = {
    "required": True,
    "content": {
        FORM: {
            "schema": {
                "type": "object",
                "required": ["grant_type"],
                "properties": {
                    "grant_type": {"const": "client_credentials"},
                    "client_id": {"type": "string"},
                    "client_secret": {"type": "string", "format": "password"},
                },
            }
        }
    },
}


class OAuthRefusal(Exception):  # noqa: N818 - an answer, not an error of ours
    """An answer in OAuth's form."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.description, self.status = error, description, status


class Credentials(NamedTuple):
    """What a client says it is."""

    client_id: str
    secret: str


def oauth_router(
    *, clients: Clients, attempts: Attempts, sign: SignAccess, key_set: Callable[[], dict[str, Any]]
) -> APIRouter:
    """Build the routes that give tokens and the key that they can be checked with."""
    router = APIRouter(tags=["access"])

    @router.post(TOKEN_PATH, response_model=None, responses=RESPONSES, openapi_extra={"requestBody": BODY})
    async def post_token(request: Request) -> Response:
        """Give an access token to a client (client credentials; in the form or as HTTP Basic)."""
        try:
            credentials = await _read_credentials(request)
            token = await issue_token(
                credentials.client_id,
                credentials.secret,
                address=request.client.host if request.client else "",
                clients=clients,
                attempts=attempts,
                sign=sign,
            )
        except OAuthRefusal as refusal:
            return _refusal(refusal)
        except TooManyAttempts as refusal:
            answer = _refusal(OAuthRefusal("temporarily_unavailable", refusal.detail, 429))
            answer.headers["retry-after"] = str(refusal.pause_s)
            return answer
        except Refused:
            return _refusal(OAuthRefusal("invalid_client", "unknown client or wrong secret", 401))
        return _uncached(
            {"access_token": token.access_token, "token_type": "Bearer", "expires_in": token.expires_in}, 200
        )

    @router.get("/.well-known/jwks.json", response_model=None)
    async def get_key_set() -> Response:
        """Show the public key that access tokens are signed with."""
        return JSONResponse(key_set(), headers={"cache-control": "public, max-age=300"})

    return router


async def _read_credentials(request: Request) -> Credentials:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise OAuthRefusal("invalid_request", f"a form is due here: {FORM}")
    form = _read_form(await http.read_body(request, limit=FORM_BYTES_MAX))
    if "grant_type" not in form:
        raise OAuthRefusal("invalid_request", "grant_type is missing")
    if form["grant_type"] != "client_credentials":
        raise OAuthRefusal("unsupported_grant_type", "only client_credentials")
    basic = _read_basic(request.headers.get("authorization", ""))
    if basic is not None:
        if "client_secret" in form:
            raise OAuthRefusal("invalid_request", "the secret stands in the header and in the form")
        return basic
    if not form.get("client_id") or not form.get("client_secret"):
        raise OAuthRefusal("invalid_client", "client_id and client_secret are due here", 401)
    return Credentials(form["client_id"], form["client_secret"])


def _read_form(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="strict")
    except ValueError:
        raise OAuthRefusal("invalid_request", "the form cannot be read") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise OAuthRefusal("invalid_request", "a parameter stands twice")
    return form


def _read_basic(header: str) -> Credentials | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise OAuthRefusal("invalid_client", "the header cannot be read", 401) from None
    if not colon:
        raise OAuthRefusal("invalid_client", "the header cannot be read", 401)
    return Credentials(unquote_plus(name), unquote_plus(secret))


def _refusal(refusal: OAuthRefusal) -> JSONResponse:
    answer = _uncached({"error": refusal.error, "error_description": refusal.description}, refusal.status)
    if refusal.status == 401:  # noqa: PLR2004 - RFC 9110 wants the challenge
        answer.headers["www-authenticate"] = 'Basic realm="qinglian", charset="UTF-8"'
    return answer


def _uncached(content: dict[str, Any], status: int) -> JSONResponse:
    return JSONResponse(content, status_code=status, headers={"cache-control": "no-store", "pragma": "no-cache"})
