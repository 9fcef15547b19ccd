"""Engine against definition: what differs, and the smallest story that still shows it."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.builders.engine import EngineCounty
from tests.builders.records import Json
from tests.oracle.oracle import RULES, open_alerts
from tests.oracle.rules import read_rules
from tests.properties.delivery import arrival, deliver, heard_of

ORACLE_RULES = read_rules(RULES)
TRIES_MAX = 400

MakeCounty = Callable[[], EngineCounty]


def expected(story: list[Json]) -> dict[str, list[dict[str, Any]]]:
    """Ask the definition."""
    return open_alerts(heard_of(story), ORACLE_RULES)


def delivered(story: list[Json], seed: object, make: MakeCounty = EngineCounty) -> dict[str, list[dict[str, Any]]]:
    """Ask the engine, after a delivery that a seed decides; `calm` is one batch in the order told."""
    rng = Random(str(seed))
    calm = seed == "calm"
    return deliver(arrival(story, rng, shuffled=not calm), rng, make(), calm=calm)


def difference(wanted: dict[str, list[Any]], found: dict[str, list[Any]]) -> str:
    """Describe where two sets of alerts differ; empty when they do not."""
    lines = []
    for code in sorted(set(wanted) | set(found)):
        ours, theirs = wanted.get(code, []), found.get(code, [])
        for one in ours:
            if one not in theirs:
                lines += [f"{code} only the oracle: {one}"]
        for other in theirs:
            if other not in ours:
                lines += [f"{code} only the engine: {other}"]
        if not lines and len(ours) != len(theirs):
            lines += [f"{code} {len(ours)} alerts of the oracle, {len(theirs)} of the engine"]
    return "\n".join(lines)


def assert_same(story: list[Json], seed: object, make: MakeCounty = EngineCounty) -> dict[str, list[dict[str, Any]]]:
    """Compare engine and definition on one story and delivery; on a difference, show the smallest story found."""
    wanted = expected(story)
    if difference(wanted, delivered(story, seed, make)):
        small = smallest(story, lambda part: bool(difference(expected(part), delivered(part, seed, make))))
        said = difference(expected(small), delivered(small, seed, make))
        told = "\n".join(json.dumps(event, ensure_ascii=False) for event in small)
        raise AssertionError(f"delivery {seed!r}\n{said}\nstory of {len(small)} events:\n{told}")
    return wanted


def smallest(story: list[Json], differs: Callable[[list[Json]], bool]) -> list[Json]:
    """Leave events out, many at once and then one by one, as long as the difference stays."""
    tries, size = 0, max(1, len(story) // 2)
    while size and tries < TRIES_MAX:
        place, shorter = 0, False
        while place < len(story) and tries < TRIES_MAX:
            part = story[:place] + story[place + size :]
            tries += 1
            if part and differs(part):
                story, shorter = part, True
            else:
                place += size
        size = size if shorter and size == 1 else size // 2
    return story
