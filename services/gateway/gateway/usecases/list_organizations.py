from collections.abc import Mapping
from typing import Any

from chassis.errors import Refused
from gateway.domain.callers import Caller
from gateway.usecases.ports import Json, Services


async def list_organizations(caller: Caller, *, query: Mapping[str, Any], services: Services) -> Json:
    """Show a page of organizations.

    Raises: Refused `forbidden`; Unavailable.
    """
    if caller.kind == "app":
        raise Refused("forbidden", "an app asks for one organization at a time")
    answer: Json = await services.get("registry", "/organizations", caller=caller, query=query)
    return answer
