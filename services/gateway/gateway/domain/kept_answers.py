"""Answers that are kept for a day, so that the same request sent again is answered and not done again.

Source: draft-ietf-httpapi-idempotency-key-header-07 (the Idempotency-Key header)
"""

import hashlib
import hmac
import re
from typing import Literal

from msgspec import Struct

KEY = re.compile(r"[!-~]{1,255}")
KEPT_S = 24 * 3600
BUSY_S = 120  # longer than the longest import; after it whoever began has died and the key is free again
RETRY_AFTER_S = 2
BODY_BYTES_MAX = 1_048_576  # an answer beyond it is not kept; none that creates something is so long
# What is exempt, and why: events have identities of their own; tokens and sessions answer with secrets or make nothing.
EXEMPT_PATHS = frozenset({"/v1/events", "/v1/oauth/token", "/v1/session", "/v1/session/password", "/v1/tokens"})
EXEMPT_PREFIX = "/v1/public/"  # nobody in particular asks there, and a key belongs to somebody
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')


class KeptAnswer(Struct, frozen=True):
    """An answer as it is sent."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def is_worth_keeping(self) -> bool:
        """Whether something was made; what was refused may be mended and sent under the same key."""
        return 200 <= self.status < 300 and len(self.body) <= BODY_BYTES_MAX  # noqa: PLR2004 - the 200s


Begun = KeptAnswer | Literal["ours", "busy", "other"]


def is_exempt(path: str) -> bool:
    """Say whether a POST there knows no key."""
    return path in EXEMPT_PATHS or path.startswith(EXEMPT_PREFIX)


def fingerprint_of(target: str, content_type: str, body: bytes, *, secret: bytes) -> bytes:
    """Return what tells whether a request is the same; keyed, because a body may hold a password.

    A form's boundary is chosen anew with each sending and is left out.
    """
    boundary = _BOUNDARY.search(content_type)
    if boundary is not None:
        body = body.replace(boundary[1].encode("latin-1"), b"")
        content_type = content_type.partition(";")[0]
    told = hashlib.sha256(body).digest() + f"{target}\n{content_type}".encode()
    return hmac.digest(secret, told, "sha256")
