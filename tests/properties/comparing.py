"""Engine against definition: what differs, and the smallest story that still shows it."""

import json
from collections.abc import Callable
from itertools import zip_longest
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
        only_ours = [one for one in ours if one not in theirs]
        only_theirs = [other for other in theirs if other not in ours]
        for one, other in zip_longest(only_ours, only_theirs):
            lines.append(f"{code}\n  oracle {shown(one, other)}\n  engine {shown(other, one)}")
        if not lines and len(ours) != len(theirs):
            lines.append(f"{code}: {len(ours)} alerts of the oracle, {len(theirs)} of the engine")
    return "\n".join(lines)


def shown(alert: dict[str, Any] | None, other: dict[str, Any] | None) -> str:
    """Show of an alert what another one of the same rule says differently; all of it where there is none."""
    if alert is None or other is None or alert["rule"] != other["rule"]:
        return str(alert)
    differs = {name: value for name, value in alert.items() if value != other.get(name)}
    return f"{alert['rule']} {alert['key']}: {differs}"


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
