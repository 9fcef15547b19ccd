from chassis.permissions import Resource, is_permitted
from gateway.domain.callers import Caller
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Json, Services


async def show_waiting(code: str, *, caller: Caller, services: Services) -> Json:
    """Show what the rules wait for before they conclude anything about an organization.

    Raises: Refused `forbidden`; Unavailable.
    """
    principal = permit_caller(caller, "rule-read")
    answer: Json = await services.get("funds-monitor", f"/organizations/{code}/waiting", caller=caller)
    rules = await services.get("funds-monitor", "/rules", caller=caller)
    shown = {
        rule["id"]
        for rule in rules["items"]
        if is_permitted(principal, "rule-read", Resource("rule", department=rule.get("decides")))
    }
    return {**answer, "items": [item for item in answer["items"] if item["rule"] in shown]}
