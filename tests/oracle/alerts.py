"""From true points to alerts: keys, episodes, severity, evidence, what is measured and said."""

from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from tests.oracle.facts import DAY_US, Fact, day_at, start_of
from tests.oracle.judging import evaluation_points, evidence_of, true_branches
from tests.oracle.points import Point, Shown, World
from tests.oracle.rules import Rule
from tests.oracle.told import Told
from tests.oracle.wording import say

LEVELS = ("low", "medium", "high", "critical")
EVIDENCE_SHOWN = 100


@dataclass(eq=False)
class Hit:
    """A true point."""

    point: Point
    branches: list[str]
    evidence: list[Fact]
    severity: str = ""


@dataclass
class Episode:
    """True points that make one alert, in order."""

    key: str
    hits: list[Hit] = field(default_factory=list)


class History:
    """What severity may ask of the other true points of the same key."""

    def __init__(self, hit: Hit, episode: Episode, episodes: list[Episode]) -> None:
        self._hit, self._episode, self._episodes = hit, episode, episodes

    def branch(self, _: Point, name: str) -> bool:
        return name in self._hit.branches

    def hits_within(self, point: Point, days: int) -> int:
        after_us = point.position[0] - days * DAY_US
        hits = [hit for episode in self._episodes for hit in episode.hits]
        return sum(1 for hit in hits if hit.point.position <= point.position and hit.point.position[0] > after_us)

    def branches_within(self, point: Point, days: int) -> int:
        after_us = point.position[0] - days * DAY_US
        hits = [hit for episode in self._episodes for hit in episode.hits if hit.point.position <= point.position]
        return len({branch for hit in hits if hit.point.position[0] > after_us for branch in hit.branches})

    def repeated(self, _: Point, name: str, days: int) -> bool:
        mine = [hit.point.position for hit in self._episode.hits if name in hit.branches]
        if not mine:
            return False
        earlier = [
            hit.point.position
            for episode in self._episodes
            if episode.hits[0].point.position < self._episode.hits[0].point.position
            for hit in episode.hits
            if name in hit.branches
        ]
        return any(mine[0][0] - position[0] < days * DAY_US for position in earlier)


def alerts_of(world: World, rule: Rule, *, code: str, shard: int, told: Told) -> list[dict[str, Any]]:
    """Give the content of the open alerts of one rule and organization."""
    hits = [hit for hit in hits_of(world, rule, code) if not lacking(hit, shard=shard, told=told)]
    contents = []
    for key in sorted({key for hit in hits for key in keys_of(hit)}):
        same = [Hit(hit.point, hit.branches, hit.evidence) for hit in hits if key in keys_of(hit)]
        episodes = episodes_of(rule, key, same)
        for episode in episodes:
            for hit in episode.hits:
                hit.severity = severity_of(rule, hit, History(hit, episode, episodes))
        contents += [content_of(rule, episode, shard=shard, told=told) for episode in episodes]
    return contents


def hits_of(world: World, rule: Rule, code: str) -> list[Hit]:
    """Give every true point, those that wait among them."""
    found = [(point, true_branches(point)) for point in evaluation_points(world, rule, code)]
    return [Hit(point, branches, evidence_of(point, branches)) for point, branches in found if branches]


def lacking(hit: Hit, *, shard: int, told: Told) -> list[str]:
    """Name the topics that are not told completely to the end of a true point's date, or of the date that it wants."""
    waits = [wait for wait in hit.point.rule.row.get("waits", []) if names_one(wait, hit)]
    wanted = {(wait["topic"], hit.point.feature(wait["until"]) if "until" in wait else None) for wait in waits}
    return sorted({topic for topic, day in wanted if not told.is_complete(topic, shard, day or hit.point.d)})


def names_one(part: dict[str, Any], hit: Hit) -> bool:
    """Say whether a part of a rule speaks of a true branch: it names one, or none at all."""
    return "branches" not in part or bool(set(part["branches"]) & set(hit.branches))


def keys_of(hit: Hit) -> list[str]:
    """Give the values of `alert_by` at a true point."""
    rule, point = hit.point.rule, hit.point
    by = rule.row.get("alert_by")
    if by is None:
        return [""]
    if point.this.stream in by:
        return [str(point.names[by[point.this.stream]])]
    return sorted({key_at(point, by[branch]) for branch in hit.branches})


def key_at(point: Point, by: Any) -> str:
    """Write a key: one value as it is, several as the first half of a digest."""
    if not isinstance(by, list):
        return str(point.evaluate(by))
    return sha256("\n".join(str(point.evaluate(each)) for each in by).encode()).hexdigest()[:32]


def episodes_of(rule: Rule, key: str, hits: list[Hit]) -> list[Episode]:
    """Cut the true points of a key into episodes."""
    how = rule.row.get("episode", {})
    if how.get("single"):
        return [Episode(key, hits)]
    if "value" in how:
        values = sorted({hit.point.names[how["value"]] for hit in hits})
        groups = [[hit for hit in hits if hit.point.names[how["value"]] == value] for value in values]
        groups.sort(key=lambda group: group[0].point.position)
        return [Episode(key, group) for group in groups]
    episodes = [Episode(key, [hits[0]])]
    for before, hit in pairwise(hits):
        if hit.point.position[0] - before.point.position[0] > rule.regroup_days() * DAY_US:
            episodes.append(Episode(key))
        episodes[-1].hits.append(hit)
    return episodes


def severity_of(rule: Rule, hit: Hit, history: History) -> str:
    """Give the first level whose condition holds."""
    hit.point.history = history
    level = next(
        line["level"] for line in rule.row["severity"] if "when" not in line or hit.point.evaluate(line["when"])
    )
    if "raises" in rule.row and hit.point.evaluate(rule.row["raises"]):
        return LEVELS[min(LEVELS.index(level) + 1, len(LEVELS) - 1)]
    return str(level)


def content_of(rule: Rule, episode: Episode, *, shard: int, told: Told) -> dict[str, Any]:
    """Write down what an alert says."""
    level = max((hit.severity for hit in episode.hits), key=LEVELS.index)
    shown = [hit for hit in episode.hits if hit.severity == level][-1]
    last = episode.hits[-1].point
    evidence = sorted({fact for hit in episode.hits for fact in hit.evidence}, key=lambda fact: fact.position)
    window_to_us = last.position[0] if last.position[1] else start_of(last.d)
    return {
        "rule": rule.id,
        "rule_version": rule.row["version"],
        "organization": last.code,
        "organization_name": getattr(last.org, "name", None),
        "severity": level,
        "state": "open",
        "window_from_us": evidence[0].position[0],
        "window_to_us": window_to_us,
        "title_zh": rule.row["name"]["zh"],
        "title_en": rule.row["name"]["en"],
        "why_zh": say(shown.point, shown.branches, "zh"),
        "why_en": say(shown.point, shown.branches, "en"),
        "measured": measured(shown, episode),
        "evidence": [(fact.position[1], fact.position[2], fact.type, fact.position[0]) for fact in cut(evidence)],
        "evidence_count": len(evidence),
        "law": [
            (row["key"], row["article"], row.get("unverified", False))
            for row in rule.clauses(shown.point.d, getattr(shown.point.org, "kind", None))
        ],
        "settled": told.is_settled(rule.clearing_keys(), shard, day_at(window_to_us)),
        "key": episode.key,
    }


def cut(evidence: list[Any]) -> list[Any]:
    """Give the first and the last hundred of long evidence."""
    return evidence if len(evidence) <= 2 * EVIDENCE_SHOWN else evidence[:EVIDENCE_SHOWN] + evidence[-EVIDENCE_SHOWN:]


def measured(hit: Hit, episode: Episode) -> dict[str, int | str]:
    """Give every feature that has a value at the point shown."""
    found: dict[str, int | str] = {"branch": ",".join(hit.branches)}
    for name, spec in hit.point.rule.features.items():
        value = None if "let" in spec else hit.point.feature(name)
        if value is not None and not isinstance(value, (list, Shown, SimpleNamespace)):
            found[name] = written(value)
    done = done_on(hit.point.rule, episode)
    if done is not None:
        found["done_on"] = written(done)
    return found


def written(value: Any) -> int | str:
    """Write a value: booleans as words, dates as ISO."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, (int, str)) else str(value)


def done_on(rule: Rule, episode: Episode) -> date | None:
    """Give when what was missing was done after all: the first such date after the last true point that misses it."""
    done = rule.row.get("done")
    points = [hit.point for hit in episode.hits if done is not None and names_one(done, hit)]
    if done is None or not points:
        return None
    last = points[-1]
    facts = last.world.stream(last.code, done["any"])
    if "where" in done:
        facts = last.passing(facts, rule.expression(done["where"]))
    return min((day for fact in facts if (day := getattr(fact.data, done["field"])) > last.d), default=None)
