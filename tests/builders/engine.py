"""A little county in one process: all shards of the engine with reference data and storage, as the service holds them.

It does with the engine what funds-monitor's use-cases do, and nothing else: what the engine gives out is stored, what
it forgets is loaded again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from contracts import TOPICS, Record, to_us
from contracts.counting import Tally
from funds_monitor.domain.completeness import Completeness
from funds_monitor.domain.facts import Fact, Place, Position
from funds_monitor.domain.links import Identity, Link
from funds_monitor.domain.outcome import (
    Alert,
    AlertRevision,
    CompletenessChange,
    HitChange,
    Outcome,
    Part,
    StoredOrganization,
)
from funds_monitor.domain.reading import read_fact
from funds_monitor.domain.reference import ReferenceBook, ReferenceChange, merged_links
from funds_monitor.domain.rule_changes import RuleChange
from funds_monitor.domain.rule_files import RuleFile
from funds_monitor.domain.rule_reading import RuleReader
from funds_monitor.domain.rulebook import RuleBook, load_rules
from funds_monitor.domain.rules import Rule
from funds_monitor.domain.shard import Shard
from funds_monitor.domain.versions import Step
from tests.builders.records import COMPLETED, PARTITIONS, admitted
from tests.builders.story_rules import RULES, rules_of_stories

REFERENCE_TOPICS = frozenset(topic.name for topic in TOPICS.reference)


@cache
def shipped_rules() -> RuleBook:
    """Load the shipped rules once."""
    return load_rules(RULES)


@cache
def rule_alone(of: str) -> RuleBook:
    """Give one shipped rule by itself, or one shipped pattern with the rules whose alerts it reads."""
    book = shipped_rules()
    patterns = [pattern for pattern in book.patterns if pattern.id == of]
    wanted = frozenset({of}).union(*(pattern.rules for pattern in patterns))
    return RuleBook([rule for rule in book.rules if rule.id in wanted], book.words, patterns)


@cache
def story_rules(only: frozenset[str] = frozenset()) -> RuleBook:
    """Load the rules of random stories, or only some of them, once."""
    return load_rules(rules_of_stories(only))


class Declared(NamedTuple):
    """A declaration as the reader of reference topics met it."""

    id: str
    source: str
    topic: str
    partition: int
    until_us: int


class Storage:
    """What one shard has committed."""

    def __init__(self) -> None:
        self.facts: dict[str | None, list[Fact]] = defaultdict(list)
        self.hits: dict[str, dict[tuple[str, Position], HitChange]] = defaultdict(dict)
        self.alerts: dict[str, dict[str, Alert]] = defaultdict(dict)
        self.revisions: list[AlertRevision] = []
        self.links: dict[str, dict[Identity, Link]] = defaultdict(dict)
        self.dependents: dict[str, set[str]] = defaultdict(set)  # key of reference data -> organizations
        self.completeness: list[CompletenessChange] = []
        self.tallies: dict[Part, Tally] = {}
        self.blocked: set[tuple[str, str]] = set()  # declarations that were not taken: source, id
        self.waiting: set[tuple[str, str, str]] = set()
        self.reflected = 0  # how many records of reference topics the shard's judgements reflect
        self.adopted = 0  # how many announcements of versions they reflect

    def save(self, outcome: Outcome) -> None:
        """Commit an outcome."""
        for fact in outcome.facts:
            known = self.facts[fact.organization]
            if fact.organization is not None or all(fact.position != other.position for other in known):
                known.append(fact)
        for hit in outcome.hits:
            key = (hit.rule, hit.position)
            if hit.removed:
                self.hits[hit.organization].pop(key, None)
            else:
                self.hits[hit.organization][key] = hit
        for revision in outcome.alerts:
            self.alerts[revision.alert.organization][revision.alert.id] = revision.alert
        self.revisions += outcome.alerts
        for link in outcome.links:
            self.links[link.report.organization][link.report.identity] = link
        for code, key in outcome.dependencies:
            self.dependents[key].add(code)
        self.completeness += outcome.completeness
        self.tallies |= outcome.tallies
        self.blocked |= outcome.blocked
        for each in outcome.waiting:
            place = (each.organization, each.rule, each.topic)
            (self.waiting.discard if each.cleared else self.waiting.add)(place)

    def load(self, code: str) -> StoredOrganization:
        """Load an organization; a new one is empty."""
        hits, alerts = list(self.hits[code].values()), list(self.alerts[code].values())
        links = list(self.links[code].values())
        return StoredOrganization(code=code, facts=list(self.facts[code]), hits=hits, alerts=alerts, links=links)


class EngineCounty:
    """All shards of the engine, fed with records in any portions."""

    def __init__(self, rules: RuleBook | None = None, *, drops_known: bool = False) -> None:
        self._drops_known = drops_known  # as the service does; else the engine has to notice by itself
        self.rules = rules if rules is not None else shipped_rules()
        self.announced: list[Step] = []  # on the topic of rules
        self.known = 0  # how many of them this process has read
        self.books: dict[int, RuleBook] = {0: self.rules}  # by how many are known
        self.storage = [Storage() for _ in range(PARTITIONS)]
        # Records of reference topics, and links, as the reader that follows all partitions met them.
        self.read: list[Record | Link] = []
        self.told: list[Link] = []  # said by some shard, met by the reader no sooner than `spread` says
        self.learnt = 0
        self.log: list[tuple[ReferenceChange | None, Declared | None]] = []
        self.book = ReferenceBook()
        self._shards: dict[int, Shard] = {}

    def shard(self, number: int) -> Shard:
        """Give a shard, taken over from storage when nobody holds it."""
        if number not in self._shards:
            self._shards[number] = self._taken(number)
        return self._shards[number]

    def _taken(self, number: int) -> Shard:
        sources = {topic.name: topic.known_sources for topic in TOPICS.all}
        completeness = Completeness(sources, reference=REFERENCE_TOPICS, partitions=PARTITIONS)
        for each in self.storage[number].completeness:
            completeness.declare(each.source, each.topic, each.partition, each.until_us)
        completeness.restore(deepcopy(self.storage[number].tallies))
        return Shard(number, self.book_after(self.known), self.book, completeness)

    def book_after(self, count: int) -> RuleBook:
        """Give the rule book as some announcements leave it."""
        if count not in self.books:
            steps = [*self.rules.steps, *self.announced[:count]]
            self.books[count] = RuleBook(self.rules.rules, self.rules.words, self.rules.patterns, steps)
        return self.books[count]

    # ------------------------------------------------------------------ what happens to the county

    def feed(self, records: Iterable[Record], *, fails: bool = False) -> None:
        """Let one batch of each shard take effect; with `fails`, every commit fails once and is tried again."""
        portions: dict[int, list[Record]] = defaultdict(list)
        for record in records:
            portions[record.partition].append(record)
            if record.topic in REFERENCE_TOPICS:
                self.read.append(record)
        for number, portion in portions.items():
            if fails:
                self._observe(number, portion)
                self.drop(number)
            self._save(number, self._observe(number, portion))

    def learn(self, count: int | None = None) -> None:
        """Let the reader of reference topics read on."""
        end = len(self.read) if count is None else min(self.learnt + count, len(self.read))
        for record in self.read[self.learnt : end]:
            self.log.append(self._learn(record))
        self.learnt = end

    def spread(self, places: Sequence[int] | None = None) -> None:
        """Let the reader meet what shards have told each other: all of it, or what stands at some places, in any order.

        A message may be met again; a later one of the same payment may be met first.
        """
        if places is None:
            self.read += self.told
            self.told = []
            return
        met = [place % len(self.told) for place in places if self.told]
        self.read += [self.told[place] for place in met]
        self.told = [link for place, link in enumerate(self.told) if place not in met]

    def reflect(self, number: int) -> None:
        """Let one shard take over what the reader has learnt."""
        storage = self.storage[number]
        pending = self.log[storage.reflected :]
        links = [change for change, _ in pending if change is not None and change.moments]
        facts = [(change, declared) for change, declared in pending if change is None or not change.moments]
        for change, declared in [*facts, *([(merged_links(links), None)] if links else [])]:
            if change is not None and change.keys:
                codes = sorted({code for key in change.keys for code in storage.dependents.get(key, ())})
                self._load(number, codes)
                self._save(number, self.shard(number).observe_reference(codes, change))
            if declared is not None and self._is_taken(declared, number):
                moved = self.shard(number).completeness.declare(*declared[1:])
                storage.completeness += [moved] if moved is not None else []
        storage.reflected += len(pending)

    def announce(self, rule: str, version: int | None, effective_from: date) -> None:
        """Say that a version judges from a date on, or that a rule is retired."""
        self.announced.append(Step(rule, version, effective_from))

    def adopt(self, number: int, organizations_max: int | None = None) -> None:
        """Let one shard take over the versions that were announced, or be interrupted after some organizations."""
        self.known = len(self.announced)
        storage, shard = self.storage[number], self.shard(number)
        book = self.book_after(self.known)
        if shard.rules is not book:
            shard.adopt(book)
        change = RuleChange(frozenset(step.rule for step in self.announced[storage.adopted : self.known]))
        codes = sorted(code for code in storage.facts if code is not None) if change.rules else []
        for code in codes[:organizations_max]:
            self._load(number, [code])
            self._save(number, shard.observe_rules([code], change))
        if organizations_max is None:
            storage.adopted = self.known

    def settle(self, number: int) -> None:
        """Let one shard conclude what it waited for."""
        storage = self.storage[number]
        codes = {code for code, _, _ in storage.waiting}
        codes |= {code for code, alerts in storage.alerts.items() if any(not a.settled for a in alerts.values())}
        if codes:
            self._load(number, sorted(codes))
            self._save(number, self.shard(number).observe_completeness(sorted(codes)))

    def drop(self, number: int) -> None:
        """Forget one shard's memory: after a failed commit, or when another worker takes over."""
        self._shards.pop(number, None)

    def evict(self, number: int, codes: Sequence[str]) -> None:
        """Let one shard make room."""
        self.shard(number).forget(codes)

    def restart(self) -> None:
        """Forget all memory; reading of reference topics begins at what the slowest shard has reflected."""
        needed = min(storage.reflected for storage in self.storage)
        known = [item for item in self.read[:needed] if isinstance(item, Record)]
        before = {(record.topic, record.partition, record.offset) for record in known}
        self.book = ReferenceBook()
        for storage in self.storage:
            for facts in storage.facts.values():
                for fact in facts:
                    if (fact.place.topic, fact.place.partition, fact.place.offset) in before:
                        self.book.apply(fact)
            for links in storage.links.values():  # as they stand now, read up to there or not
                for link in links.values():
                    self.book.take_link(link)
        self._shards.clear()
        self.log = self.log[:needed]
        self.learnt = needed
        for storage in self.storage:  # what a shard judges with this copy, it has not judged with a fuller one
            storage.reflected = min(storage.reflected, needed)
        self.known = min(storage.adopted for storage in self.storage)
        for storage in self.storage:
            storage.adopted = min(storage.adopted, self.known)

    def finish(self) -> None:
        """Let everything that was read take full effect, and what the shards tell each other of it."""
        while True:
            self.spread()
            self.learn()
            for number in range(PARTITIONS):
                self.adopt(number)
                self.reflect(number)
                self.settle(number)
            if not self.told:
                break

    # ------------------------------------------------------------------ what can be seen of it

    def content(self) -> dict[str, list[dict[str, Any]]]:
        """Give the open alerts' content in the oracle's shape."""
        found = {}
        for storage in self.storage:
            for code, alerts in storage.alerts.items():
                contents = [content_of(alert) for alert in alerts.values() if alert.state == "open"]
                if contents:
                    found[code] = sorted(contents, key=order_of)
        return dict(sorted(found.items()))

    def waiting(self) -> set[tuple[str, str, str]]:
        """Name organization, rule and topic wherever the engine says that it waits."""
        return {place for storage in self.storage for place in storage.waiting}

    # ------------------------------------------------------------------ inside

    def _save(self, number: int, outcome: Outcome) -> None:
        self.storage[number].save(outcome)
        self.told += outcome.links

    def _observe(self, number: int, records: Sequence[Record]) -> Outcome:
        """Let the engine see a portion; the service drops what it knows, but the engine must not count twice either."""
        facts = []
        for record in records:
            place = Place(record.topic, record.partition, record.offset, record.timestamp_us)
            facts.append(read_fact(admitted(record), place))
        facts = self._fresh(number, facts) if self._drops_known else facts
        self._load(number, sorted({fact.organization for fact in facts if fact.organization is not None}))
        return self.shard(number).observe(facts)

    def _is_taken(self, declared: Declared, number: int) -> bool:
        """Say whether another partition's owner, who has read it before the reader did, took a declaration."""
        owner = self.storage[declared.partition]
        return declared.partition != number and (declared.source, declared.id) not in owner.blocked

    def _fresh(self, number: int, facts: list[Fact]) -> list[Fact]:
        known = {fact.position[1:] for stored in self.storage[number].facts.values() for fact in stored}
        fresh = {fact.position[1:]: fact for fact in reversed(facts) if fact.position[1:] not in known}
        return [fact for fact in facts if fresh.get(fact.position[1:]) is fact]

    def _load(self, number: int, codes: Sequence[str]) -> None:
        missing = self.shard(number).missing(codes)
        self.shard(number).restore([self.storage[number].load(code) for code in missing])

    def _learn(self, record: Record | Link) -> tuple[ReferenceChange | None, Declared | None]:
        if isinstance(record, Link):
            return self.book.take_link(record), None
        event = admitted(record)
        if event.type.endswith(COMPLETED):
            until_us = to_us(event.data.complete_until)
            return None, Declared(event.id, event.source, event.data.topic, record.partition, until_us)
        place = Place(record.topic, record.partition, record.offset, record.timestamp_us)
        return self.book.apply(read_fact(event, place)), None


def content_of(alert: Alert) -> dict[str, Any]:
    """Give what is compared of an alert: nothing that depends on when and how it came about."""
    return {
        "rule": alert.rule,
        "rule_version": alert.rule_version,
        "organization": alert.organization,
        "organization_name": alert.organization_name,
        "severity": alert.severity,
        "state": alert.state,
        "window_from_us": alert.window_from_us,
        "window_to_us": alert.window_to_us,
        "title_zh": alert.title_zh,
        "title_en": alert.title_en,
        "why_zh": alert.why_zh,
        "why_en": alert.why_en,
        "measured": alert.measured,
        "evidence": [(each.source, each.id, each.type, each.time_us) for each in alert.evidence],
        "evidence_count": alert.evidence_count,
        "law": [(each.instrument, each.article, each.unverified) for each in alert.law],
        "settled": alert.settled,
        "key": alert.key,
    }


def order_of(alert: dict[str, Any]) -> tuple[Any, ...]:
    """Sort alerts of one organization the same way everywhere."""
    return (alert["rule"], alert["key"], alert["window_to_us"], alert["window_from_us"], alert["evidence"])


def story_county(only: frozenset[str] = frozenset(), *, drops_known: bool = False) -> EngineCounty:
    """Give a county for random stories; with some rules only it costs a fraction."""
    return EngineCounty(story_rules(only), drops_known=drops_known)


class OtherVersion(NamedTuple):
    """A version of a rule of random stories that differs from its file: other numbers, or it waits for nobody."""

    rule: str
    version: int
    numbers: tuple[tuple[str, int], ...]  # defaults of parameters
    waits: bool

    def of(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Give what the file would hold."""
        changed = deepcopy(dict(content)) | {"version": self.version}
        for name, number in self.numbers:
            changed["parameters"][name]["default"] = number
        if not self.waits:
            changed.pop("waits", None)
        return changed


def county_of_versions(names: Collection[str], others: Iterable[OtherVersion]) -> EngineCounty:
    """Give a county with some of the rules and patterns of stories, and other versions that do not judge yet.

    Raises: ValueError when one of them does not hold.
    """
    book = story_rules()
    rules = [rule for rule in book.rules if rule.id in names]
    patterns = [pattern for pattern in book.patterns if pattern.id in names]
    steps = [step for step in book.steps if step.rule in names]
    return EngineCounty(RuleBook([*rules, *map(read_version, others)], book.words, patterns, steps))


@cache
def story_file(rule: str) -> RuleFile:
    """Read the file of a rule of random stories once: reading it costs more than a story."""
    return RuleFile(next(rules_of_stories().glob(f"{rule}-*.yaml")))


@cache
def read_version(other: OtherVersion) -> Rule:
    """Read another version of a rule.

    Raises: ValueError when it does not hold.
    """
    file = deepcopy(story_file(other.rule))
    file.content = other.of(file.content)
    rule = RuleReader(file, story_rules().words).read()
    if rule is None:
        raise ValueError(file.messages)
    return rule
