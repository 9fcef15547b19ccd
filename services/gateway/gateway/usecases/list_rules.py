from gateway.domain.callers import Caller
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Json, Services


async def list_rules(caller: Caller, *, services: Services) -> Json:
    """Show the rules.

    Raises: Refused `forbidden`; Unavailable.
    """
    permit_caller(caller, "rule-read")
    answer: Json = await services.get("funds-monitor", "/rules", caller=caller)
    return answer
