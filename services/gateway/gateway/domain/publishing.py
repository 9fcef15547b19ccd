"""Who may publish what."""

from contracts import Event, Refusal
from gateway.domain.callers import Caller


def department_in(source: str) -> str:
    """Name the department whose a source is: the first step of its path."""
    return source.split("/", 2)[1] if source.startswith("/") else ""


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
