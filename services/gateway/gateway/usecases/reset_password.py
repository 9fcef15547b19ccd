from chassis.clock import Clock
from chassis.errors import Refused
from gateway.domain.accounts import Act, check_password
from gateway.domain.callers import Caller
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Accounts, Passwords


async def reset_password(
    name: str, password: str, *, caller: Caller, address: str, accounts: Accounts, passwords: Passwords, clock: Clock
) -> None:
    """Give an account another password; all its sessions end.

    Raises: Refused `forbidden`, `invalid`, `not_found`; Unavailable.
    """
    permit_caller(caller, "account-administer")
    check_password(password, name)
    if await accounts.load(name) is None:
        raise Refused("not_found")
    act = Act("password-reset", name, caller.client_id, clock.now_us(), address)
    await accounts.set_password(name, await passwords.hash(password), act)
