"""Access tokens: ES256, fifteen minutes, for this gateway only.

Source: RFC 7519 (JSON Web Token), RFC 9068 (its profile for access tokens), RFC 7518 section 3.4 (ES256)
"""

import hashlib
from collections import OrderedDict
from pathlib import Path
from typing import Any

from joserfc import jwk, jwt
from joserfc.errors import JoseError
from msgspec import ValidationError, convert

from chassis.clock import Clock
from chassis.errors import Refused
from chassis.ids import new_id
from gateway.domain.callers import Caller

ISSUER = "qinglian"
AUDIENCE = "qinglian-gateway"
LIFETIME_S = 900
TOKEN_CHARACTERS_MAX = 2_048
REMEMBERED_MAX = 1_024  # verified tokens: checking a signature costs as much as a hundred events


class AccessTokens:
    """Signs tokens, and reads them."""

    def __init__(self, key: jwk.ECKey, *, clock: Clock) -> None:
        self._key = key
        self._clock = clock
        self._key_id = key.thumbprint()
        self._verified: OrderedDict[bytes, Caller] = OrderedDict()

    def key_set(self) -> dict[str, Any]:
        """Return the public key as others need it to check our tokens."""
        public = self._key.as_dict(private=False)
        return {"keys": [{**public, "kid": self._key_id, "use": "sig", "alg": "ES256"}]}

    def sign(self, caller: Caller) -> tuple[str, int]:
        """Return a token for a caller, and for how many seconds it is good."""
        now_s = self._clock.now_us() // 1_000_000
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": caller.client_id,
            "client_id": caller.client_id,
            "iat": now_s,
            "exp": now_s + LIFETIME_S,
            "jti": new_id(),
            "kind": caller.kind,
        }
        if caller.department is not None:
            claims["department"] = caller.department
        header = {"alg": "ES256", "typ": "at+jwt", "kid": self._key_id}
        return jwt.encode(header, claims, self._key, ["ES256"]), LIFETIME_S

    def read(self, authorization: str) -> Caller:
        """Return who is asking, from an `Authorization` header.

        Raises: Refused `unauthenticated`.
        """
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not 0 < len(token) <= TOKEN_CHARACTERS_MAX:
            raise _unauthenticated()
        digest = hashlib.sha256(token.encode("utf-8", "replace")).digest()
        caller = self._verified.get(digest) or self._verify(token)
        if caller is None or caller.expires_s <= self._clock.now_us() // 1_000_000:
            self._verified.pop(digest, None)
            raise _unauthenticated()
        self._verified[digest] = caller
        while len(self._verified) > REMEMBERED_MAX:
            self._verified.popitem(last=False)
        return caller

    def _verify(self, token: str) -> Caller | None:
        try:
            claims = jwt.decode(token, self._key, ["ES256"]).claims
        except (JoseError, ValueError):
            return None
        if claims.get("iss") != ISSUER or claims.get("aud") != AUDIENCE:
            return None
        said = {"client_id": claims.get("sub"), "expires_s": claims.get("exp"), "kind": claims.get("kind")}
        try:
            return convert({**said, "department": claims.get("department")}, Caller)
        except ValidationError:
            return None


def load_key(path: Path | None) -> jwk.ECKey:
    """Read the key that signs access tokens (PEM or JWK).

    Raises: ValueError when none is configured.
    """
    if path is None:
        raise ValueError("QINGLIAN_ACCESS_PRIVATE_KEY_FILE is not set: without its key no token can be signed")
    return jwk.ECKey.import_key(path.read_text())


def _unauthenticated() -> Refused:
    return Refused("unauthenticated", "the access token is missing, expired or not ours")
