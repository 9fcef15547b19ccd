"""Sessions of people who signed in: what is kept of them, and when they end.

A session's id is 256 random bits that only its browser has; we keep a hash. The token that a write must repeat is
derived from the id, so that nobody who reads our table can make either.

Source: OWASP Session Management and Cross-Site Request Forgery Prevention cheat sheets
"""

import hashlib
import hmac

from msgspec import Struct

from gateway.domain.accounts import Account
from gateway.domain.callers import Caller

IDLE_S = 30 * 60  # somebody who has left the desk for longer signs in again
ABSOLUTE_S = 12 * 3600  # a working day
SESSIONS_PER_ACCOUNT_MAX = 5  # office, home, telephone; one more ends the oldest
SEEN_EVERY_S = 60  # a row is written once a minute, not with each request
ANSWER_S = 300  # a stream looks again after this whether its session still stands
ID_CHARACTERS_MAX = 64


class Session(Struct, frozen=True):
    """A session and whose it is."""

    account: Account
    begun_us: int
    seen_us: int


def key_of(session_id: str) -> bytes:
    """Return what is kept of a session's id."""
    return hashlib.sha256(b"session:" + session_id.encode()).digest()


def csrf_of(session_id: str) -> str:
    """Return the token that writes in this session repeat."""
    return hashlib.sha256(b"csrf:" + session_id.encode()).hexdigest()


def is_csrf_of(session_id: str, told: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(csrf_of(session_id).encode(), told.encode())


def ends_us(session: Session) -> int:
    """Say when a session ends if nobody uses it any more."""
    return min(session.begun_us + ABSOLUTE_S * 1_000_000, session.seen_us + IDLE_S * 1_000_000)


def is_standing(session: Session, now_us: int) -> bool:
    """Say whether a session is still good."""
    return not session.account.is_disabled and now_us < ends_us(session)


def caller_in(session: Session, now_us: int) -> Caller:
    """Say who is asking."""
    account = session.account
    until_us = min(ends_us(session), now_us + ANSWER_S * 1_000_000)
    return Caller(
        account.name,
        "staff",
        roles=account.roles,
        divisions=account.divisions,
        expires_s=-(-until_us // 1_000_000),
    )
