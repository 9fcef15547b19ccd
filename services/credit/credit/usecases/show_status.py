from msgspec import Struct

from credit.usecases.ports import CountUnsent


class Status(Struct, frozen=True):
    """How credit is doing now; it hears no topic yet, so nothing can wait there."""

    ready: bool
    outbox_backlog: int


async def show_status(*, count_unsent: CountUnsent) -> Status:
    """Say whether credit can work and what it has not said yet.

    Raises: Unavailable.
    """
    return Status(ready=True, outbox_backlog=await count_unsent())
