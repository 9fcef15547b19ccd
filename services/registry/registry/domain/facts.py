"""What the registry keeps of an event: its envelope, its content, and where it was read."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, NamedTuple

from msgspec import Struct

CHINA = timezone(timedelta(hours=8))
COMPLETED = "civil-affairs.source.completed.v1"

Content = Mapping[str, Any]


class Position(NamedTuple):
    """Where a fact stands in time; identity breaks ties, so that any two facts are ordered."""

    time_us: int
    source: str
    id: str


class Place(Struct, frozen=True):
    """Where the record of a fact stands in the log, and when the log took it in."""

    topic: str
    partition: int
    offset: int
    appended_us: int


class Fact(Struct, frozen=True):
    """One event as the registry remembers it, for ever.

    Units:  `time_us` microseconds since 1970-01-01T00:00Z, as said by the source.
    """

    source: str
    id: str
    type: str
    subject: str | None
    time_us: int
    data: Content
    place: Place
    content_hash: bytes
    corrects: str | None = None
    jurisdiction: str | None = None
    traceparent: str | None = None

    @property
    def topic(self) -> str:
        """Where it was read."""
        return self.place.topic

    @property
    def position(self) -> Position:
        """Its place in time."""
        return Position(self.time_us, self.source, self.id)

    @property
    def on(self) -> date:
        """The day on which it happened, in China."""
        return day_of(self.time_us)


def day_of(time_us: int) -> date:
    """Give the calendar day in China of an instant in microseconds."""
    return (datetime.fromtimestamp(0, tz=UTC) + timedelta(microseconds=time_us)).astimezone(CHINA).date()


def end_of_us(day: date) -> int:
    """Give the first instant, in microseconds, after a calendar day in China."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(days=1)
    return (midnight - datetime.fromtimestamp(0, tz=UTC)) // timedelta(microseconds=1)
