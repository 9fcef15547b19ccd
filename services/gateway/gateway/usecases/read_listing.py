from gateway.domain.callers import Caller
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Json, Services


async def read_listing(listing_id: str, *, caller: Caller, services: Services) -> Json:
    """Show a listing with its acts and deadlines.

    Raises: Refused `not_found`, also for whoever may not see it; Unavailable.
    """
    permit_caller(caller, "listing-read", refused_as="not_found")
    listing: Json = await services.get("credit", f"/listings/{listing_id}", caller=caller)
    return listing
