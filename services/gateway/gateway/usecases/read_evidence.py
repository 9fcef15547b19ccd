from chassis.errors import Refused
from gateway.domain.callers import Caller, may_see_alerts
from gateway.usecases.ports import Json, Services


async def read_evidence(alert_id: str, *, caller: Caller, services: Services) -> Json:
    """Show the events behind an alert; those of an alert that the caller may not see are not there.

    Raises: Refused `not_found`; Unavailable.
    """
    if not may_see_alerts(caller):
        raise Refused("not_found")
    answer: Json = await services.get("funds-monitor", f"/alerts/{alert_id}/evidence", caller=caller)
    return answer
