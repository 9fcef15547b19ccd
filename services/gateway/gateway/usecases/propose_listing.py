from typing import Any

from gateway.domain.callers import Caller
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Json, Services


async def propose_listing(proposal: dict[str, Any], *, caller: Caller, services: Services) -> Json:
    """Propose an organization for the abnormal list.

    Raises: Refused as credit refuses; Unavailable.
    """
    permit_caller(caller, "listing-propose")
    answered = await services.send("POST", "credit", "/listings", caller=caller, body=proposal)
    listing: Json = answered.body
    return listing
