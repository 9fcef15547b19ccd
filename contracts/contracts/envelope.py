"""What comes from a door and what leaves it: a record, and the event or the refusal that it turns out to be."""

from msgspec import Struct

from contracts.parts import Data

CLOUDEVENTS_JSON = "application/cloudevents+json"
CLOUDEVENTS_BATCH_JSON = "application/cloudevents-batch+json"
CLOUDEVENTS_HEADERS: tuple[tuple[str, bytes], ...] = (("content-type", b"application/cloudevents+json; charset=UTF-8"),)

EVENT_BYTES_MAX = 256 * 1024  # an event is a fact, not a document; Kafka's own default limit is four times this
BATCH_EVENTS_MAX = 1_000  # one answer of the gateway, one flush of the producer
BATCH_BYTES_MAX = 4 * 1024 * 1024  # a thousand events of usual size, six times over
DEPTH_MAX = 16  # the deepest event of ours has five levels
AHEAD_US_MAX = 24 * 3600 * 1_000_000  # clocks of partners may be off; a day covers a wrong time zone

# Everything that a door of the platform may answer; those after the line are told by the services that keep records.
REFUSAL_CODES = frozenset(
    {
        "completeness_ahead",
        "invalid",
        "legal_basis_missing",
        "malformed",
        "raw_identity",
        "self_correction",
        "subject_required",
        "time_ahead",
        "too_large",
        "undecodable",
        "unknown_type",
        "unsupported_media_type",
        "withdrawal_uncorrectable",
        "wrong_department",
        "wrong_partition",
        "wrong_topic",
        # ————
        "archived",
        "identity_conflict",
    }
)


class Record(Struct, frozen=True, gc=False):
    """One record as read from Kafka; `timestamp_us` is the broker's append time."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    timestamp_us: int


class Event(Struct, frozen=True, gc=False):
    """An event that was let in. Its identity is (`source`, `id`); `content_hash` leaves `traceparent` out.

    `quarantined` is true of payments whose legal basis is present but not in force on the day of booking.
    """

    id: str
    source: str
    type: str
    subject: str | None
    time_us: int
    data: Data
    corrects: str | None = None
    jurisdiction: str | None = None
    traceparent: str | None = None
    dataschema: str | None = None
    content_hash: bytes = b""
    quarantined: bool = False

    @property
    def department(self) -> str:
        """The department whose fact this is: the first word of the type."""
        return self.type.partition(".")[0]


class Refusal(Struct, frozen=True, gc=False):
    """Why something was not let in. `detail` never repeats what was sent.

    `withhold` is true when the refused value may hold raw identity or card numbers: keep its hash, not the value.
    """

    code: str
    detail: str
    pointer: str = ""
    source: str | None = None
    id: str | None = None
    type: str | None = None
    withhold: bool = False
