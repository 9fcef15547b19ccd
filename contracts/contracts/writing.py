"""Writes events: structured CloudEvents in JSON with sorted members, and the hash of their content.

The canonical form is what was read, not how it was written: known members only, times in UTC, nulls left out, members
sorted. So the same event has one hash over HTTP and by Kafka, in structured and in binary mode.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from msgspec import Struct, convert, structs
from msgspec.json import Encoder

from contracts.catalogue import EVENT_TYPES
from contracts.envelope import Event
from contracts.parts import Data

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_CONSTANTS = ("application/json", "1.0")
_canonical = Encoder(order="sorted").encode


class Document(Struct, frozen=True, gc=False, omit_defaults=True):
    """The structured form of an event, its members in the order in which they are written."""

    data: Data
    id: str
    source: str
    time: datetime
    type: str
    corrects: str | None = None
    dataschema: str | None = None
    jurisdiction: str | None = None
    subject: str | None = None
    traceparent: str | None = None
    datacontenttype: str | None = None
    specversion: str | None = None


def to_us(moment: datetime) -> int:
    """Return microseconds since 1970 of a time with offset."""
    return (moment - _EPOCH) // _MICROSECOND


def from_us(time_us: int) -> datetime:
    """Return the time in UTC of microseconds since 1970."""
    seconds, rest = divmod(time_us, 1_000_000)
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.replace(microsecond=rest) if rest else moment


def content_hash(event: Event) -> bytes:
    """Return the SHA-256 of the canonical JSON of an event without its trace context."""
    return sha256(_canonical(_document(event, traceparent=None))).digest()


def encode_event(event: Event) -> bytes:
    """Return the structured CloudEvent that goes into a Kafka record's value."""
    return _canonical(_document(event, traceparent=event.traceparent))


def event_to_json(event: Event) -> str:
    """Return the structured CloudEvent as text."""
    return encode_event(event).decode()


def make_event(
    *,
    type: str,  # noqa: A002 — the attribute's name in the standard
    source: str,
    id: str,  # noqa: A002 — the attribute's name in the standard
    subject: str | None,
    time: datetime,
    data: Data,
    traceparent: str | None = None,
    corrects: str | None = None,
    jurisdiction: str | None = None,
) -> Event:
    """Build an event of our own.

    Raises: ValueError when the data is not what the type holds, or breaks its limits: our bug, never a sender's.
    """
    expected = EVENT_TYPES[type].data
    if not isinstance(data, expected):
        message = f"{type} holds {expected.__name__}, not {data.__class__.__name__}"
        raise ValueError(message)  # noqa: TRY004 — one error for every way of building a wrong event
    # A Struct's constructor checks nothing: its limits are checked by reading it back once.
    convert(structs.asdict(data), expected, from_attributes=True)
    return sealed(
        id=id,
        source=source,
        type=type,
        subject=subject,
        time_us=to_us(time),
        data=data,
        corrects=corrects,
        jurisdiction=jurisdiction,
        traceparent=traceparent,
    )


def sealed(
    *,
    id: str,  # noqa: A002 — the attribute's name in the standard
    source: str,
    type: str,  # noqa: A002 — the attribute's name in the standard
    subject: str | None,
    time_us: int,
    data: Data,
    corrects: str | None = None,
    jurisdiction: str | None = None,
    traceparent: str | None = None,
    dataschema: str | None = None,
    quarantined: bool = False,
) -> Event:
    """Put an event together with the hash of its content."""
    document = Document(
        data, id, source, from_us(time_us), type, corrects, dataschema, jurisdiction, subject, None, *_CONSTANTS
    )
    digest = sha256(_canonical(document)).digest()
    return Event(
        id, source, type, subject, time_us, data, corrects, jurisdiction, traceparent, dataschema, digest, quarantined
    )


def _document(event: Event, *, traceparent: str | None) -> Document:
    return Document(
        data=event.data,
        id=event.id,
        source=event.source,
        time=from_us(event.time_us),
        type=event.type,
        corrects=event.corrects,
        dataschema=event.dataschema,
        jurisdiction=event.jurisdiction,
        subject=event.subject,
        traceparent=traceparent,
        datacontenttype=_CONSTANTS[0],
        specversion=_CONSTANTS[1],
    )
