"""What an event becomes once it is read: a fact with a position in event time and a place in a log."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, NamedTuple

from msgspec import Struct

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US
CHINA = timezone(timedelta(hours=8))
CHINA_OFFSET_US = 8 * 3_600 * SECOND_US
DATES_CACHED_MAX = 20_000  # half a century
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


class Position(NamedTuple):
    """Where a fact stands in event time; ties are ordered by identity."""

    time_us: int
    source: str
    id: str


class Place(NamedTuple):
    """Where a fact was read from."""

    topic: str
    partition: int
    offset: int
    appended_us: int


class Fact(Struct, frozen=True, gc=False):
    """One event as the rules see it; `organization` is None where the event has no subject."""

    position: Position
    stream: str
    organization: str | None
    event_type: str
    data: Any
    place: Place
    corrects: str | None = None
    sealed: bool = False
    content_hash: bytes = b""
    traceparent: str | None = None


def date_of(time_us: int) -> date:
    """Give the date of a time in China (UTC+8).

    Units: microseconds since 1970-01-01T00:00Z in.
    """
    return _date_on((time_us + CHINA_OFFSET_US) // DAY_US)


@lru_cache(maxsize=DATES_CACHED_MAX)
def _date_on(days: int) -> date:
    """Give one and the same object for all facts of a day."""
    return date.fromordinal(EPOCH_ORDINAL + days)


def start_us(day: date) -> int:
    """Give the first microsecond of a date in China (UTC+8)."""
    return (day.toordinal() - EPOCH_ORDINAL) * DAY_US - CHINA_OFFSET_US


def end_us(day: date) -> int:
    """Give the first microsecond after a date in China (UTC+8)."""
    return start_us(day) + DAY_US


def deadline_position(day: date, of: str = "") -> Position:
    """Give the position of a deadline: once the day is over, before every fact of the next one.

    `of` names the fact whose deadline it is, since several may end on one day; the organization's own has none.
    """
    return Position(end_us(day), "", of)


def is_deadline(position: Position) -> bool:
    """Say whether a position is a deadline's, which no source has told."""
    return not position.source


def day_of(position: Position) -> date:
    """Give `d` of a position: its date in China; a deadline belongs to the day that it ends."""
    return date_of(position.time_us - 1 if is_deadline(position) else position.time_us)


def text_of(time_us: int) -> str:
    """Write a time in UTC with microseconds only where there are any.

    Source: RFC 3339.
    """
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time_us)
    return moment.isoformat().replace("+00:00", "Z")
