"""Who may publish what."""

from contracts import Event, Refusal
from gateway.domain.callers import Caller


def may_publish(event: Event, publisher: Caller) -> Refusal | None:
    """Say why a caller may not publish an event; None: it may. Only a department speaks, and only for itself."""
    if publisher.kind == "department" and event.department == publisher.department:
        return None
    return Refusal(
        "wrong_department",
        "the department in the source is not the one that is asking",
        "/source",
        source=event.source,
        id=event.id,
        type=event.type,
    )
