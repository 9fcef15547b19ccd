"""What the stream says: one entry per revision of an alert, numbered without gaps in the order of commits."""

from msgspec import Struct, json, to_builtins

from contracts import Event

TOLD = {
    "monitor.alert.raised.v1": "alert.raised",
    "monitor.alert.amended.v1": "alert.amended",
    "monitor.alert.withdrawn.v1": "alert.withdrawn",
}


class Telling(Struct, frozen=True):
    """What one event of a service is on the stream, before it has a number."""

    kind: str
    source: str
    id: str
    content_hash: bytes
    body: bytes


class Entry(Struct, frozen=True, gc=False):
    """One entry of the stream; `body` is the JSON that clients get."""

    sequence: int
    kind: str
    body: bytes


def telling_of(event: Event) -> Telling | None:
    """Say how an event is told on the stream; None: it is not."""
    kind = TOLD.get(event.type)
    if kind is None:
        return None
    alert = to_builtins(event.data)
    at = alert.get("amended_at") or alert.get("raised_at")
    body = json.encode({"type": kind, "at": at, "alert": alert})
    return Telling(kind, event.source, event.id, event.content_hash, body)
