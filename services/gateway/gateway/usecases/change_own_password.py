from chassis.errors import Refused
from gateway.domain.accounts import Act, check_password
from gateway.domain.callers import Caller
from gateway.domain.sessions import key_of
from gateway.usecases.issue_token import TooManyAttempts
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.sign_in import SigningIn


async def change_own_password(
    caller: Caller, *, session_id: str, old: str, new: str, address: str, leaning_on: SigningIn
) -> None:
    """Give a person another password; all other sessions of the account end.

    Raises: Refused `forbidden`, `invalid`, TooManyAttempts; Unavailable.
    """
    permit_caller(caller, "own-session")
    name = caller.client_id
    check_password(new, name)
    now_us = leaning_on.clock.now_us()
    if pause_s := await leaning_on.sign_ins.begin(name, address=address, now_us=now_us):
        raise TooManyAttempts(pause_s)
    account = await leaning_on.accounts.load(name)
    if account is None or not await leaning_on.passwords.verify(account.password_hash, old):
        await leaning_on.accounts.note(Act("password-change-refused", name, name, now_us, address))
        raise Refused("forbidden", "the old password is another one")
    await leaning_on.sign_ins.forgive(name, address=address)
    act = Act("password-changed", name, name, now_us, address)
    await leaning_on.accounts.set_password(
        name, await leaning_on.passwords.hash(new), act, but_session=key_of(session_id)
    )
