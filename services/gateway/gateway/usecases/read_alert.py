from chassis.errors import Refused
from gateway.domain.callers import Caller, may_see_alerts
from gateway.usecases.ports import Json, Services


async def read_alert(alert_id: str, *, caller: Caller, services: Services) -> Json:
    """Show one alert; one that the caller may not see is not there.

    Raises: Refused `not_found`; Unavailable.
    """
    if not may_see_alerts(caller):
        raise Refused("not_found")
    answer: Json = await services.get("funds-monitor", f"/alerts/{alert_id}", caller=caller)
    return answer
