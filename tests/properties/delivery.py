"""How a story reaches the engine: any order, duplicates, any cuts, failures and restarts at any moment."""

from collections.abc import Sequence
from random import Random
from typing import Any

from contracts import Record
from tests.builders.engine import EngineCounty
from tests.builders.records import PARTITIONS, Json, Log, heard
from tests.oracle.facts import Heard
from tests.properties.cast import CODES


def arrival(story: list[Json], rng: Random, *, shuffled: bool = True, duplicates_percent: int = 12) -> list[Record]:
    """Put a story into an order of arrival, some of it twice."""
    events = list(story)
    if shuffled:
        events += [event for event in story if rng.randrange(100) < duplicates_percent]
        rng.shuffle(events)
    log = Log()
    return [record for event in events for record in log.append(event)]


def deliver(
    records: list[Record],
    rng: Random,
    county: EngineCounty,
    *,
    calm: bool = False,
    portions: Sequence[int] = (1, 1, 2, 3, 8, 20, 60),
) -> dict[str, list[Any]]:
    """Feed records in random portions, with the county's other work and its accidents in between; give the alerts."""
    place = 0
    while place < len(records):
        size = len(records) if calm else rng.choice(portions)
        county.feed(records[place : place + size], fails=not calm and rng.randrange(12) == 0)
        place += size
        if not calm:
            meanwhile(rng, county)
    county.finish()
    return county.content()


def meanwhile(rng: Random, county: EngineCounty) -> None:
    """Let other things happen between two batches."""
    if rng.randrange(3) == 0:
        county.learn(rng.choice([1, 3, None]))
    for number in range(PARTITIONS):
        if rng.randrange(3) == 0:
            county.reflect(number)
        if rng.randrange(6) == 0:
            county.settle(number)
        if rng.randrange(30) == 0:
            county.drop(number)
        if rng.randrange(10) == 0:
            county.evict(number, rng.sample(CODES, 2))
    if rng.randrange(25) == 0:
        county.restart()


def heard_of(story: list[Json]) -> list[Heard]:
    """Give what the oracle takes: every event once, as it was told."""
    log = Log()
    return heard([record for event in story for record in log.append(event)])
