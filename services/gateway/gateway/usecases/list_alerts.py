from collections.abc import Mapping
from typing import Any

from chassis.errors import Refused
from gateway.domain.callers import Caller, may_see_alerts
from gateway.usecases.ports import Json, Services


async def list_alerts(caller: Caller, *, query: Mapping[str, Any], services: Services) -> Json:
    """Show a page of alerts: staff all, a department those of rules that it decides about.

    The monitor draws the line, for it has both alerts and rules; it is told who is asking.

    Raises: Refused; Unavailable.
    """
    if not may_see_alerts(caller):
        raise Refused("forbidden", "alerts are for those who supervise")
    answer: Json = await services.get("funds-monitor", "/alerts", caller=caller, query=query)
    return answer
