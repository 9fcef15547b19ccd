"""Corrections that name another subject: what was said of the wrong organization is withdrawn there and said anew.

Both halves have identities that follow from the correction's own, so that sending it again says nothing new.
"""

import hashlib

from msgspec import structs

from contracts import Event, EventWithdrawn, content_hash, from_us, make_event
from gateway.domain.receipts import Identity, Receipt

REASON = "subject_changed"
_ID_DIGITS = 40


def withdrawal_id(correction: Identity) -> str:
    """Return the id of the withdrawal that goes with a correction, should it move an event."""
    digest = hashlib.sha256(f"{correction.source} {correction.id}".encode()).hexdigest()
    return f"moved-{digest[:_ID_DIGITS]}"


def is_move(event: Event, target: Receipt | None) -> bool:
    """Say whether an event corrects one of its own type that stands under another subject."""
    return target is not None and target.type == event.type and target.subject != event.subject


def withdrawal_of(target: Receipt, correction: Event) -> Event:
    """Withdraw an event under the subject that it wrongly has."""
    return make_event(
        type=f"{correction.department}.event.withdrawn.v1",
        source=correction.source,
        id=withdrawal_id(Identity(correction.source, correction.id)),
        subject=target.subject,
        time=from_us(correction.time_us),
        data=EventWithdrawn(event_id=target.id, reason=REASON),
        traceparent=correction.traceparent,
    )


def said_anew(correction: Event) -> Event:
    """Return the correction as an event of its own: under its subject there is nothing that it could correct."""
    alone = structs.replace(correction, corrects=None)
    return structs.replace(alone, content_hash=content_hash(alone))
