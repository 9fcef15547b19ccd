from collections.abc import Sequence

from msgspec import Struct

from contracts import Tokeniser
from gateway.domain.callers import Caller
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Ledger


class Tokens(Struct, frozen=True):
    """Tokens in the order of what was asked."""

    persons: list[str]
    accounts: list[str]


async def make_tokens(
    persons: Sequence[str], accounts: Sequence[str], *, caller: Caller, tokeniser: Tokeniser, ledger: Ledger
) -> Tokens:
    """Turn a department's raw numbers into tokens; first it is written down that it was done.

    Raises: Refused `forbidden`; Unavailable.
    """
    permit_caller(caller, "token-make")
    await ledger.note_tokens(caller, persons=len(persons), accounts=len(accounts))
    return Tokens([tokeniser.person(raw) for raw in persons], [tokeniser.account(raw) for raw in accounts])
