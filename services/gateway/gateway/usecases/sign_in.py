from msgspec import Struct

from chassis.clock import Clock
from chassis.errors import Refused
from gateway.domain.accounts import PASSWORD_CHARACTERS_MAX, Account, Act
from gateway.domain.sessions import key_of
from gateway.usecases.issue_token import TooManyAttempts
from gateway.usecases.ports import Accounts, MakeId, Passwords, Sessions, SignIns

NAME_CHARACTERS_MAX = 64


class SigningIn(Struct, frozen=True):
    """What signing in leans on."""

    accounts: Accounts
    sessions: Sessions
    sign_ins: SignIns
    passwords: Passwords
    make_id: MakeId
    clock: Clock


async def sign_in(name: str, password: str, *, address: str, leaning_on: SigningIn) -> tuple[str, Account]:
    """Begin a session for a person who knows the password; return the session's id and the account.

    An account that does not exist, is disabled or has another password is answered alike, after the same work. An
    attempt is counted before it is looked at, so that many at once are no way around the limit.

    Raises: Refused `unauthenticated`, TooManyAttempts; Unavailable.
    """
    name = name[:NAME_CHARACTERS_MAX].replace("\x00", "")
    now_us = leaning_on.clock.now_us()
    if pause_s := await leaning_on.sign_ins.begin(name, address=address, now_us=now_us):
        raise TooManyAttempts(pause_s)
    account = await leaning_on.accounts.load(name)
    kept = account.password_hash if account is not None else None
    is_right = await leaning_on.passwords.verify(kept, password[: PASSWORD_CHARACTERS_MAX + 1])
    known = account.name if account is not None else ""  # somebody may have typed the password into the field of names
    if account is None or account.is_disabled or not is_right:
        detail = "disabled" if account is not None and account.is_disabled else ""
        await leaning_on.accounts.note(Act("sign-in-refused", known, known, now_us, address, detail))
        raise Refused("unauthenticated", "unknown user or wrong password")
    session_id = leaning_on.make_id()
    await leaning_on.sessions.begin(
        key_of(session_id), name, Act("signed-in", known, known, leaning_on.clock.now_us(), address)
    )
    await leaning_on.sign_ins.forgive(name, address=address)
    return session_id, account
