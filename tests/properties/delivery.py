"""How a story reaches the engine: any order, duplicates, any cuts, failures and restarts at any moment.

A delivery is a list of steps, made beforehand, so that a failing one can be shortened step by step.
"""

from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple

from contracts import Record
from tests.builders.engine import EngineCounty
from tests.builders.records import COMPLETED, PARTITIONS, Json, Log, heard
from tests.oracle.facts import Heard
from tests.properties.cast import CODES

PORTIONS = (1, 1, 2, 3, 8, 20, 60)
DUPLICATES_PERCENT = 12


class Step(NamedTuple):
    """One thing that happens to the county: a method of `EngineCounty` and what it is given."""

    name: str
    events: tuple[Json, ...] = ()
    arguments: tuple[Any, ...] = ()


def calmly(story: list[Json]) -> list[Step]:
    """Deliver all in one portion, in the order told."""
    return [Step("feed", tuple(story), (False,))]


def wildly(
    story: list[Json],
    rng: Random,
    *,
    portions: Sequence[int] = PORTIONS,
    duplicates_percent: int = DUPLICATES_PERCENT,
) -> list[Step]:
    """Deliver in any order and portions, some of it twice, with the county's work and its accidents in between."""
    events = [part for event in story for part in split(event)]
    events += [event for event in events if rng.randrange(100) < duplicates_percent]
    rng.shuffle(events)
    steps, place = [], 0
    while place < len(events):
        size = rng.choice(portions)
        steps.append(Step("feed", tuple(events[place : place + size]), (rng.randrange(12) == 0,)))
        steps += meanwhile(rng)
        place += size
    return steps


def arrival(story: list[Json], rng: Random, *, duplicates_percent: int = DUPLICATES_PERCENT) -> list[Record]:
    """Put a story into an order of arrival, some of it twice, for whoever cuts it into portions himself."""
    events = [*story, *(event for event in story if rng.randrange(100) < duplicates_percent)]
    rng.shuffle(events)
    log = Log()
    return [record for event in events for record in log.append(event)]


def split(event: Json) -> list[Json]:
    """Let a declaration reach each partition in its own time."""
    if not event["type"].endswith(COMPLETED) or "_partition" in event:
        return [event]
    return [event | {"_partition": number} for number in range(PARTITIONS)]


def meanwhile(rng: Random) -> list[Step]:
    """Let other things happen between two portions."""
    steps = [Step("learn", arguments=(rng.choice([1, 3, None]),))] if rng.randrange(3) == 0 else []
    if rng.randrange(2) == 0:
        places = tuple(rng.randrange(1_000) for _ in range(rng.choice([1, 2, 5])))
        steps.append(Step("spread", arguments=(places,)))
    for number in range(PARTITIONS):
        if rng.randrange(3) == 0:
            steps.append(Step("reflect", arguments=(number,)))
        if rng.randrange(6) == 0:
            steps.append(Step("settle", arguments=(number,)))
        if rng.randrange(30) == 0:
            steps.append(Step("drop", arguments=(number,)))
        if rng.randrange(10) == 0:
            steps.append(Step("evict", arguments=(number, tuple(rng.sample(CODES, 2)))))
    if rng.randrange(25) == 0:
        steps.append(Step("restart"))
    return steps


def carry_out(steps: Sequence[Step], county: EngineCounty) -> list[Record]:
    """Do to a county what a delivery says, then let everything take effect; give the records that it read."""
    log, read = Log(), []
    for step in steps:
        if step.name == "feed":
            records = [record for event in step.events for record in log.append(event)]
            county.feed(records, fails=step.arguments[0])
            read += records
        else:
            getattr(county, step.name)(*step.arguments)
    county.finish()
    return read


def heard_of(events: Sequence[Json]) -> list[Heard]:
    """Give what the oracle takes."""
    log = Log()
    return heard(record for event in events for record in log.append(event))
