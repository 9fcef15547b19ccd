"""From an admitted event to a fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funds_monitor.domain.facts import Fact, Place, Position
from funds_monitor.domain.streams import stream_of

if TYPE_CHECKING:
    from contracts import Event


def read_fact(event: Event, place: Place) -> Fact:
    """Read one event as one fact."""
    return Fact(
        position=Position(event.time_us, event.source, event.id),
        stream=stream_of(event.type, event.data),
        organization=event.subject,
        event_type=event.type,
        data=event.data,
        place=place,
        corrects=event.corrects,
        sealed=event.quarantined,
        content_hash=event.content_hash,
        traceparent=event.traceparent,
    )
