from gateway.domain.callers import Caller
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Json, Services


async def show_credit(code: str, *, caller: Caller, services: Services) -> Json:
    """Show which lists an organization is on; who works on listings sees all of its listings.

    Raises: Refused `not_found`; Unavailable.
    """
    permit_caller(caller, "listing-read-public")
    shown: Json = await services.get("credit", f"/organizations/{code}/credit", caller=caller)
    return shown
