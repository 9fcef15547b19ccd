from gateway.domain.accounts import Account
from gateway.domain.callers import Caller
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Accounts


async def list_accounts(
    caller: Caller, *, after: str, limit: int, accounts: Accounts
) -> tuple[list[Account], str | None]:
    """Show a page of accounts in the order of their names, and where the next one begins.

    Raises: Refused `forbidden`; Unavailable.
    """
    permit_caller(caller, "account-administer")
    found = await accounts.load_page(after, limit=limit + 1)
    page = found[:limit]
    return page, page[-1].name if len(found) > limit else None
