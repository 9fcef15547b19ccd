"""What credit keeps of an event: enough to believe it, and to see a cause in it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import msgspec
from msgspec import Struct

from contracts import Event, Record, Refusal, admit
from contracts.beliefs import WITHDRAWN

CHINA = timezone(timedelta(hours=8))
REPORTED = "civil-affairs.annual-report.filed.v1"
INSPECTED = "civil-affairs.inspection.concluded.v1"
PENALIZED = "civil-affairs.penalty.imposed.v1"
UNREACHED = "civil-affairs.contact.failed.v1"
CAUSING = frozenset({REPORTED, INSPECTED, PENALIZED, UNREACHED})
SNAPSHOTS = frozenset({"civil-affairs.organization.registered.v1", "civil-affairs.organization.changed.v1"})


class Fact(Struct, frozen=True):
    """One event as credit remembers it.

    Units:  `time_us` microseconds since 1970-01-01T00:00Z, as said by the source.
    """

    source: str
    id: str
    type: str
    subject: str | None
    time_us: int
    corrects: str | None
    topic: str
    data: Mapping[str, Any]
    content_hash: bytes


class Heard(Struct, frozen=True):
    """A batch after admission: what may cause a listing, what names organizations, where to read on."""

    facts: tuple[Fact, ...]
    snapshots: tuple[Fact, ...]
    next_offsets: dict[tuple[str, int], int]


def hear(records: Iterable[Record]) -> Heard:
    """Admit records and keep what concerns credit; what is refused is kept and shown by the gateway's admission."""
    facts: list[Fact] = []
    snapshots: list[Fact] = []
    next_offsets: dict[tuple[str, int], int] = {}
    for record in records:
        next_offsets[record.topic, record.partition] = record.offset + 1
        event = admit(record)
        if isinstance(event, Refusal) or event.subject is None:
            continue
        if event.type in CAUSING or event.type.endswith(WITHDRAWN):
            facts.append(_fact(event, record.topic))
        elif event.type in SNAPSHOTS:
            snapshots.append(_fact(event, record.topic))
    return Heard(tuple(facts), tuple(snapshots), next_offsets)


def day_of(time_us: int) -> date:
    """Give the calendar day in China of an instant in microseconds."""
    return (datetime.fromtimestamp(0, tz=UTC) + timedelta(microseconds=time_us)).astimezone(CHINA).date()


def _fact(event: Event, topic: str) -> Fact:
    return Fact(
        source=event.source,
        id=event.id,
        type=event.type,
        subject=event.subject,
        time_us=event.time_us,
        corrects=event.corrects,
        topic=topic,
        data=msgspec.to_builtins(event.data),
        content_hash=event.content_hash,
    )
