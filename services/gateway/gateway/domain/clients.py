"""Clients and their secrets.

A secret is 256 random bits, so one round of SHA-256 is as far from being guessed back as many: a slow hash protects
what people choose, and nobody chooses these.
"""

import hashlib
import hmac

from msgspec import Struct

from gateway.domain.callers import CallerKind

SECRET_CHARACTERS_MIN = 43  # 256 bits in URL-safe base64
SECRET_CHARACTERS_MAX = 256
CLIENT_ID_CHARACTERS_MAX = 128


class Client(Struct, frozen=True):
    """A client as it is kept; its secret only as a hash."""

    client_id: str
    secret_hash: bytes
    kind: CallerKind
    department: str | None = None


class Enrolment(Struct, frozen=True, forbid_unknown_fields=True):
    """A client as it is handed in, once, with its secret."""

    client_id: str
    client_secret: str
    kind: CallerKind
    department: str | None = None


def hash_secret(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()


def is_secret_of(client: Client | None, secret: str) -> bool:
    """Compare in constant time; a client that does not exist takes as long as one that does."""
    kept = client.secret_hash if client is not None else hash_secret("")
    return hmac.compare_digest(kept, hash_secret(secret)) and client is not None


def client_of(enrolment: Enrolment) -> Client:
    """Turn an enrolment into what is kept of it.

    Raises: ValueError, naming the client and never the secret.
    """
    name = enrolment.client_id
    if not 0 < len(name) <= CLIENT_ID_CHARACTERS_MAX:
        raise ValueError(f"a client_id has 1 to {CLIENT_ID_CHARACTERS_MAX} characters")
    if not SECRET_CHARACTERS_MIN <= len(enrolment.client_secret) <= SECRET_CHARACTERS_MAX:
        raise ValueError(f"{name}: a secret has {SECRET_CHARACTERS_MIN} to {SECRET_CHARACTERS_MAX} random characters")
    if (enrolment.kind == "department") != (enrolment.department is not None):
        raise ValueError(f"{name}: a department's client names its department, and only such a one")
    return Client(name, hash_secret(enrolment.client_secret), enrolment.kind, enrolment.department)
