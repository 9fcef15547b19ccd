from msgspec import Struct

from chassis.errors import Refused
from chassis.permissions import scope_of
from gateway.domain.callers import Caller
from gateway.domain.dead_letters import Rejection
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Rejections


class RejectedPage(Struct, frozen=True):
    """Refusals, newest first, and where the next page begins."""

    items: list[Rejection]
    next: int | None


async def list_rejected(caller: Caller, *, before: int | None, limit: int, rejections: Rejections) -> RejectedPage:
    """Show what was refused: a department its own, staff all.

    Raises: Refused `forbidden`; Unavailable.
    """
    scope = scope_of(permit_caller(caller, "event-read"), "event-read")
    if scope.divisions:
        raise Refused("forbidden", "of a refused event nobody knows the division")
    found = await rejections.load_page(scope, before=before, limit=limit + 1)
    page = found[:limit]
    return RejectedPage([rejection for _, rejection in page], page[-1][0] if len(found) > limit else None)
