from collections.abc import Callable

from msgspec import Struct

from chassis.errors import Refused
from gateway.domain.callers import Caller
from gateway.domain.clients import CLIENT_ID_CHARACTERS_MAX, SECRET_CHARACTERS_MAX, is_secret_of
from gateway.usecases.ports import Attempts, Clients

SignAccess = Callable[[Caller], tuple[str, int]]


class TooManyAttempts(Refused):
    """Too many wrong secrets; `pause_s` says when it may be tried again."""

    def __init__(self, pause_s: int) -> None:
        super().__init__("too_many_requests", "too many failed attempts")
        self.pause_s = pause_s


class AccessToken(Struct, frozen=True):
    """A token and how long it lasts."""

    access_token: str
    expires_in: int


async def issue_token(
    client_id: str, secret: str, *, address: str, clients: Clients, attempts: Attempts, sign: SignAccess
) -> AccessToken:
    """Give a client that knows its secret an access token.

    Raises: Refused `invalid_client`, TooManyAttempts; Unavailable.
    """
    name = client_id[:CLIENT_ID_CHARACTERS_MAX]
    if pause_s := attempts.pause_s(name, address):
        raise TooManyAttempts(pause_s)
    client = await clients.load(name) if "\x00" not in name else None
    if not is_secret_of(client, secret[: SECRET_CHARACTERS_MAX + 1]) or client is None:
        attempts.note_failure(name, address)
        raise Refused("invalid_client")
    token, expires_in = sign(Caller(client.client_id, client.kind, client.department))
    return AccessToken(token, expires_in)
