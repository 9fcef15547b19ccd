"""What departments and the platform promise each other: events, topics, tokens, laws, and the door they all pass."""

from contracts.admission import admit
from contracts.catalogue import EVENT_TYPES, EventType, event_types_of
from contracts.credit_code import CodeCheck, check_code
from contracts.envelope import (
    AHEAD_US_MAX,
    BATCH_BYTES_MAX,
    BATCH_EVENTS_MAX,
    CLOUDEVENTS_BATCH_JSON,
    CLOUDEVENTS_HEADERS,
    CLOUDEVENTS_JSON,
    DEPTH_MAX,
    EVENT_BYTES_MAX,
    REFUSAL_CODES,
    Event,
    Record,
    Refusal,
)
from contracts.laws import LAWS, Law, basis_holds, load_laws
from contracts.partitions import murmur2, partition_of
from contracts.parts import (
    Body,
    Code,
    Data,
    EventReference,
    EventWithdrawn,
    LegalBasis,
    Party,
    SourceCompleted,
)
from contracts.reading import read_http_events, read_parsed_event
from contracts.schemas import schema_of
from contracts.tokens import Tokeniser, is_token, looks_raw, mask_numbers
from contracts.topics import TOPICS, Acl, Department, Topic, Topics, load_topics
from contracts.writing import content_hash, encode_event, event_to_json, from_us, make_event, to_us

__all__ = [
    "AHEAD_US_MAX",
    "BATCH_BYTES_MAX",
    "BATCH_EVENTS_MAX",
    "CLOUDEVENTS_BATCH_JSON",
    "CLOUDEVENTS_HEADERS",
    "CLOUDEVENTS_JSON",
    "DEPTH_MAX",
    "EVENT_BYTES_MAX",
    "EVENT_TYPES",
    "LAWS",
    "REFUSAL_CODES",
    "TOPICS",
    "Acl",
    "Body",
    "Code",
    "CodeCheck",
    "Data",
    "Department",
    "Event",
    "EventReference",
    "EventType",
    "EventWithdrawn",
    "Law",
    "LegalBasis",
    "Party",
    "Record",
    "Refusal",
    "SourceCompleted",
    "Tokeniser",
    "Topic",
    "Topics",
    "admit",
    "basis_holds",
    "check_code",
    "content_hash",
    "encode_event",
    "event_to_json",
    "event_types_of",
    "from_us",
    "is_token",
    "load_laws",
    "load_topics",
    "looks_raw",
    "make_event",
    "mask_numbers",
    "murmur2",
    "partition_of",
    "read_http_events",
    "read_parsed_event",
    "schema_of",
    "to_us",
]
