"""What both doors ask of an event: its attributes, its department and topic, its time, what it corrects."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from msgspec import UNSET, Raw, Struct, UnsetType, ValidationError, convert, structs

from contracts.envelope import AHEAD_US_MAX, Event, Refusal
from contracts.parts import Data, EventWithdrawn, SourceCompleted
from contracts.readers import TypeReader
from contracts.refusing import Refuse, invalid
from contracts.tokens import looks_raw
from contracts.topics import Topics
from contracts.writing import CONSTANTS, Document, digest_of, from_us, to_us

SOURCES_REMEMBERED_MAX = 1_024  # systems of all departments of a county, many times over
OFFSETS_REMEMBERED_MAX = 128  # more than the world has
URI_LENGTH_MAX = 2_048  # what browsers and servers agree to carry
OLDEST = to_us(datetime(1900, 1, 1, tzinfo=UTC))  # no living register reaches back further; an older time is a slip


_is_id = re.compile(r"[A-Za-z0-9._:\-]{1,128}").fullmatch
_is_type = re.compile(r"[a-z0-9.\-]{1,128}").fullmatch
_is_subject = re.compile(r"[0-9A-Z]{18}").fullmatch
_is_jurisdiction = re.compile(r"[0-9]{6,12}").fullmatch
_source = re.compile(r"/([a-z0-9-]{1,64})/[a-z0-9-]{1,64}")
_traceparent = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_time = re.compile(
    r"(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 — wall clocks are subtracted here, their offset is taken off after


class Envelope(Struct, gc=False):
    """The attributes of a CloudEvent, not yet judged. `data` is untouched JSON or what was parsed from it."""

    id: str | None = None
    source: str | None = None
    type: str | None = None
    specversion: str | None = None
    time: str | None = None
    subject: str | None = None
    corrects: str | None = None
    jurisdiction: str | None = None
    traceparent: str | None = None
    dataschema: str | None = None
    datacontenttype: str | None = None


class RawEnvelope(Envelope, gc=False):
    """An envelope over data that is still bytes."""

    data: Raw | UnsetType = UNSET


class ParsedEnvelope(Envelope, gc=False):
    """An envelope over data that is parsed."""

    data: Any = UNSET


def parsed_envelope(document: Any) -> ParsedEnvelope:
    """Lay an envelope over a parsed document.

    Raises: Refuse when it is no object or an attribute is no text.
    """
    try:
        return convert(document, ParsedEnvelope)
    except ValidationError as error:
        raise invalid(error, "") from None


def known_attributes(attributes: Mapping[str, str]) -> dict[str, str]:
    """Keep the attributes that we read, of those that came in headers."""
    return {name: attributes[name] for name in Envelope.__struct_fields__ if name in attributes}


def named(envelope: Envelope | None, refuse: Refuse, *, withhold: bool = False) -> Refusal:
    """Make the refusal, with the names of the event as far as they are names and no numbers of people."""
    refusal = Refusal(refuse.code, refuse.detail, refuse.pointer, withhold=withhold)
    if envelope is None:
        return refusal
    source, event_id, name = envelope.source, envelope.id, envelope.type
    return structs.replace(
        refusal,
        source=source if source is not None and department_of(source) and not looks_raw(source) else None,
        id=event_id if event_id is not None and _is_id(event_id) and not looks_raw(event_id) else None,
        type=name if name is not None and _is_type(name) and not looks_raw(name) else None,
    )


def demand_attributes(envelope: Envelope) -> None:
    """Refuse attributes that are missing or ill-formed, all but those that depend on the type.

    Source: CloudEvents 1.0, narrowed by the table of the envelope.
    """
    if envelope.specversion != "1.0":
        raise Refuse("invalid", "1.0 is due here", at="/specversion")
    if envelope.id is None or _is_id(envelope.id) is None:
        raise Refuse("invalid", "letters, digits, . _ : - and at most 128 of them", at="/id")
    if envelope.source is None or department_of(envelope.source) is None:
        raise Refuse("invalid", "/{department}/{system} in lower case, digits and dashes", at="/source")
    if envelope.jurisdiction is not None and _is_jurisdiction(envelope.jurisdiction) is None:
        raise Refuse("invalid", "6 to 12 digits", at="/jurisdiction")
    if envelope.dataschema is not None and not 0 < len(envelope.dataschema) <= URI_LENGTH_MAX:
        raise Refuse("invalid", f"a URI of at most {URI_LENGTH_MAX} characters", at="/dataschema")
    if envelope.datacontenttype is not None and not is_json(envelope.datacontenttype):
        raise Refuse("invalid", "application/json is due here", at="/datacontenttype")


def is_json(content_type: str) -> bool:
    """Say whether a media type is JSON, parameters aside."""
    return content_type == "application/json" or media_type(content_type) == "application/json"


def media_type(content_type: str) -> str:
    """Return a media type in lower case without its parameters."""
    return content_type.partition(";")[0].strip().lower()


@lru_cache(maxsize=SOURCES_REMEMBERED_MAX)
def department_of(source: str) -> str | None:
    """Return the department in a source; none when the source is ill-formed."""
    found = _source.fullmatch(source)
    return found[1] if found else None


def demand_department(reader: TypeReader, envelope: Envelope) -> None:
    """Refuse a source that speaks for another department."""
    if department_of(envelope.source or "") != reader.department:
        raise Refuse("wrong_department", f"only {reader.department} may say this type", at="/source")


def demand_subject(reader: TypeReader, subject: str | None) -> None:
    """Refuse a subject that is missing where it is due, given where there is none, or no credit code by form."""
    if subject is None:
        if reader.subject == "required":
            raise Refuse("subject_required", "the credit code of the organization is due here", at="/subject")
        return
    if reader.subject == "none":
        raise Refuse("invalid", "this type has no subject", at="/subject")
    if _is_subject(subject) is None:
        raise Refuse("invalid", "18 digits and capital letters", at="/subject")


def read_time(text: str | None) -> int:
    """Return the microseconds of a time with offset, cut to microseconds.

    Raises: Refuse.
    Source: RFC 3339; Python reads more forms than that, so the form is checked first.
    """
    found = _time.fullmatch(text or "")
    if found is None:
        raise Refuse("invalid", "an RFC 3339 time with offset is due here", at="/time")
    wall_clock, fraction, offset = found.groups()
    try:
        passed = datetime.fromisoformat(wall_clock) - _EPOCH
        time_us = (passed.days * 86_400 + passed.seconds) * 1_000_000 - _offset_us(offset)
    except ValueError:
        raise Refuse("invalid", "no such time", at="/time") from None
    if time_us < OLDEST:
        raise Refuse("invalid", "earlier than 1900", at="/time")
    return time_us + int(f"{fraction:0<6}") if fraction else time_us


@lru_cache(maxsize=OFFSETS_REMEMBERED_MAX)
def _offset_us(offset: str) -> int:
    """Return what a clock with this offset is ahead of UTC."""
    if offset in ("Z", "z"):
        return 0
    minutes = int(offset[1:3]) * 60 + int(offset[4:6])
    return (-minutes if offset[0] == "-" else minutes) * 60_000_000


def demand_past(time_us: int, appended_us: int) -> None:
    """Refuse what happens more than a day after it was written."""
    if time_us > appended_us + AHEAD_US_MAX:
        raise Refuse("time_ahead", "more than 24 hours after the record was appended", at="/time")


def demand_lawful_correction(reader: TypeReader, envelope: Envelope) -> None:
    """Refuse a correction of itself and a correction that is a withdrawal or a declaration of completeness."""
    if envelope.corrects is None:
        return
    if reader.uncorrectable:
        raise Refuse("withdrawal_uncorrectable", "this type takes no part in corrections", at="/corrects")
    if _is_id(envelope.corrects) is None:
        raise Refuse("invalid", "the id of an event", at="/corrects")
    if envelope.corrects == envelope.id:
        raise Refuse("self_correction", "an event cannot correct itself", at="/corrects")


def demand_lawful_claim(data: Data, envelope: Envelope, topic: str | None, appended_us: int, topics: Topics) -> None:
    """Check what every department may say on each of its topics: a withdrawal, a declaration of completeness."""
    if isinstance(data, EventWithdrawn) and data.event_id == envelope.id:
        raise Refuse("withdrawal_uncorrectable", "a withdrawal cannot be withdrawn", at="/data/event_id")
    if not isinstance(data, SourceCompleted):
        return
    owner = topics.by_name.get(data.topic)
    if owner is None or owner.owner != department_of(envelope.source or ""):
        raise Refuse("wrong_topic", "a topic of the same department is due here", at="/data/topic")
    if topic is not None and data.topic != topic:
        raise Refuse("wrong_topic", "the topic that carries the declaration is due here", at="/data/topic")
    if to_us(data.complete_until) > appended_us:
        raise Refuse("completeness_ahead", "later than the record's own time", at="/data/complete_until")


def sealed_event(reader: TypeReader, envelope: Envelope, data: Data, time_us: int) -> Event:
    """Put together the event that passed every check."""
    traceparent = envelope.traceparent
    if traceparent is not None and _traceparent.fullmatch(traceparent) is None:
        traceparent = None  # W3C trace context: what cannot be read is dropped, not refused
    name, subject, corrects = reader.name, envelope.subject, envelope.corrects
    event_id, source = envelope.id or "", envelope.source or ""
    dataschema, jurisdiction = envelope.dataschema, envelope.jurisdiction
    quarantined = reader.needs_basis and reader.quarantines(data)
    moment = from_us(time_us)
    # By position: this is paid for every event, and names cost a tenth of it.
    document = Document(
        data, event_id, source, moment, name, corrects, dataschema, jurisdiction, subject, None, *CONSTANTS
    )
    digest = digest_of(document)
    return Event(
        event_id,
        source,
        name,
        subject,
        time_us,
        data,
        corrects,
        jurisdiction,
        traceparent,
        dataschema,
        digest,
        quarantined,
    )
