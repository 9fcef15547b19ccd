"""One call of the engine on one organization: dirty points in; hits, verdicts, alerts and waiting out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from funds_monitor.domain.alerts import Cause, Reconciling, position_of
from funds_monitor.domain.clearing import topics_of
from funds_monitor.domain.completeness import Completeness
from funds_monitor.domain.entries import Entry
from funds_monitor.domain.episodes import episodes_of, tell
from funds_monitor.domain.facts import Position, date_of, end_us
from funds_monitor.domain.judging import Judgement, judge, keys_of, measured_at, seen_at
from funds_monitor.domain.organizations import Awaited, Episode, Hit, Organization
from funds_monitor.domain.outcome import Alert, HitChange, Outcome, Verdict, VerdictKind, WaitingChange
from funds_monitor.domain.plans import RulePlan
from funds_monitor.domain.rules import Rule


class RuleRun:
    """One rule's share of a call."""

    def __init__(
        self, organization: Organization, plan: RulePlan, *, completeness: Completeness, shard: int, outcome: Outcome
    ) -> None:
        self._organization = organization
        self._plan = plan
        self._rule = plan.rule
        self._completeness = completeness
        self._shard = shard
        self._outcome = outcome
        self._book = organization.hits[plan.key]
        self._changed_keys: set[str] = set()
        self._latest: tuple[Position, VerdictKind, Judgement] | None = None

    def judge(self, dirty: Iterable[Entry], gone: Iterable[Position]) -> bool:
        """Judge points again and forget those that are no more; say whether true points moved."""
        moved, latest = False, self._organization.latest
        for position in gone:
            moved |= self._drop(position)
            if latest.get(self._rule.id) == position:
                del latest[self._rule.id]
        for entry in dirty:
            moved |= self._judge(entry)
        return moved

    def _judge(self, entry: Entry) -> bool:
        found = judge(self._plan, self._organization.timeline, entry)
        if found.kind == "hit" and found.point is not None:
            try:
                return self._put(entry, found)
            except Exception as error:  # noqa: BLE001 - measuring a hit may raise like judging it
                found = Judgement("error", point=found.point, detail=type(error).__name__)
        if found.kind is not None:
            self._note(entry.position, found.kind, found)
        return self._drop(entry.position)

    def _put(self, entry: Entry, found: Judgement) -> bool:
        point, rule = found.point, self._rule
        if point is None:
            return False
        values = measured_at(self._plan, point)
        awaited = awaited_at(rule, found.branches, point.day, values)
        change = HitChange(
            organization=self._organization.code,
            rule=rule.id,
            rule_version=rule.version,
            position=entry.position,
            waiting=self._lacks(awaited),
            branches=found.branches,
            keys=keys_of(self._plan, point, found.branches),
            values=values,
        )
        before = self._book.by_position.get(entry.position)
        hit = Hit(entry, change, point, awaited)
        self._book.put(hit)
        self._note(entry.position, "waiting" if change.waiting else "hit", found)
        self._changed_keys.update(change.keys if before is None else (*change.keys, *before.keys))
        if before is None or not same_hit(before, hit):
            self._outcome.hits.append(change)
        return True

    def _drop(self, position: Position) -> bool:
        hit = self._book.drop(position)
        if hit is None:
            return False
        self._changed_keys.update(hit.keys)
        code, rule = self._organization.code, self._rule
        self._outcome.hits.append(HitChange(code, rule.id, rule.version, position, removed=True))
        return True

    def _note(self, position: Position, kind: VerdictKind, found: Judgement) -> None:
        if kind == "error":
            self._outcome.errors[self._rule.id] = self._outcome.errors.get(self._rule.id, 0) + 1
        if self._latest is None or position >= self._latest[0]:
            self._latest = (position, kind, found)

    def _lacks(self, awaited: Iterable[Awaited]) -> bool:
        """Say whether a topic is not complete to the end of the date to which it is needed."""
        return any(not self._completeness.is_complete(topic, self._shard, end_us(day)) for topic, day in awaited)

    def judge_growth(self, entries: Iterable[Entry], cause: Cause) -> None:
        """Judge new payments at the end of a timeline; most of them say nothing, and nothing more is to be done."""
        timeline, moved = self._organization.timeline, False
        if not self._plan.judges_always:
            entries = [entry for entry in entries if self._plan.span.holds(entry.day)]
        for entry in entries:
            found = judge(self._plan, timeline, entry)
            is_hit = found.kind == "hit" and found.point is not None
            if is_hit or entry.position in self._book.by_position:  # a late neighbour may have unmade a true point
                moved |= self._judge(entry)
            elif found.kind == "error":
                self._note(entry.position, found.kind, found)
            elif found.kind is not None:
                self._latest = (entry.position, found.kind, found)
        if moved or (self._book.waiting and self._book.seen != self._completeness.revision):
            self.finish(cause, moved=moved)
        elif self._latest is not None:
            self._conclude()

    def release(self) -> bool:
        """Let true points speak whose topics are complete now; say whether any did."""
        moved, book = False, self._book
        if book.seen == self._completeness.revision:
            return False  # whatever waits was asked then, or came later and lacked something
        book.seen = self._completeness.revision
        for position in sorted(book.waiting):
            hit = book.by_position[position]
            if not self._lacks(hit.awaited):
                moved = True
                book.release(hit)
                self._changed_keys.update(hit.keys)
                self._outcome.hits.append(self._as_stored(hit))
                if self._organization.latest.get(self._rule.id) == hit.position:
                    self._outcome.verdicts.append(self._verdict(hit.position, "hit", hit.values, ""))
        return moved

    def _as_stored(self, hit: Hit) -> HitChange:
        code, rule = self._organization.code, self._rule
        return HitChange(
            organization=code,
            rule=rule.id,
            rule_version=rule.version,
            position=hit.position,
            waiting=hit.waiting,
            branches=hit.branches,
            keys=hit.keys,
            values=hit.values,
        )

    def finish(self, cause: Cause, *, moved: bool, settling: bool = False) -> None:
        """Bring alerts, waiting and the latest verdict up to date; a declaration may have come since it last waited."""
        moved |= self.release()
        alerts = self._organization.alerts[self._rule.id].values()
        if moved or (settling and any(each.state == "open" and not each.settled for each in alerts)):
            self._assemble(cause, moved=moved)
        if self._rule.waits:
            self.wait()
        self._conclude()

    def _assemble(self, cause: Cause, *, moved: bool) -> None:
        organization, plan = self._organization, self._plan
        episodes = organization.episodes[plan.key]
        if moved:
            episodes = self._known(episodes_of(plan, self._book))
            while self._warm(episodes):
                episodes = self._known(episodes_of(plan, self._book))
        reconciling = Reconciling(organization, plan, cause)
        earlier: list[Episode] = []
        for episode in episodes:
            if earlier and earlier[0].key != episode.key:
                earlier = []
            if episode.told is None and episode.hits[0].point is not None:
                self._tell(episode, earlier)
            earlier.append(episode)
        organization.episodes[plan.key] = episodes
        for episode in episodes:
            self._settle(episode)
        reconciling.reconcile(episodes)
        self._outcome.alerts += reconciling.revisions

    def _tell(self, episode: Episode, earlier: list[Episode]) -> None:
        """Write an alert down; a rule that raises here leaves the alert as it was, and is counted."""
        try:
            episode.told = tell(self._plan, self._organization.code, episode, earlier)
        except Exception:  # noqa: BLE001 - whatever a rule raises is its error and nobody else's
            self._outcome.errors[self._rule.id] = self._outcome.errors.get(self._rule.id, 0) + 1

    def _known(self, episodes: list[Episode]) -> list[Episode]:
        """Keep what was told of episodes in which nothing moved."""
        before = {(each.key, id(each.hits[0])): each for each in self._organization.episodes[self._plan.key]}
        found = []
        for episode in episodes:
            known = before.get((episode.key, id(episode.hits[0])))
            same = known is not None and known.hits == episode.hits
            if same and self._rule.asks_history and episode.key in self._changed_keys:
                same = False
            found.append(known if same and known is not None else episode)
        return found

    def _warm(self, episodes: list[Episode]) -> bool:
        """Judge again the cold points of episodes in which something moved; say whether there were any."""
        before = {id(each) for each in self._organization.episodes[self._plan.key]}
        cold = [
            hit.entry for episode in episodes if id(episode) not in before for hit in episode.hits if hit.point is None
        ]
        for entry in cold:
            self._judge(entry)
        return bool(cold)

    def _settle(self, episode: Episode) -> None:
        """Say whether everything that could clear an alert has been told."""
        told = episode.told or self._stored(episode)
        if told is None:
            return
        day = date_of(told.window_to_us)
        topics = topics_of(self._rule.clearing_keys)
        settled = all(self._completeness.is_complete(topic, self._shard, end_us(day)) for topic in topics)
        if episode.told is not None or settled != told.settled:
            settles_on = None if settled else day
            episode.told = msgspec.structs.replace(told, settled=settled, settles_on=settles_on)

    def _stored(self, episode: Episode) -> Alert | None:
        """Give the open alert of a cold episode as stored."""
        positions = {hit.position for hit in episode.hits}
        for alert in self._organization.alerts[self._rule.id].values():
            if alert.state == "open" and alert.key == episode.key and position_of(alert.trigger) in positions:
                return alert
        return None

    def remember_waiting(self) -> None:
        """Note, after a restart, that the topics of the rule were waited for, so that it can be told when no more."""
        for topic in self._rule.topics if self._book.waiting else ():
            code, rule_id = self._organization.code, self._rule.id
            self._organization.waiting[rule_id, topic] = WaitingChange(code, rule_id, topic)

    def wait(self) -> None:
        """Tell what the rule waits for, whichever of its versions does."""
        organization, rule, versions = self._organization, self._rule, self._plan.versions
        if not organization.waiting and not any(organization.hits[plan.key].waiting for plan in versions):
            return
        for topic in dict.fromkeys(topic for plan in versions for topic in plan.rule.topics):
            until_us = self._completeness.complete_until(topic, self._shard)
            days = [day for plan in versions for day in organization.hits[plan.key].awaited(topic, until_us)]
            known = organization.waiting.get((rule.id, topic))
            if days:
                behind = self._completeness.behind(topic, self._shard, end_us(max(days)))
                change = WaitingChange(organization.code, rule.id, topic, behind, min(days), max(days))
                if change != known:
                    organization.waiting[rule.id, topic] = change
                    self._outcome.waiting.append(change)
            elif known is not None:
                del organization.waiting[rule.id, topic]
                self._outcome.waiting.append(WaitingChange(organization.code, rule.id, topic, cleared=True))

    def _conclude(self) -> None:
        if self._latest is None:
            return
        position, kind, found = self._latest
        known = self._organization.latest.get(self._rule.id)
        if known is not None and position < known:
            return
        self._organization.latest[self._rule.id] = position
        values = seen_at(found.point) if found.point is not None else {}
        self._outcome.verdicts.append(self._verdict(position, kind, values, found.detail))

    def _verdict(self, position: Position, kind: VerdictKind, values: dict[str, int | str], detail: str) -> Verdict:
        return Verdict(
            organization=self._organization.code,
            rule=self._rule.id,
            rule_version=self._rule.version,
            position=position,
            kind=kind,
            values=values,
            detail=detail,
        )


def awaited_at(rule: Rule, branches: Iterable[str], day: date, values: Mapping[str, int | str]) -> list[Awaited]:
    """Name the topics that true branches need at a point of a date, each with the date to whose end."""
    found = []
    for wait in rule.waits_for(branches):
        until = values.get(wait.until) if wait.until else None
        found.append((wait.topic, date.fromisoformat(str(until)) if until is not None else day))
    return found


def same_hit(one: Hit, other: Hit) -> bool:
    """Say whether two readings of a true point are stored alike."""
    return (one.branches, one.keys, one.values, one.waiting) == (
        other.branches,
        other.keys,
        other.values,
        other.waiting,
    )
