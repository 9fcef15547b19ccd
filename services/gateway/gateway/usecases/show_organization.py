from collections.abc import Mapping
from typing import Any

from gateway.domain.callers import Caller, may_see_whole_file
from gateway.domain.public_file import public_file
from gateway.usecases.ports import Json, Services


async def show_organization(code: str, *, caller: Caller, query: Mapping[str, Any], services: Services) -> Json:
    """Show the file of an organization: staff all of it, everybody else what is public.

    Raises: Refused `not_found`; Unavailable.
    """
    file: Json = await services.get("registry", f"/organizations/{code}", caller=caller, query=query)
    return file if may_see_whole_file(caller) else public_file(file)
