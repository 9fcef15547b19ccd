from chassis.errors import Refused
from gateway.domain.callers import Caller, may_see_alerts, may_see_rule
from gateway.usecases.ports import Json, Services


async def show_waiting(code: str, *, caller: Caller, services: Services) -> Json:
    """Show what the rules wait for before they conclude anything about an organization.

    Raises: Refused `forbidden`; Unavailable.
    """
    if not may_see_alerts(caller):
        raise Refused("forbidden", "this is for those who supervise")
    answer: Json = await services.get("funds-monitor", f"/organizations/{code}/waiting", caller=caller)
    if caller.kind == "staff":
        return answer
    rules = await services.get("funds-monitor", "/rules", caller=caller)
    shown = {rule["id"] for rule in rules["items"] if may_see_rule(caller, rule.get("decides"))}
    return {**answer, "items": [item for item in answer["items"] if item["rule"] in shown]}
