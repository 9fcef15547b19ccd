"""The keys of one home: made once, readable by their owner only."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from qinglian.home import Home, write_private

TOKEN_KEY_BYTES = 32  # HMAC-SHA256 gains nothing from more


@dataclass(frozen=True)
class Keys:
    """Where each key lies."""

    internal_private: Path  # the gateway signs with it who is asking
    internal_public: Path  # every service checks with it
    access_private: Path  # the gateway signs access tokens of clients with it
    token: Path  # turns identity and account numbers into tokens; lost, nobody can be matched any more


def ensure_keys(home: Home) -> Keys:
    """Make what is missing; what exists is never replaced.

    Source: RFC 7518, section 3.4 (ES256: P-256 and SHA-256).
    """
    keys = Keys(
        internal_private=home.keys / "internal.pem",
        internal_public=home.keys / "internal.public.pem",
        access_private=home.keys / "access.pem",
        token=home.keys / "token.key",
    )
    for private in (keys.internal_private, keys.access_private):
        if not private.exists():
            write_private(private, _new_private_key())
    if not keys.internal_public.exists():
        write_private(keys.internal_public, _public_key(keys.internal_private))
    if not keys.token.exists():
        write_private(keys.token, secrets.token_hex(TOKEN_KEY_BYTES))
    return keys


def _new_private_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public_key(private: Path) -> bytes:
    key = serialization.load_pem_private_key(private.read_bytes(), password=None)
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
