from gateway.domain.callers import Caller
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Json, Services


async def read_evidence(alert_id: str, *, caller: Caller, services: Services) -> Json:
    """Show the events behind an alert; those of an alert that the caller may not see are not there.

    Raises: Refused `not_found`; Unavailable.
    """
    permit_caller(caller, "alert-read", refused_as="not_found")
    answer: Json = await services.get("funds-monitor", f"/alerts/{alert_id}/evidence", caller=caller)
    return answer
