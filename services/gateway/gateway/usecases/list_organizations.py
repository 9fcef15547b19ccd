from collections.abc import Mapping
from typing import Any

from gateway.domain.callers import Caller
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Json, Services


async def list_organizations(caller: Caller, *, query: Mapping[str, Any], services: Services) -> Json:
    """Show a page of organizations.

    Raises: Refused `forbidden`; Unavailable.
    """
    permit_caller(caller, "organization-list")
    answer: Json = await services.get("registry", "/organizations", caller=caller, query=query)
    return answer
