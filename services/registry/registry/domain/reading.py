"""One admitted event becomes one fact."""

from typing import Any

import msgspec

from contracts import Event
from registry.domain.facts import Fact, Place


def read_fact(event: Event, *, place: Place) -> Fact:
    """Turn an admitted event into what the registry keeps of it; dates become ISO text, as they are stored."""
    data: dict[str, Any] = msgspec.to_builtins(event.data)
    return Fact(
        source=event.source,
        id=event.id,
        type=event.type,
        subject=event.subject,
        time_us=event.time_us,
        data=data,
        place=place,
        content_hash=event.content_hash,
        corrects=event.corrects,
        jurisdiction=event.jurisdiction,
        traceparent=event.traceparent,
    )
