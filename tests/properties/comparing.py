"""Engine against definition: what differs, and the shortest delivery that still shows it."""

import json
from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import zip_longest
from random import Random
from typing import Any, NamedTuple, TypeVar

from tests.builders.engine import EngineCounty, story_county
from tests.builders.records import Json
from tests.builders.story_rules import rules_of, rules_of_stories
from tests.oracle.oracle import RULES, open_alerts
from tests.oracle.rules import Rule, Rules, read_rules
from tests.properties.delivery import Step, calmly, carry_out, heard_of, wildly
from tests.properties.examples import COMPARED

ORACLE_RULES = read_rules(RULES)
PASSES_MAX = 12  # halving sixty events to one takes six

MakeCounty = Callable[..., EngineCounty]
Alerts = dict[str, list[dict[str, Any]]]
Item = TypeVar("Item")


class Sides(NamedTuple):
    """What is compared: the definition with the rules that a delivery leaves it with, and the engine's county."""

    rules: Callable[[Sequence[Step]], Sequence[Rule]]
    make: MakeCounty


@cache
def definition_of(rules: frozenset[str] = frozenset()) -> Rules:
    """Give the definition's reading of the rules of stories, or of some of them."""
    return read_rules(rules_of_stories(rules))


STORY_RULES = definition_of()
STORIES = Sides(lambda _: STORY_RULES, story_county)


def sides_alone(theme: str) -> Sides:
    """Compare by the rules alone that the stories of a theme are made for: half of the cost."""
    rules = rules_of(theme)
    return Sides(lambda _: definition_of(rules), partial(story_county, rules))


def expected(events: Sequence[Json], rules: Sequence[Rule] = ORACLE_RULES) -> Alerts:
    """Ask the definition."""
    return open_alerts(heard_of(events), rules)


def delivered(steps: Sequence[Step], make: MakeCounty = EngineCounty) -> Alerts:
    """Ask the engine after a delivery."""
    county = make()
    carry_out(steps, county)
    return county.content()


def delivery(story: list[Json], seed: object) -> list[Step]:
    """Give the delivery that a seed decides; `calm` is one portion in the order told."""
    return calmly(story) if seed == "calm" else wildly(story, Random(str(seed)))


def difference(wanted: Alerts, found: Alerts) -> str:
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


def assert_same(story: list[Json], *seeds: object, sides: Sides = STORIES) -> Alerts:
    """Compare engine and definition on a random story and deliveries; on a difference, show the shortest one found."""
    wanted = expected(story, sides.rules([]))
    for seed in seeds:
        assert_agreed(wanted, delivery(story, seed), sides, f"delivery {seed!r}")
    return wanted


def assert_agreed(wanted: Alerts, steps: list[Step], sides: Sides, name: str) -> None:
    """Compare the engine with what the definition says; on a difference, show the shortest delivery found."""
    COMPARED.update(["examples", *(alert["rule"] for of_one in wanted.values() for alert in of_one)])
    if differs_from(wanted, steps, sides.make):
        steps = shortest(steps, sides)
        said = difference(expected(events_of(steps), sides.rules(steps)), delivered(steps, sides.make))
        raise AssertionError(f"{name}\n{said}\n" + "\n".join(written(step) for step in steps))


def differs_from(wanted: Alerts, steps: Sequence[Step], make: MakeCounty) -> bool:
    """Say whether the engine says something else after a delivery; one that raises does."""
    try:
        found = delivered(steps, make)
    except Exception:  # noqa: BLE001 - whatever it raises is to be shown with the delivery that makes it
        return True
    return bool(difference(wanted, found))


def differ(steps: Sequence[Step], sides: Sides) -> bool:
    """Say whether engine and definition differ on a delivery."""
    return differs_from(expected(events_of(steps), sides.rules(steps)), steps, sides.make)


def events_of(steps: Sequence[Step]) -> list[Json]:
    """Give all events of a delivery, in their order."""
    return [event for step in steps for event in step.events]


def shortest(steps: list[Step], sides: Sides) -> list[Step]:
    """Leave steps and events out, many at once and then one by one, as long as the difference stays."""

    def differ_still(rest: list[Step]) -> bool:
        return differ(rest, sides)

    steps = without(steps, differ_still)
    for _ in range(2):
        for place, step in enumerate(steps):
            if len(step.events) > 1:

                def differs(events: list[Json], place: int = place) -> bool:
                    return differ(replaced(steps, place, events), sides)  # noqa: B023 - called before `steps` moves on

                steps = replaced(steps, place, without(list(step.events), differs))
        steps = without(steps, differ_still)
    return steps


def replaced(steps: list[Step], place: int, events: list[Json]) -> list[Step]:
    """Give a delivery with other events in one step."""
    return [*steps[:place], steps[place]._replace(events=tuple(events)), *steps[place + 1 :]]


def without(items: list[Item], differs: Callable[[list[Item]], bool]) -> list[Item]:
    """Drop what is not needed for a difference."""
    size = max(1, len(items) // 2)
    for _ in range(PASSES_MAX):
        place, shorter = 0, False
        while place < len(items):
            part = items[:place] + items[place + size :]
            if part and differs(part):
                items, shorter = part, True
            else:
                place += size
        if size == 1 and not shorter:
            break
        size = max(1, size // 2)
    return items


def written(step: Step) -> str:
    """Write a step for a person who has to find out why."""
    told = "".join("\n    " + json.dumps(event, ensure_ascii=False) for event in step.events)
    return f"  {step.name} {step.arguments}{told}"
