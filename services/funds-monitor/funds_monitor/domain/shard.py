"""The engine of one shard: facts in, everything that they change out. Pure: no clock, no storage, no logger."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from funds_monitor.domain.alerts import Cause
from funds_monitor.domain.beliefs import Change
from funds_monitor.domain.completeness import Completeness
from funds_monitor.domain.compounds import Compound
from funds_monitor.domain.entries import EVERYTHING, Entry
from funds_monitor.domain.episodes import episodes_of
from funds_monitor.domain.facts import Fact, Position, day_of, is_deadline
from funds_monitor.domain.link_telling import tell_links
from funds_monitor.domain.links import PATH
from funds_monitor.domain.observing import RuleRun, awaited_at
from funds_monitor.domain.organizations import Hit, Organization
from funds_monitor.domain.outcome import LateMark, Outcome, StoredOrganization
from funds_monitor.domain.parties import is_named
from funds_monitor.domain.placing import Placement, partners_in
from funds_monitor.domain.plans import RulePlan
from funds_monitor.domain.reference import OFFICES, ReferenceBook, ReferenceChange
from funds_monitor.domain.rejudging import Movement, Rejudging
from funds_monitor.domain.rule_changes import RuleChange, clear_waiting, forget_judgements, withdraw_unjudged
from funds_monitor.domain.rulebook import RuleBook
from funds_monitor.domain.streams import COMPLETED
from funds_monitor.domain.timeline import Timeline

ACTIVITY = "activity:"
FOREIGN = frozenset({"filing"})  # streams whose facts are judged beside the offices of foreign bodies


class Shard:
    """All organizations of one partition number.

    The caller loads organizations that are `missing` before it calls an `observe…`, writes the outcome in one
    transaction and calls `forget(outcome.touched)` when that transaction fails.
    """

    def __init__(self, number: int, rules: RuleBook, reference: ReferenceBook, completeness: Completeness) -> None:
        self.number = number
        self.rules = rules
        self.reference = reference
        self.completeness = completeness
        reference.adopt(rules.words)
        self._plans = rules.plans
        self._organizations: dict[str, Organization] = {}

    def missing(self, organizations: Iterable[str]) -> list[str]:
        """Name those that are not loaded (a new one is loaded as an empty `StoredOrganization`)."""
        return [code for code in dict.fromkeys(organizations) if code not in self._organizations]

    def restore(self, stored: Iterable[StoredOrganization]) -> None:
        """Load organizations from storage without judging them again."""
        for each in stored:
            self._organizations[each.code] = self._restored(each)

    def _restored(self, stored: StoredOrganization) -> Organization:
        organization = self._new(stored.code)
        believed: dict[Position, Fact] = {}
        for fact in stored.facts:
            change = organization.timeline.beliefs.add(fact)
            weigh(change, believed, {})
            organization.newest = max(organization.newest or fact.position, fact.position)
        organization.timeline.take([], believed.values())
        for entry in organization.timeline.payments.entries:
            entry.consulted = EVERYTHING
        for plan in self._plans:
            if plan.rule.on_deadline:
                organization.deadlines[plan.key].restore(organization.timeline)
        self._restore_judgements(organization, stored)
        timeline = organization.timeline
        records = [*timeline.facts("receipt"), *timeline.facts("activity")]
        told = Placement(payments=timeline.payments.entries, records=records)
        known = self._dependencies(organization, told)
        # Whoever is new is loaded empty: that it leans on itself is still to be written (again, if it was).
        organization.dependencies.update(known - {organization.code, f"{PATH}{organization.code}"})
        organization.links = {each.report.identity: each for each in stored.links}
        return organization

    def _restore_judgements(self, organization: Organization, stored: StoredOrganization) -> None:
        for change in stored.hits:
            plan = self.rules.plan_on(change.rule, day_of(change.position))
            if plan is not None and plan.rule.version == change.rule_version:
                entry = self._entry_at(organization, plan, change.position)
                if entry is not None:
                    awaited = awaited_at(plan.rule, change.branches, day_of(change.position), change.values)
                    organization.hits[plan.key].put(Hit(entry, change, None, awaited))
            elif change.rule in organization.alerts:
                organization.stale.setdefault(change.rule, []).append(change)
        for alert in stored.alerts:
            if alert.rule in organization.alerts:
                organization.alerts[alert.rule][alert.id] = alert
                organization.raised = max(organization.raised, alert.raised_order)
        for plan in self._plans:
            organization.episodes[plan.key] = episodes_of(plan, organization.hits[plan.key])
            self._run(organization, plan, Outcome()).remember_waiting()
            latest = self._latest_point(organization, plan)
            if latest is not None:  # of several versions the last one's
                organization.latest[plan.rule.id] = latest

    @staticmethod
    def _latest_point(organization: Organization, plan: RulePlan) -> Position | None:
        """Find the last point that a rule was woken at, whose verdict is the one that is stored."""
        book = organization.deadlines.get(plan.key)
        last = book.last() if book is not None else None
        found = [last] if last is not None else []
        for stream, wake in plan.wakes.items():
            for entry in reversed(organization.timeline.series(stream).entries):
                if plan.judges_on(entry.day) and (wake is None or wake(entry)):
                    found.append(entry.position)
                    break
        return max(found, default=None)

    @staticmethod
    def _entry_at(organization: Organization, plan: RulePlan, position: Position) -> Entry | None:
        if is_deadline(position):
            book = organization.deadlines.get(plan.key)
            return book.get(position) if book is not None else None
        for stream in plan.wakes:
            series = organization.timeline.series(stream)
            place = series.until(position)
            if place and series.positions[place - 1] == position:
                return series.entries[place - 1]
        return None

    def _new(self, code: str) -> Organization:
        timeline = Timeline(code, self.reference, self.rules.words)
        return Organization(code, timeline, self.rules)

    def _run(self, organization: Organization, plan: RulePlan, outcome: Outcome) -> RuleRun:
        return RuleRun(organization, plan, completeness=self.completeness, shard=self.number, outcome=outcome)

    def observe(self, facts: Sequence[Fact], *, counted: bool = False) -> Outcome:
        """Take facts of this shard in arrival order, completeness declarations and withdrawals among them.

        A declaration is only noted (`outcome.completeness`): the caller then finds the organizations that wait for
        it or hold unsettled alerts, and hands them to `observe_completeness` in slices. `counted`: the facts were, when
        they came; only now they can be judged.
        """
        outcome = Outcome()
        by_organization: dict[str, list[Fact]] = {}
        for fact in facts:
            if fact.stream == COMPLETED:
                outcome.facts.append(fact)
                self._declare(fact, outcome)
                continue
            if not counted:
                self.completeness.count(fact)
            self._mark_late(fact, outcome)
            if fact.organization is None:
                outcome.facts.append(fact)
            else:
                by_organization.setdefault(fact.organization, []).append(fact)
        for code, its_facts in by_organization.items():
            self._observe(code, its_facts, outcome)
        outcome.tallies = self.completeness.moved()
        return outcome

    def _declare(self, fact: Fact, outcome: Outcome) -> None:
        """Note how far a source is complete, unless it states other numbers than were counted."""
        if not self.completeness.weigh(fact):
            outcome.blocked.add((fact.position.source, fact.position.id))
            return
        until: datetime = fact.data.complete_until
        until_us = round(until.timestamp() * 1_000_000)
        partition = fact.place.partition
        change = self.completeness.declare(fact.position.source, fact.data.topic, partition, until_us)
        if change is not None:
            outcome.completeness.append(change)

    def _mark_late(self, fact: Fact, outcome: Outcome) -> None:
        place = fact.place
        until_us = self.completeness.declared_until(fact.position.source, place.topic, place.partition)
        if until_us is not None and fact.position.time_us < until_us:
            outcome.marks.append(LateMark(fact.position.source, place.topic, place.partition, fact.position, until_us))

    def _observe(self, code: str, facts: Sequence[Fact], outcome: Outcome) -> None:
        organization = self._organizations.get(code)
        if organization is None:
            organization = self._organizations[code] = self._new(code)
        outcome.touched.add(code)
        self._catch_up(organization, outcome)
        if len(facts) == 1 and facts[0].stream == "payment" and self._grow(organization, facts[0], outcome):
            return
        added: dict[Position, Fact] = {}
        removed: dict[Position, Fact] = {}
        cause = Cause(facts={}, late=set())
        for fact in facts:
            self._believe(organization, fact, added, removed, cause=cause, outcome=outcome)
        for position in cause.facts:
            organization.newest = max(organization.newest or position, position)
        if not added and not removed:
            return
        placement = organization.timeline.take(removed.values(), added.values())
        if organization.timeline.is_growth(placement):
            self._judge_growth(organization, placement, cause, outcome)
        else:
            self._judge(organization, placement, None, cause=cause, outcome=outcome)

    def _grow(self, organization: Organization, fact: Fact, outcome: Outcome) -> bool:
        """Take a payment at the end of its timeline the short way; False, and nothing done, if it is not so simple."""
        beliefs, timeline = organization.timeline.beliefs, organization.timeline
        if not beliefs.is_plain(fact):
            return False
        entry = timeline.grow(fact)
        if entry is None:
            return False
        beliefs.add(fact)
        outcome.facts.append(fact)
        newest = organization.newest
        cause = Cause(facts={fact.position: fact}, late={fact.position} if newest and fact.position < newest else set())
        if newest is None or fact.position > newest:
            organization.newest = fact.position
        if not entry.external:
            return True
        placement = Placement(points=[entry], payments=[entry])
        self._judge_growth(organization, placement, cause, outcome)
        return True

    def _judge_growth(self, organization: Organization, placement: Placement, cause: Cause, outcome: Outcome) -> None:
        """Judge payments at the very end: no point but their own can see them, and deadlines that are to come."""
        told_before = len(outcome.alerts)
        movement = Movement(organization, placement)
        for plan in self._plans:
            if not movement.concerns(plan):
                continue
            rejudging = Rejudging(organization, plan) if plan.rule.on_deadline else None
            if rejudging is not None:
                rejudging.arrange(placement)
                if rejudging.dirty or rejudging.reaches(placement.points[0].position):
                    rejudging.follow(movement)
                    self._judge_again(organization, plan, rejudging, cause=cause, outcome=outcome)
                    continue
            if "payment" in plan.wakes:
                self._run(organization, plan, outcome).judge_growth(placement.points, cause)
        if len(outcome.alerts) > told_before:
            self._combine(organization, cause, outcome)
        self._depend(organization, placement, outcome)
        outcome.links += tell_links(organization, [entry.position for entry in placement.payments])

    @staticmethod
    def _believe(
        organization: Organization,
        fact: Fact,
        added: dict[Position, Fact],
        removed: dict[Position, Fact],
        *,
        cause: Cause,
        outcome: Outcome,
    ) -> None:
        change = organization.timeline.beliefs.add(fact)
        if not change.fresh:
            return
        outcome.facts.append(fact)
        cause.facts[fact.position] = fact
        if organization.newest is not None and fact.position < organization.newest:
            cause.late.add(fact.position)
        weigh(change, added, removed)
        if change.pending is not None:
            outcome.pending.append(change.pending)

    def _judge(
        self,
        organization: Organization,
        placement: Placement,
        change: ReferenceChange | None,
        *,
        cause: Cause,
        outcome: Outcome,
    ) -> None:
        movement = Movement(organization, placement, change)
        for plan in self._plans:
            if change is None and not movement.concerns(plan):
                continue
            rejudging = Rejudging(organization, plan)
            rejudging.after(movement)
            self._judge_again(organization, plan, rejudging, cause=cause, outcome=outcome)
        self._combine(organization, cause, outcome)
        self._depend(organization, placement, outcome)
        outcome.links += tell_links(organization, moved_payments(organization, placement, change))

    def _judge_again(
        self, organization: Organization, plan: RulePlan, rejudging: Rejudging, *, cause: Cause, outcome: Outcome
    ) -> None:
        if rejudging.dirty or rejudging.gone:
            run = self._run(organization, plan, outcome)
            moved = run.judge(rejudging.in_order(), rejudging.gone)
            run.finish(cause, moved=moved)

    def _combine(self, organization: Organization, cause: Cause, outcome: Outcome) -> None:
        """Judge the compound patterns, which read the alerts of the rules."""
        for pattern in self.rules.patterns:
            try:
                Compound(organization, pattern, cause=cause, outcome=outcome).judge()
            except Exception:  # noqa: BLE001 - like a rule, a pattern that raises stops nobody else
                outcome.errors[pattern.id] = outcome.errors.get(pattern.id, 0) + 1

    def _depend(self, organization: Organization, placement: Placement, outcome: Outcome) -> None:
        """Note keys of reference data that an organization leans on from now on."""
        timeline = organization.timeline
        searched = {key for party in timeline.searched for key in (party, f"{PATH}{party}")}
        timeline.searched.clear()
        searched |= timeline.asked - {""}
        timeline.asked.clear()
        new = (self._dependencies(organization, placement) | searched) - organization.dependencies
        if new:
            organization.dependencies |= new
            outcome.dependencies += [(organization.code, key) for key in sorted(new)]

    def _dependencies(self, organization: Organization, placement: Placement) -> set[str]:
        """Name the keys of reference data that an organization's verdicts lean on."""
        found = {organization.code, f"{PATH}{organization.code}"}
        found |= partners_in(placement.records) | payers_in(organization.timeline, placement)
        if organization.timeline.has(FOREIGN):
            found.add(OFFICES)
        for entry in placement.payments:
            party = entry.data.counterparty
            if not entry.external:
                continue
            if not entry.party.startswith("fact:"):
                found.add(entry.party)
            if party.account is not None and party.code is None and party.person is None:
                found.add(party.account)
            if entry.data.direction == "in":
                if party.code is not None and entry.data.project_ref is not None:
                    found.add(f"{ACTIVITY}{party.code}")
                if party.kind == "overseas":
                    found.add(OFFICES)
        return found

    def adopt(self, rules: RuleBook) -> None:
        """Judge by another rule book from now on; what was loaded is dropped.

        The caller then hands every organization of the shard to `observe_rules`, in slices. One that is loaded before
        its turn, with true points that the new book has not found, is judged again there and then.
        """
        self.rules = rules
        self.reference.adopt(rules.words)
        self._plans = rules.plans
        self._organizations.clear()

    def observe_rules(self, organizations: Iterable[str], change: RuleChange) -> Outcome:
        """Judge again whatever rules look at whose versions have changed."""
        outcome = Outcome()
        for code in dict.fromkeys(organizations):
            organization = self._organizations.get(code)
            if organization is not None:
                outcome.touched.add(code)
                self._judge_anew(organization, change, outcome)
        return outcome

    def _catch_up(self, organization: Organization, outcome: Outcome) -> None:
        """Judge anew what was judged by another rule book."""
        if organization.stale:
            self._judge_anew(organization, RuleChange(frozenset(organization.stale)), outcome)

    def _judge_anew(self, organization: Organization, change: RuleChange, outcome: Outcome) -> None:
        cause = Cause(reason="rule_changed", caused_by=change.caused_by)
        outcome.hits += forget_judgements(organization, change)
        for plan in self._plans:
            if plan.rule.id in change.rules:
                rejudging = Rejudging(organization, plan)
                rejudging.everything()
                run = self._run(organization, plan, outcome)
                run.judge(rejudging.in_order(), ())
                run.finish(cause, moved=True)
        outcome.alerts += withdraw_unjudged(organization, change, self.rules, cause)
        outcome.waiting += clear_waiting(organization, change, self.rules)
        self._combine(organization, cause, outcome)
        self._depend(organization, Placement(), outcome)

    def observe_reference(self, organizations: Iterable[str], change: ReferenceChange) -> Outcome:
        """Judge again what depended on reference data that moved."""
        outcome = Outcome()
        accounts = set(change.keys)
        codes = {key.removeprefix(ACTIVITY) for key in change.keys if key.startswith(ACTIVITY)}
        for code in dict.fromkeys(organizations):
            organization = self._organizations.get(code)
            if organization is None:
                continue
            outcome.touched.add(code)
            self._catch_up(organization, outcome)
            if not change.keys:
                accounts, codes = organization.timeline.leanings()
            placement = Placement() if change.moments else organization.timeline.reconsider(accounts, codes)
            cause = Cause(reason="reference_changed", caused_by=change.caused_by)
            self._judge(organization, placement, change, cause=cause, outcome=outcome)
        return outcome

    def observe_completeness(self, organizations: Iterable[str]) -> Outcome:
        """Judge what waited, and settle alerts, after completeness moved."""
        outcome = Outcome()
        for code in dict.fromkeys(organizations):
            organization = self._organizations.get(code)
            if organization is None:
                continue
            outcome.touched.add(code)
            self._catch_up(organization, outcome)
            for plan in self._plans:
                run = self._run(organization, plan, outcome)
                run.finish(Cause(), moved=False, settling=True)
            self._combine(organization, Cause(), outcome)
        return outcome

    def waiting_organizations(self) -> list[str]:
        """Name loaded organizations that wait for a topic or hold unsettled alerts."""
        return sorted(
            code
            for code, organization in self._organizations.items()
            if organization.waiting or any(not alert.settled for alert in organization.open_alerts())
        )

    def dependents(self, keys: Collection[str]) -> list[str]:
        """Name loaded organizations that depend on one of the keys."""
        wanted = set(keys)
        return sorted(
            code
            for code, organization in self._organizations.items()
            if not organization.dependencies.isdisjoint(wanted)
        )

    def forget(self, organizations: Iterable[str]) -> None:
        """Drop organizations from memory: after a failed commit, or to make room."""
        for code in organizations:
            self._organizations.pop(code, None)

    def organization(self, code: str) -> Organization:
        """Give what is kept of a loaded organization, for people who look into it.

        Raises: KeyError when it is not loaded.
        """
        return self._organizations[code]


def moved_payments(
    organization: Organization, placement: Placement, change: ReferenceChange | None
) -> Iterable[Position]:
    """Give the payments of which something else may be to be told: they moved, or whoever they were with."""
    if change is not None and not change.keys:
        return organization.timeline.payments.positions
    found = [entry.position for entry in placement.payments]
    for key in change.keys if change is not None else ():
        series = organization.timeline.by_party.get(key)
        found += series.positions if series is not None else ()
    return found


def payers_in(timeline: Timeline, placement: Placement) -> set[str]:
    """Name whoever got a receipt among some facts, and the accounts by which that is known."""
    entries = [Entry(fact) for fact in placement.records if fact.stream == "receipt"]
    if placement.renamed:
        entries = timeline.entries("receipt")
    found = {each.data.payer.account for each in entries if each.data.payer.account is not None}
    return found | {party for each in entries if is_named(party := timeline.party_of(each))}


def weigh(change: Change, added: dict[Position, Fact], removed: dict[Position, Fact]) -> None:
    """Fold one change of beliefs into what a batch adds and removes on balance."""
    for fact in (change.removed, *change.extra_removed):
        if fact is not None and added.pop(fact.position, None) is None:
            removed[fact.position] = fact
    if change.added is not None and removed.pop(change.added.position, None) is None:
        added[change.added.position] = change.added
