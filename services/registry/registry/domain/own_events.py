"""What the registry itself says: a write that was accepted becomes an event, and the fact that the file shows."""

from datetime import date, datetime
from typing import Any

from msgspec import to_builtins

from contracts import TOPICS, Event, from_us, make_event, partition_of
from contracts.parts import Data
from contracts.register_writes import REGISTER_SOURCE, RegisterWrite
from registry.domain.facts import CHINA, Fact, Place
from registry.domain.reading import read_fact

NOT_IN_THE_LOG_YET = -1  # the offset of a fact that we said ourselves; the log's own copy changes nothing


def own_event(write: RegisterWrite, code: str, data: Data, *, id: str, now_us: int) -> Event:  # noqa: A002 - the attribute's name
    """Say a write as an event: on the day that the document states, else now; never later than now."""
    time = from_us(now_us)
    day = stated_day(write, data)
    if day is not None:
        time = min(time, datetime(day.year, day.month, day.day, tzinfo=CHINA))
    return make_event(type=write.type, source=REGISTER_SOURCE, id=id, subject=code, time=time, data=data)


def own_fact(event: Event, *, now_us: int) -> Fact:
    """Give the fact of an event that is on its way into the log."""
    topic = TOPICS.topic_of(event.type)
    assert topic is not None  # noqa: S101 - the table of writes names only types that a topic carries
    partition = partition_of(event.subject or event.source, topic.partitions)
    return read_fact(event, place=Place(topic.name, partition, NOT_IN_THE_LOG_YET, now_us))


def stated_day(write: RegisterWrite, data: Data) -> date | None:
    """Give the day that a document states for what it tells of."""
    day: date | None = getattr(data, write.day) if write.day else None
    return day


def days_ahead(day: date, *, now_us: int) -> bool:
    """Say whether a day has not begun yet in China."""
    return day > (from_us(now_us).astimezone(CHINA)).date()


def same_content(fact: Fact, event: Event) -> bool:
    """Say whether a fact tells what an event would; when it was said does not matter."""
    content: Any = to_builtins(event.data)
    return (fact.type, fact.subject, fact.data) == (event.type, event.subject, content)
