from collections.abc import Mapping
from typing import Any

from chassis.permissions import Resource, is_permitted
from gateway.domain.callers import Caller
from gateway.domain.public_file import public_file
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Json, Services


async def show_organization(code: str, *, caller: Caller, query: Mapping[str, Any], services: Services) -> Json:
    """Show the file of an organization: staff all of it, everybody else what is public.

    Raises: Refused `not_found`; Unavailable.
    """
    principal = permit_caller(caller, "organization-read")
    file: Json = await services.get("registry", f"/organizations/{code}", caller=caller, query=query)
    organization = Resource("organization", organization=code, division=file.get("division"))
    return file if is_permitted(principal, "organization-read-whole", organization) else public_file(file)
