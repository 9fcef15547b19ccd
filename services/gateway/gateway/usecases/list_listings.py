from collections.abc import Mapping
from typing import Any

from gateway.domain.callers import Caller
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Json, Services


async def list_listings(caller: Caller, *, query: Mapping[str, Any], services: Services) -> Json:
    """Show a page of listings; credit shows those of the caller's divisions.

    Raises: Refused `forbidden`; Unavailable.
    """
    permit_caller(caller, "listing-read")
    page: Json = await services.get("credit", "/listings", caller=caller, query=query)
    return page
