"""The only place that reads the wall clock."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_us(moment: datetime) -> int:
    """Turn an aware datetime into microseconds since 1970, without floating point."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_us(time_us: int) -> datetime:
    """Turn microseconds since 1970 into an aware datetime in UTC."""
    return _EPOCH + timedelta(microseconds=time_us)


class Clock(Protocol):
    """What knows the time; handed in, never looked up."""

    def now(self) -> datetime:
        """Return this moment, aware, in UTC."""
        ...

    def now_us(self) -> int:
        """Return this moment in microseconds since 1970."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return this moment, aware, in UTC."""
        return datetime.now(UTC)

    def now_us(self) -> int:
        """Return this moment in microseconds since 1970."""
        return time.time_ns() // 1000


class FixedClock:
    """A clock that stands until it is told to go on."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            msg = "a clock needs an aware datetime"
            raise ValueError(msg)
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment at which the clock stands."""
        return self._at

    def now_us(self) -> int:
        """Return the moment at which the clock stands, in microseconds since 1970."""
        return to_us(self._at)

    def advance(self, by: timedelta) -> None:
        """Move the clock forward."""
        self._at += by
