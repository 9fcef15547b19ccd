from gateway.domain.callers import Caller
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Json, Services

COMMIT_TIMEOUT_S = 60.0  # twenty thousand rows in one transaction


async def commit_import(import_id: str, *, caller: Caller, services: Services) -> Json:
    """Have the registry write all of a previewed import, or nothing.

    Raises: Refused as the registry refuses; Unavailable: the outcome is unknown, look at the import.
    """
    permit_caller(caller, "import-commit")
    path = f"/imports/{import_id}/commit"
    answered = await services.send("POST", "registry", path, caller=caller, timeout_s=COMMIT_TIMEOUT_S)
    found: Json = answered.body
    return found
