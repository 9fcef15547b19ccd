from collections.abc import Mapping
from typing import Any

from gateway.domain.callers import Caller
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Json, Services


async def list_abnormal(caller: Caller, *, query: Mapping[str, Any], services: Services) -> Json:
    """Show who is on the abnormal list now, with what is public of it.

    Raises: Unavailable.
    """
    permit_caller(caller, "listing-read-public")
    page: Json = await services.get("credit", "/public/lists/abnormal", caller=caller, query=query)
    return page
