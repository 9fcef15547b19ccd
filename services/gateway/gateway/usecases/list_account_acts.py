from gateway.domain.accounts import Act
from gateway.domain.callers import Caller
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Accounts


async def list_account_acts(
    caller: Caller, *, before: int | None, limit: int, accounts: Accounts
) -> tuple[list[Act], int | None]:
    """Show who signed in, was refused, or did something to an account, newest first; and where the next page begins.

    Raises: Refused `forbidden`; Unavailable.
    """
    permit_caller(caller, "ledger-read")
    found = await accounts.load_acts(before=before, limit=limit + 1)
    page = found[:limit]
    return [act for _, act in page], page[-1][0] if len(found) > limit else None
