"""Who is asking, said by the gateway and signed, for the services behind it.

Source: RFC 7519 (JSON Web Token), RFC 7518 section 3.4 (ES256)
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
from fastapi import Request
from joserfc import jwk, jwt
from joserfc.errors import JoseError
from msgspec import Struct

from chassis.clock import Clock
from chassis.errors import Refused

ISSUER = "qinglian-gateway"
AUDIENCE = "qinglian-services"
LIFETIME_S = 60  # one request through the gateway takes far less
LEEWAY_S = 5  # clocks of two machines
TOKEN_CHARACTERS_MAX = 4096


class Principal(Struct, frozen=True):
    """Who is asking, and for what."""

    name: str
    kind: Literal["department", "app", "staff", "service"]
    department: str | None = None
    roles: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    purpose: str | None = None


def load_private_key(path: Path) -> jwk.ECKey:
    """Read the gateway's key (PEM or JWK)."""
    return jwk.ECKey.import_key(_key_material(path.read_text()))


def load_public_keys(path: Path) -> tuple[jwk.ECKey, ...]:
    """Read the keys that are trusted: one PEM or JWK, or a JWKS with the old and the new one during a change."""
    material = _key_material(path.read_text())
    if isinstance(material, dict) and "keys" in material:
        return tuple(jwk.ECKey.import_key(key) for key in material["keys"])
    return (jwk.ECKey.import_key(material),)


def sign(principal: Principal, key: jwk.ECKey, *, clock: Clock, lifetime_s: int = LIFETIME_S) -> str:
    """Say who is asking, for a minute."""
    now_s = clock.now_us() // 1_000_000
    claims = {"iss": ISSUER, "aud": AUDIENCE, "iat": now_s, "exp": now_s + lifetime_s}
    return jwt.encode({"alg": "ES256"}, {**claims, "principal": msgspec.to_builtins(principal)}, key, ["ES256"])


def verify(token: str, keys: Sequence[jwk.ECKey], *, clock: Clock) -> Principal:
    """Return who is asking.

    Raises: Refused `unauthenticated`.
    """
    now_s = clock.now_us() // 1_000_000
    for key in keys:
        claims = _claims(token, key)
        if claims is None:
            continue
        is_ours = claims.get("iss") == ISSUER and claims.get("aud") == AUDIENCE
        issued, expires = claims.get("iat"), claims.get("exp")
        if not is_ours or not isinstance(issued, int) or not isinstance(expires, int):
            break
        if issued - LEEWAY_S <= now_s < expires + LEEWAY_S:
            return _principal(claims.get("principal"))
        break
    raise Refused("unauthenticated", "the internal token is missing, expired or not signed by the gateway")


async def internal_principal(request: Request) -> Principal:
    """Return who is asking, as a FastAPI dependency; the keys are given to `chassis.http.build_app`.

    Raises: Refused `unauthenticated`.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or len(token) > TOKEN_CHARACTERS_MAX:
        raise Refused("unauthenticated", "the internal token is missing, expired or not signed by the gateway")
    return verify(token, request.app.state.internal_keys, clock=request.app.state.clock)


def _claims(token: str, key: jwk.ECKey) -> dict[str, object] | None:
    try:
        return dict(jwt.decode(token, key, ["ES256"]).claims)
    except (JoseError, ValueError):
        return None


def _principal(said: object) -> Principal:
    try:
        return msgspec.convert(said, Principal)
    except msgspec.ValidationError:
        raise Refused("unauthenticated", "the internal token names nobody we know") from None


def _key_material(text: str) -> str | dict[str, Any]:
    if not text.lstrip().startswith("{"):
        return text
    material: dict[str, Any] = json.loads(text)
    return material
