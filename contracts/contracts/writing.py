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
CONSTANTS = ("application/json", "1.0")
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
    # Not their defaults, which would be left out when they are written.
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
    return digest_of(_document(event, traceparent=None))


def digest_of(document: Document) -> bytes:
    """Return the SHA-256 of the canonical JSON of a document, which bears no trace context."""
    return sha256(_canonical(document)).digest()


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
    event = Event(id, source, type, subject, to_us(time), data, corrects, jurisdiction, traceparent)
    return structs.replace(event, content_hash=content_hash(event))


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
        datacontenttype=CONSTANTS[0],
        specversion=CONSTANTS[1],
    )
