from typing import Any

from gateway.domain.callers import Caller
from gateway.usecases.ports import Json, Services


async def take_listing_step(listing_id: str, step: dict[str, Any], *, caller: Caller, services: Services) -> Json:
    """Take the next step of a listing; credit knows whose step it is and whether it is next.

    Raises: Refused as credit refuses; Unavailable.
    """
    answered = await services.send("POST", "credit", f"/listings/{listing_id}/acts", caller=caller, body=step)
    listing: Json = answered.body
    return listing
