from collections.abc import Mapping
from typing import Any

from gateway.domain.callers import Caller
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Json, Services


async def list_alerts(caller: Caller, *, query: Mapping[str, Any], services: Services) -> Json:
    """Show a page of alerts: staff all, a department those of rules that it decides about.

    The monitor draws the line, for it has both alerts and rules; it is told who is asking.

    Raises: Refused; Unavailable.
    """
    permit_caller(caller, "alert-read")
    answer: Json = await services.get("funds-monitor", "/alerts", caller=caller, query=query)
    return answer
