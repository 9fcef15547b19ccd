from collections.abc import Sequence

from chassis.clock import Clock
from chassis.errors import Refused
from gateway.domain.accounts import Account, Act, Role, check_account, check_password
from gateway.domain.callers import Caller
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Accounts, Passwords


async def create_account(
    name: str,
    password: str,
    *,
    roles: Sequence[Role],
    divisions: Sequence[str],
    caller: Caller,
    address: str,
    accounts: Accounts,
    passwords: Passwords,
    clock: Clock,
) -> Account:
    """Make an account for a person.

    Raises: Refused `forbidden`, `invalid`, `conflict` when the name is taken, by a person or a client; Unavailable.
    """
    permit_caller(caller, "account-administer")
    check_account(name, roles, divisions)
    check_password(password, name)
    now_us = clock.now_us()
    account = Account(
        name,
        await passwords.hash(password),
        tuple(sorted(set(roles))),
        tuple(sorted(set(divisions))),
        created_us=now_us,
    )
    detail = f"roles {' '.join(account.roles)}; divisions {' '.join(account.divisions) or 'all'}"
    if not await accounts.create(account, Act("created", name, caller.client_id, now_us, address, detail)):
        raise Refused("conflict", "this name is taken", pointer="/name")
    return account
