"""Rules that change in the middle of a story: other numbers from some day on, no rule at all, or the old one again."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from funds_monitor.domain.facts import Position
from tests.builders.engine import EngineCounty, OtherVersion, county_of_versions, read_version
from tests.builders.records import PARTITIONS, Json
from tests.oracle.rules import Rule, Rules
from tests.oracle.versions import Change, rules_over_time
from tests.properties.comparing import STORY_RULES, Sides
from tests.properties.delivery import Step, wildly
from tests.properties.themes import story

MakeVersions = Callable[[Collection[str], Iterable[OtherVersion]], EngineCounty]
AROUND = (0, 0, 1, -7, 14, 60)  # days
TRIES = 10  # to find numbers with which a rule still holds
ROWS = {rule.id: rule.row for rule in STORY_RULES}
MEMBERS = {row["id"]: sorted({member["rule"] for member in row["members"].values()}) for row in STORY_RULES.patterns}
WORDS = STORY_RULES[0].words


class Life(NamedTuple):
    """What happens to a rule: its other versions, and what is said of them, in this order."""

    rule: str
    others: list[OtherVersion]
    changes: list[Change]

    def unchanging(self) -> set[str]:
        """Name the patterns that read its alerts, and the other rules that they read."""
        patterns = {name for name, members in MEMBERS.items() if self.rule in members}
        return patterns.union(*(MEMBERS[name] for name in patterns)) - {self.rule}


class VersionStory(NamedTuple):
    """A story, what happens to a rule meanwhile, and how both reach the engine."""

    events: list[Json]
    life: Life
    steps: list[Step]


def version_story(name: str, theme: str, *, brief: bool | None = None) -> VersionStory:
    """Tell the story that a name decides."""
    rng = Random(name)
    events = story(rng, theme, brief=brief)
    life = life_of(rng, rng.choice(MEMBERS.get(theme, [theme])), days_of(events))
    steps = in_turn(events) if rng.randrange(3) == 0 else wildly(events, rng)
    return VersionStory(events, life, announced(steps, life.changes, rng))


def days_of(events: Sequence[Json]) -> list[date]:
    """Give the days on which something happens."""
    return [date.fromisoformat(event["time"][:10]) for event in events]


def in_turn(events: Sequence[Json]) -> list[Step]:
    """Deliver one event after the other as they happen: most come at the end of what is known."""
    in_order = sorted(events, key=lambda event: (event["time"], event["source"], event["id"]))
    return [Step("feed", (event,), (False,)) for event in in_order]


def life_of(rng: Random, rule: str, days: Sequence[date]) -> Life:
    """Let one or two other versions of a rule take over and go again, on or around days on which something happens."""
    others = [other_version(rng, rule, version) for version in range(2, 3 + rng.randrange(2))]
    known = [1, *(each.version for each in others)]
    firsts = [rng.choice(days) + timedelta(days=rng.choice(AROUND)) for _ in range(rng.choice([1, 1, 2, 3]))]
    if rng.randrange(4) == 0:
        firsts.append(firsts[0])  # said twice of one day
    changes: list[Change] = [(rule, 2, firsts[0])]
    changes += [(rule, rng.choice([*known, known[-1], None]), first) for first in firsts[1:]]
    rng.shuffle(changes)
    return Life(rule, others, changes)


def other_version(rng: Random, rule: str, version: int) -> OtherVersion:
    """Give a version of a rule with some other numbers; sometimes it waits for nobody."""
    parameters = ROWS[rule].get("parameters", {})
    for _ in range(TRIES):
        names = rng.sample(sorted(parameters), min(len(parameters), rng.choice([1, 2, 4])))
        numbers = tuple((name, other_number(rng, parameters[name]["default"])) for name in names)
        other = OtherVersion(rule, version, numbers, waits=rng.randrange(4) != 0)
        if holds(other):
            return other
    return OtherVersion(rule, version, (), waits=True)


def other_number(rng: Random, number: int) -> int:
    """Give another number, near or far."""
    return rng.choice([number * 2, number // 2, number + 1, max(0, number - 1)])


def holds(other: OtherVersion) -> bool:
    """Say whether a rule may be written like this."""
    try:
        read_version(other)
    except ValueError:
        return False
    return True


def points_of(county: EngineCounty) -> set[tuple[str, str, int, Position]]:
    """Give organization, rule, version and position of every true point that is stored."""
    hits = [hit for storage in county.storage for of_one in storage.hits.values() for hit in of_one.values()]
    return {(hit.organization, hit.rule, hit.rule_version, hit.position) for hit in hits}


def announced(steps: Sequence[Step], changes: Sequence[Change], rng: Random) -> list[Step]:
    """Let changes be said at any moment of a delivery, in their order, and be taken over in parts and late."""
    told = [Step("announce", arguments=change) for change in changes]
    if rng.randrange(5) < 2:  # all of it is known beforehand
        return [*told, *(Step("adopt", arguments=(number, None)) for number in range(PARTITIONS)), *steps]
    places = sorted(rng.randint(0, len(steps)) for _ in told)
    found: list[Step] = []
    for place in range(len(steps) + 1):
        found += [step for step, at in zip(told, places, strict=True) if at == place]
        found += steps[place : place + 1]
        if rng.randrange(3) == 0:
            number = rng.randrange(PARTITIONS)
            found.append(Step("adopt", arguments=(number, rng.choice([None, None, 0, 1, 2]))))
    return found


def sides_of(life: Life, make: MakeVersions = county_of_versions) -> Sides:
    """Give the definition's rules as the changes of a delivery leave them, and the engine's county."""
    names = life.unchanging()
    rest = [Rule(ROWS[name], WORDS) for name in sorted(names & ROWS.keys())]
    versions = [Rule(ROWS[life.rule], WORDS), *(Rule(each.of(ROWS[each.rule]), WORDS) for each in life.others)]
    patterns = [row for row in STORY_RULES.patterns if row["id"] in names]

    def rules(steps: Sequence[Step]) -> Sequence[Rule]:
        changes = [step.arguments for step in steps if step.name == "announce"]
        return rules_over_time(Rules([*rest], patterns), versions, [(life.rule, 1, date.min), *changes])

    return Sides(rules, lambda: make({life.rule, *names}, life.others))
