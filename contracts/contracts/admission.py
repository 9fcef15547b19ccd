"""The one door that every consumer of a topic reads through: pure, the same answer for the same record everywhere."""

from msgspec import UNSET, DecodeError, Raw, ValidationError
from msgspec.json import Decoder

from contracts.demands import (
    RawEnvelope,
    demand_attributes,
    demand_department,
    demand_lawful_claim,
    demand_lawful_correction,
    demand_past,
    demand_subject,
    known_attributes,
    media_type,
    named,
    read_time,
    sealed_event,
)
from contracts.envelope import CLOUDEVENTS_HEADERS, CLOUDEVENTS_JSON, EVENT_BYTES_MAX, Event, Record, Refusal
from contracts.partitions import partition_of
from contracts.readers import TypeReader, readers_of, token_members_of
from contracts.refusing import Refuse, invalid, may_hold_raw
from contracts.strict_json import MalformedJson, may_be_deep, parse
from contracts.topics import TOPICS, Topics

_decode_envelope = Decoder(RawEnvelope).decode
_BINARY_PREFIX = "ce_"
_SPECVERSION = "ce_specversion"


def admit(record: Record, *, topics: Topics = TOPICS) -> Event | Refusal:
    """Turn a Kafka record into the event that it carries, or into the reason why it is not let in."""
    envelope: RawEnvelope | None = None
    try:
        envelope = _open(record)
        return _admit(record, envelope, topics)
    except Refuse as refuse:
        return _refusal(record, envelope, refuse, topics)


def _admit(record: Record, envelope: RawEnvelope, topics: Topics) -> Event:
    demand_attributes(envelope)
    reader = readers_of(topics).get(envelope.type or "")
    if reader is None:
        raise Refuse("unknown_type", "no such type of event", at="/type")
    demand_department(reader, envelope)
    _check_topic(reader, record, topics)
    demand_subject(reader, envelope.subject)
    _check_partition(envelope, record, topics)
    time_us = read_time(envelope.time)
    demand_past(time_us, record.timestamp_us)
    demand_lawful_correction(reader, envelope)
    if envelope.data is UNSET:
        raise Refuse("invalid", "required", at="/data")
    data = reader.read_raw(envelope.data)
    if reader.uncorrectable:
        demand_lawful_claim(data, envelope, record.topic, record.timestamp_us, topics)
    return sealed_event(reader, envelope, data, time_us)


def _open(record: Record) -> RawEnvelope:
    """Lay the envelope open, structured or binary; size and deep nesting end here."""
    if len(record.value) > EVENT_BYTES_MAX:
        raise Refuse("too_large", f"more than {EVENT_BYTES_MAX} bytes")
    if record.headers != CLOUDEVENTS_HEADERS and _is_binary(record):
        envelope = _binary(record)
    else:
        envelope = _structured(record.value)
    if may_be_deep(record.value):
        try:
            parse(record.value)
        except MalformedJson as error:
            raise Refuse("malformed", str(error)) from None
    return envelope


def _is_binary(record: Record) -> bool:
    """Say whether a record is in binary mode: no CloudEvents media type, and attributes in headers."""
    binary = False
    for name, value in record.headers:
        if name.lower() == "content-type" and value.startswith(b"application/cloudevents"):
            if media_type(value.decode("latin-1")) != CLOUDEVENTS_JSON:
                raise Refuse("malformed", "one event a record, in JSON")
            return False
        binary = binary or name.lower() == _SPECVERSION
    return binary


def _structured(value: bytes) -> RawEnvelope:
    try:
        return _decode_envelope(value)
    except ValidationError as error:
        raise invalid(error, "") from None
    except (DecodeError, UnicodeDecodeError):
        raise Refuse("undecodable", "not JSON in UTF-8") from None
    except RecursionError:
        raise Refuse("malformed", "nested too deeply") from None


def _binary(record: Record) -> RawEnvelope:
    attributes: dict[str, str] = {}
    for name, value in record.headers:
        try:
            if name.lower() == "content-type":
                attributes["datacontenttype"] = value.decode()
            elif name.lower().startswith(_BINARY_PREFIX):
                attributes[name.lower().removeprefix(_BINARY_PREFIX)] = value.decode()
        except UnicodeDecodeError:
            raise Refuse("undecodable", "an attribute is not in UTF-8") from None
    return RawEnvelope(**known_attributes(attributes), data=Raw(record.value) if record.value else UNSET)


def _check_topic(reader: TypeReader, record: Record, topics: Topics) -> None:
    """Refuse a type on a topic that does not carry it."""
    if reader.topic == record.topic:
        return
    topic = topics.by_name.get(record.topic)
    if reader.topic is not None or topic is None or topic.owner != reader.department:
        raise Refuse(
            "wrong_topic", f"this type belongs to {reader.topic or 'the topics of its department'}", at="/type"
        )


def _check_partition(envelope: RawEnvelope, record: Record, topics: Topics) -> None:
    """Refuse a record about an organization outside of that organization's shard."""
    if envelope.subject is None:
        return
    if partition_of(envelope.subject, topics.by_name[record.topic].partitions) != record.partition:
        raise Refuse("wrong_partition", "the key is the subject, the partition Kafka's murmur2 of it", at="/subject")


def _refusal(record: Record, envelope: RawEnvelope | None, refuse: Refuse, topics: Topics) -> Refusal:
    withhold = refuse.code == "raw_identity" or may_hold_raw(record.value, token_members_of(topics))
    return named(envelope, refuse, withhold=withhold)
