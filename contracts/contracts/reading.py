"""The HTTP door: strict JSON in, events out, with raw identity and account numbers turned into tokens on the way."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from msgspec import DecodeError, Raw, ValidationError
from msgspec import json as fast_json

from contracts.demands import (
    ParsedEnvelope,
    demand_attributes,
    demand_department,
    demand_lawful_claim,
    demand_lawful_correction,
    demand_past,
    demand_subject,
    is_json,
    known_attributes,
    media_type,
    named,
    parsed_envelope,
    read_time,
    sealed_event,
)
from contracts.envelope import (
    BATCH_BYTES_MAX,
    BATCH_EVENTS_MAX,
    CLOUDEVENTS_BATCH_JSON,
    CLOUDEVENTS_JSON,
    EVENT_BYTES_MAX,
    Event,
    Refusal,
)
from contracts.readers import readers_of
from contracts.refusing import Refuse
from contracts.strict_json import MalformedJson, parse_strictly
from contracts.tokens import Tokeniser
from contracts.topics import TOPICS, Topics

_BINARY_PREFIX = "ce-"


def read_http_events(
    payload: bytes,
    *,
    headers: Mapping[str, str],
    now_us: int,
    tokeniser: Tokeniser,
    topics: Topics = TOPICS,
) -> list[Event | Refusal] | Refusal:
    """Read the body of a request: one event (structured or binary) or a batch, an answer for each in order.

    The one `Refusal` instead of a list is about the whole body: `malformed`, `too_large` or `unsupported_media_type`.
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    kind = media_type(lowered.get("content-type", ""))
    try:
        if kind == CLOUDEVENTS_BATCH_JSON:
            return [_read_item(item, now_us, tokeniser, topics) for item in _batch(payload)]
        if kind == CLOUDEVENTS_JSON:
            return [_read_item(payload, now_us, tokeniser, topics)]
        if is_json(kind) and "ce-specversion" in lowered:
            return [_read_binary(payload, lowered, now_us, tokeniser, topics)]
    except Refuse as refuse:
        return Refusal(refuse.code, refuse.detail, refuse.pointer)
    return Refusal("unsupported_media_type", f"{CLOUDEVENTS_JSON}, {CLOUDEVENTS_BATCH_JSON}, or JSON with ce- headers")


def read_parsed_event(document: Any, *, now_us: int, tokeniser: Tokeniser, topics: Topics = TOPICS) -> Event | Refusal:
    """Read one event that is parsed already, as connectors make it from a table; the document's data is changed."""
    envelope: ParsedEnvelope | None = None
    try:
        envelope = parsed_envelope(document)
        return _read(envelope, now_us, tokeniser, topics)
    except Refuse as refuse:
        return named(envelope, refuse)


def _batch(payload: bytes) -> list[Raw]:
    if len(payload) > BATCH_BYTES_MAX:
        raise Refuse("too_large", f"a batch of more than {BATCH_BYTES_MAX} bytes")
    try:
        items = fast_json.decode(payload, type=list[Raw])
    except ValidationError:
        raise Refuse("malformed", "a batch is an array of events") from None
    except (DecodeError, UnicodeDecodeError, RecursionError):
        raise Refuse("malformed", "not JSON in UTF-8, or nested too deeply") from None
    if len(items) > BATCH_EVENTS_MAX:
        raise Refuse("too_large", f"a batch of more than {BATCH_EVENTS_MAX} events")
    return items


def _read_item(item: bytes | Raw, now_us: int, tokeniser: Tokeniser, topics: Topics) -> Event | Refusal:
    document = _parsed(bytes(item))
    if isinstance(document, Refusal):
        return document
    return read_parsed_event(document, now_us=now_us, tokeniser=tokeniser, topics=topics)


def _parsed(raw: bytes) -> Any:
    """Parse one event strictly, or say why not."""
    if len(raw) > EVENT_BYTES_MAX:
        return Refusal("too_large", f"an event of more than {EVENT_BYTES_MAX} bytes")
    try:
        return parse_strictly(raw)
    except MalformedJson as error:
        return Refusal("malformed", str(error))


def _read_binary(
    payload: bytes, headers: Mapping[str, str], now_us: int, tokeniser: Tokeniser, topics: Topics
) -> Event | Refusal:
    data = _parsed(payload)
    if isinstance(data, Refusal):
        return data
    attributes = {
        name.removeprefix(_BINARY_PREFIX): unquote(value)
        for name, value in headers.items()
        if name.startswith(_BINARY_PREFIX)
    }
    attributes["datacontenttype"] = headers["content-type"]
    document = {**known_attributes(attributes), "data": data}
    return read_parsed_event(document, now_us=now_us, tokeniser=tokeniser, topics=topics)


def _read(envelope: ParsedEnvelope, now_us: int, tokeniser: Tokeniser, topics: Topics) -> Event:
    demand_attributes(envelope)
    reader = readers_of(topics).get(envelope.type or "")
    if reader is None:
        raise Refuse("unknown_type", "no such type of event", at="/type")
    demand_department(reader, envelope)
    demand_subject(reader, envelope.subject)
    time_us = read_time(envelope.time)
    demand_past(time_us, now_us)
    demand_lawful_correction(reader, envelope)
    data = reader.read_parsed(envelope.data, tokeniser)
    if reader.uncorrectable:
        demand_lawful_claim(data, envelope, None, now_us, topics)
    return sealed_event(reader, envelope, data, time_us)
