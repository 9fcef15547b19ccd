from gateway.domain.callers import Caller
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Json, Services


async def show_import(import_id: str, *, caller: Caller, services: Services) -> Json:
    """Show what an import would do or did.

    Raises: Refused `forbidden`, `not_found`; Unavailable.
    """
    permit_caller(caller, "import-preview")
    found: Json = await services.get("registry", f"/imports/{import_id}", caller=caller)
    return found
