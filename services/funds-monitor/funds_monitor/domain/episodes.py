"""From true points to what an alert says: episodes, severity, evidence, measures, words.

Source: monitor.md §1 and §9, docs/rule-language.md §4.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, TypeVar

from funds_monitor.domain.entries import Entry, Series
from funds_monitor.domain.explaining import Language, fill, show_party
from funds_monitor.domain.facts import DAY_US, Fact, is_deadline, start_us
from funds_monitor.domain.judging import done_on, write
from funds_monitor.domain.organizations import Episode, Hit, HitBook
from funds_monitor.domain.outcome import Alert, Evidence, LawClause, Severity, Trigger
from funds_monitor.domain.plans import RulePlan
from funds_monitor.domain.points import Point
from funds_monitor.domain.rules import Rule, SetFeature

LEVELS: dict[str, int] = {"low": 0, "medium": 1, "high": 2, "critical": 3}
RAISED: dict[Severity, Severity] = {"low": "medium", "medium": "high", "high": "critical", "critical": "critical"}
EVIDENCE_ENDS_MAX = 100  # first and last hundred are shown, all are counted (monitor.md §1)
NOBODY = Trigger("", "", 0)
Shown = TypeVar("Shown")


def episodes_of(plan: RulePlan, book: HitBook) -> list[Episode]:
    """Cut the true points that do not wait into episodes, key by key."""
    by_key: dict[str, list[Hit]] = {}
    for hit in book.speaking():
        for key in hit.keys:
            by_key.setdefault(key, []).append(hit)
    return [episode for key in sorted(by_key) for episode in cut(plan.rule, key, by_key[key])]


def cut(rule: Rule, key: str, hits: list[Hit]) -> list[Episode]:
    """Cut the true points of one key into episodes, in order of their first points."""
    if rule.episode.kind == "single":
        return [Episode(key, hits)]
    if rule.episode.kind == "value":
        groups: dict[Any, list[Hit]] = {}
        for hit in hits:
            field = rule.episode.field
            value = hit.values.get(field) if field in rule.features else getattr(hit.entry.data, field, None)
            groups.setdefault(value, []).append(hit)
        return [Episode(key, group) for group in sorted(groups.values(), key=lambda group: group[0].position)]
    gap_us = rule.episode.regroup_days * DAY_US
    found = [Episode(key, [hits[0]])]
    for before, hit in pairwise(hits):
        if hit.position.time_us - before.position.time_us > gap_us:
            found.append(Episode(key, []))
        found[-1].hits.append(hit)
    return found


class History:
    """What severity may ask of the other true points of the same key."""

    def __init__(self, hit: Hit, episode: Episode, earlier: list[Episode]) -> None:
        self._hit = hit
        self._episode = episode
        self._earlier = earlier  # episodes of the key that began before this one

    def branch(self, _: Point, name: str) -> bool:
        """Say whether a branch holds at this point."""
        return name in self._hit.branches

    def hits_within(self, point: Point, days: int) -> int:
        """Count the true points of the key in the days up to this one, itself included."""
        return len(self._lately(point, days))

    def branches_within(self, point: Point, days: int) -> int:
        """Count the different branches that hold at those points."""
        return len({branch for hit in self._lately(point, days) for branch in hit.branches})

    def _lately(self, point: Point, days: int) -> list[Hit]:
        after_us, position = point.position.time_us - days * DAY_US, point.position
        return [
            hit
            for episode in (*self._earlier, self._episode)
            for hit in episode.hits
            if hit.position <= position and hit.position.time_us > after_us
        ]

    def repeated(self, _: Point, name: str, days: int) -> bool:
        """Say whether a point with a branch, of an earlier episode, lies shortly before the first such one here."""
        first = next((hit.position.time_us for hit in self._episode.hits if name in hit.branches), None)
        if first is None:
            return False
        return any(
            first - hit.position.time_us < days * DAY_US
            for episode in self._earlier
            for hit in episode.hits
            if name in hit.branches
        )


def severity_of(plan: RulePlan, hit: Hit, episode: Episode, earlier: list[Episode]) -> Severity:
    """Give the first level whose condition holds at a true point."""
    known = hit.severity
    if known is not None and not plan.rule.asks_history:
        return known
    point = point_of(hit)
    point.history = History(hit, episode, earlier)
    level: Severity = next(line.level for line in plan.rule.severity if line.when is None or line.when.run(point))
    if plan.rule.raises is not None and plan.rule.raises.run(point):
        level = RAISED[level]
    hit.severity = level
    return level


def tell(plan: RulePlan, code: str, episode: Episode, earlier: list[Episode]) -> Alert:
    """Write down what an alert says of an episode; identity, `settled` and history are not decided here."""
    levels = [severity_of(plan, hit, episode, earlier) for hit in episode.hits]
    level = max(levels, key=lambda each: LEVELS[each])
    shown = next(hit for hit, each in zip(reversed(episode.hits), reversed(levels), strict=True) if each == level)
    last, rule = episode.hits[-1], plan.rule
    evidence = evidence_of(plan, episode.hits)
    point, last_point = point_of(shown), point_of(last)
    measured: dict[str, int | str] = {"branch": ",".join(shown.branches), **shown.values}
    lacking = [hit for hit in episode.hits if rule.done is not None and rule.done.concerns(hit.branches)]
    done = done_on(plan, point_of(lacking[-1])) if lacking else None
    if done is not None:
        measured["done_on"] = str(write(done))
    return Alert(
        id="",
        rule=rule.id,
        rule_version=rule.version,
        organization=code,
        organization_name=last_point.org.name,
        severity=level,
        state="open",
        window_from_us=evidence[0].position.time_us,
        window_to_us=start_us(last_point.day) if is_deadline(last.position) else last.position.time_us,
        title_zh=rule.name.zh,
        title_en=rule.name.en,
        why_zh=words_at(plan, point, shown.branches, "zh"),
        why_en=words_at(plan, point, shown.branches, "en"),
        measured=measured,
        evidence=tuple(
            Evidence(fact.position.source, fact.position.id, fact.event_type, fact.position.time_us)
            for fact in ends_of(evidence)
        ),
        evidence_count=len(evidence),
        law=tuple(LawClause(row.key, row.article, row.unverified) for row in rule.cited_on(point.day, point.org.kind)),
        settled=True,
        history=False,
        revision=0,
        key=episode.key,
        trigger=NOBODY,
        raised_order=0,
    )


def ends_of(evidence: list[Shown]) -> list[Shown]:
    """Give what is shown of some evidence: its first and last part where it is long."""
    if len(evidence) <= 2 * EVIDENCE_ENDS_MAX:
        return evidence
    return evidence[:EVIDENCE_ENDS_MAX] + evidence[-EVIDENCE_ENDS_MAX:]


def point_of(hit: Hit) -> Point:
    """Give the point of a warm hit."""
    if hit.point is None:
        raise ValueError("a cold point cannot be spoken of")
    return hit.point


def words_at(plan: RulePlan, point: Point, branches: Iterable[str], language: Language) -> str:
    """Explain the true branches with the names of a point."""

    def value_of(path: tuple[str, ...]) -> Any:
        if path == ("counterparty",):
            return show_party(point["counterparty"])
        value = point[path[0]]
        for name in path[1:]:
            value = getattr(value, name, None)
        return value

    texts = [plan.rule.why[branch].zh if language == "zh" else plan.rule.why[branch].en for branch in branches]
    return " ".join(fill(text, value_of, language) for text in texts)


def evidence_of(plan: RulePlan, hits: list[Hit]) -> list[Fact]:
    """Give `this` of every true point and the facts that true branches speak of, in order, without repeats.

    Shape: O(facts in the union); overlapping windows of one series are joined before they are read.
    """
    found: dict[Any, Fact] = {}
    spans: dict[int, tuple[Series, list[tuple[int, int]]]] = {}
    for hit in hits:
        point = point_of(hit)
        found[hit.entry.fact.position] = hit.entry.fact
        seen: set[str] = set()
        for branch in hit.branches:
            for feature in plan.evidence[branch]:
                if feature.name in seen:
                    continue
                seen.add(feature.name)
                if isinstance(feature, SetFeature):
                    for window in plan.windows(feature.name, point):
                        known = spans.setdefault(id(window.series), (window.series, []))
                        known[1].append((window.low, window.high))
                else:
                    found.update((each.fact.position, each.fact) for each in plan.looked_up(feature, point))
    for series, ranges in spans.values():
        found.update((entry.position, entry.fact) for entry in joined(series, ranges))
    return [found[position] for position in sorted(found)]


def joined(series: Series, ranges: list[tuple[int, int]]) -> Iterable[Entry]:
    """Give the entries of overlapping ranges of a series once."""
    reached = 0
    for low, high in sorted(ranges):
        start = max(low, reached)
        if high > start:
            yield from series.entries[start:high]
            reached = high
