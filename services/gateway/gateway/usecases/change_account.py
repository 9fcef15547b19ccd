from collections.abc import Sequence

from chassis.clock import Clock
from chassis.errors import Refused
from gateway.domain.accounts import Account, Act, Role, check_account
from gateway.domain.callers import Caller
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Accounts


async def change_account(
    name: str,
    *,
    roles: Sequence[Role] | None,
    divisions: Sequence[str] | None,
    is_disabled: bool | None,
    caller: Caller,
    address: str,
    accounts: Accounts,
    clock: Clock,
) -> Account:
    """Change what an account may do, or disable it; what it may is what its sessions may, from the next request on.

    Raises: Refused `forbidden`, `invalid`, `not_found`, `conflict` for one's own account; Unavailable.
    """
    permit_caller(caller, "account-administer")
    if name == caller.client_id:
        raise Refused("conflict", "another administrator changes your account: nobody locks the last door from inside")
    kept = await accounts.load(name)
    if kept is None:
        raise Refused("not_found")
    changed = Account(
        name,
        kept.password_hash,
        kept.roles if roles is None else tuple(sorted(set(roles))),
        kept.divisions if divisions is None else tuple(sorted(set(divisions))),
        is_disabled=kept.is_disabled if is_disabled is None else is_disabled,
        created_us=kept.created_us,
        signed_in_us=kept.signed_in_us,
    )
    check_account(name, changed.roles, changed.divisions)
    await accounts.change(changed, Act("changed", name, caller.client_id, clock.now_us(), address, _told(changed)))
    return changed


def _told(account: Account) -> str:
    state = "disabled" if account.is_disabled else "enabled"
    return f"{state}; roles {' '.join(account.roles)}; divisions {' '.join(account.divisions) or 'all'}"
