import asyncio

from chassis.errors import Refused
from chassis.permissions import Resource
from gateway.domain.callers import Caller
from gateway.domain.publishing import department_in
from gateway.domain.receipts import Identity
from gateway.domain.whereabouts import whereabouts
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Json, Receipts, Rejections, Services


async def where_is_event(
    identity: Identity, *, caller: Caller, receipts: Receipts, rejections: Rejections, services: Services
) -> Json:
    """Tell where an event is and what came of it.

    Raises: Refused `not_found` for what nobody has heard of and for what is not the caller's; Unavailable.
    """
    permit_caller(caller, "event-read", Resource("event", department=department_in(identity.source)))
    query = {"source": identity.source, "id": identity.id}
    known, rejection, monitor = await asyncio.gather(
        receipts.load([identity]),
        rejections.load_latest(identity),
        services.get("funds-monitor", "/events/status", caller=caller, query=query),
    )
    answer = whereabouts(known.get(identity), rejection, monitor)
    if answer is None:
        raise Refused("not_found")
    return {"source": identity.source, "id": identity.id, **answer}
