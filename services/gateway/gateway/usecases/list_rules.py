from chassis.errors import Refused
from gateway.domain.callers import Caller, may_see_alerts
from gateway.usecases.ports import Json, Services


async def list_rules(caller: Caller, *, services: Services) -> Json:
    """Show the rules.

    Raises: Refused `forbidden`; Unavailable.
    """
    if not may_see_alerts(caller):
        raise Refused("forbidden", "rules are for those who supervise")
    answer: Json = await services.get("funds-monitor", "/rules", caller=caller)
    return answer
