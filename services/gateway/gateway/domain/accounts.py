"""Accounts of people: who they are, what they may be, and what a password must be.

Source: NIST SP 800-63B section 5.1.1.2 (length instead of composition)
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from chassis.errors import Refused

Role = Literal["handler", "checker", "approver", "rule-owner", "rule-approver", "credit-officer", "auditor", "admin"]
NAME = re.compile(r"[a-z][a-z0-9._-]{0,63}")
DIVISION = re.compile(r"[0-9]{2,12}")
PASSWORD_CHARACTERS_MIN = 12
PASSWORD_CHARACTERS_MAX = 256  # a longer one costs us more than it gives
ENROLLED_CHARACTERS_MIN = 43  # 256 random bits in URL-safe base64
DIVISIONS_MAX = 50  # a county has some twenty townships
RESERVED = frozenset({"public", "system"})


class Account(Struct, frozen=True):
    """An account as it is kept; its password only as a hash."""

    name: str
    password_hash: str
    roles: tuple[Role, ...]
    divisions: tuple[str, ...] = ()  # prefixes of division codes; none: the whole county
    is_disabled: bool = False
    created_us: int = 0
    signed_in_us: int | None = None


class UserEnrolment(Struct, frozen=True, forbid_unknown_fields=True):
    """An account as a first start hands it in, with a random password."""

    name: str
    password: str
    roles: tuple[Role, ...]
    divisions: tuple[str, ...] = ()


class Act(Struct, frozen=True):
    """Something that was done with an account; never with a secret in it."""

    act: str
    name: str
    by_name: str
    at_us: int
    address: str = ""
    detail: str = ""


def check_account(name: str, roles: Sequence[str], divisions: Sequence[str]) -> None:
    """Check what an account is to be.

    Raises: Refused `invalid`.
    """
    if not NAME.fullmatch(name) or name in RESERVED:
        raise Refused("invalid", "a name has up to 64 of a-z, 0-9, '.', '_' and '-', a letter first", pointer="/name")
    if not roles:
        raise Refused("invalid", "an account has at least one role", pointer="/roles")
    if len(divisions) > DIVISIONS_MAX or not all(DIVISION.fullmatch(division) for division in divisions):
        detail = f"up to {DIVISIONS_MAX} division codes or their beginnings, 2 to 12 digits each"
        raise Refused("invalid", detail, pointer="/divisions")


def check_password(password: str, name: str) -> None:
    """Check that a password is long enough and not the name.

    Raises: Refused `invalid`; never repeats the password.
    """
    if not PASSWORD_CHARACTERS_MIN <= len(password) <= PASSWORD_CHARACTERS_MAX:
        detail = f"a password has {PASSWORD_CHARACTERS_MIN} to {PASSWORD_CHARACTERS_MAX} characters"
        raise Refused("invalid", detail, pointer="/password")
    if len(set(password)) <= 2 or (name in password.lower() and len(password) < 2 * len(name)):  # noqa: PLR2004 - "ababab"
        raise Refused("invalid", "this password is the first one that somebody would try", pointer="/password")


def digest_of(enrolment: UserEnrolment) -> bytes:
    """Return what tells later whether a first start's password is still the same one.

    Raises: ValueError, naming the account and never the password.
    """
    if not ENROLLED_CHARACTERS_MIN <= len(enrolment.password) <= PASSWORD_CHARACTERS_MAX:
        raise ValueError(f"{enrolment.name}: a first password has at least {ENROLLED_CHARACTERS_MIN} random characters")
    return hashlib.sha256(enrolment.password.encode()).digest()
