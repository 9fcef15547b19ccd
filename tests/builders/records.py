"""Events as JSON, turned into what a consumer reads: records with partition, offset and append time."""

import json
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from contracts import CLOUDEVENTS_HEADERS, TOPICS, Event, Record, Refusal, admit, partition_of
from tests.oracle.facts import Heard

Json = dict[str, Any]
PARTITIONS = next(iter(TOPICS.by_name.values())).partitions
APPENDED_US = 1_893_456_000_000_000  # 2030-01-01T00:00Z: later than anything that tests tell
COMPLETED = ".source.completed.v1"
WITHDRAWN = ".event.withdrawn.v1"


def topic_of(event: Json) -> str:
    """Name the topic of an event; withdrawals and declarations carry theirs under `_topic`, which is never sent."""
    if "_topic" in event:
        return str(event["_topic"])
    topic = TOPICS.topic_of(event["type"])
    assert topic is not None, event["type"]
    return topic.name


class Log:
    """The topics of a county: appends events, hands out offsets and append times."""

    def __init__(self, *, start_us: int = APPENDED_US) -> None:
        self._offsets: Counter[tuple[str, int]] = Counter()
        self._now_us = start_us

    def append(self, event: Json) -> list[Record]:
        """Append an event where it belongs; a declaration goes to every partition of its topic."""
        topic = topic_of(event)
        sent = {name: value for name, value in event.items() if not name.startswith("_")}
        value = json.dumps(sent, ensure_ascii=False).encode()
        if event["type"].endswith(COMPLETED):
            only = event.get("_partition")
            partitions = range(PARTITIONS) if only is None else [only]
            return [self._record(topic, partition, event["source"], value) for partition in partitions]
        key = event.get("subject") or event["source"]
        return [self._record(topic, partition_of(key, PARTITIONS), key, value)]

    def _record(self, topic: str, partition: int, key: str, value: bytes) -> Record:
        offset = self._offsets[topic, partition]
        self._offsets[topic, partition] += 1
        self._now_us += 1_000
        return Record(topic, partition, offset, key.encode(), value, CLOUDEVENTS_HEADERS, self._now_us)


def records_of(events: Iterable[Json]) -> list[Record]:
    """Append all events to an empty log, in this order."""
    log = Log()
    return [record for event in events for record in log.append(event)]


@lru_cache(maxsize=4_096)
def admitted(record: Record) -> Event:
    """Let a record in; builders make no events that are refused."""
    event = admit(record)
    assert not isinstance(event, Refusal), event
    return event


def heard(records: Iterable[Record]) -> list[Heard]:
    """Give what the oracle takes."""
    return [Heard(admitted(record), record.topic, record.partition) for record in records]
