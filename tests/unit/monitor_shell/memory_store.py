"""The monitor's store in memory; what a transaction did not finish is not there. Passes the cases of the real one."""

import copy
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import count, product
from typing import Any

from anyio.lowlevel import checkpoint

from chassis.errors import Fenced, Unavailable
from contracts import TOPICS, Record
from contracts.counting import Tally
from funds_monitor.domain.facts import Fact
from funds_monitor.domain.links import TOPIC as LINKS
from funds_monitor.domain.links import Link
from funds_monitor.domain.outcome import (
    Alert,
    AlertRevision,
    CompletenessChange,
    HitChange,
    Part,
    StoredOrganization,
)
from funds_monitor.domain.streams import COMPLETED
from funds_monitor.usecases.ports import (
    RULES_TOPIC,
    Commit,
    Identity,
    Offsets,
    Parked,
    Place,
    Received,
    ShardState,
    Unsaveable,
)
from tests.builders.records import PARTITIONS


@dataclass
class Tables:
    """Everything that is committed."""

    epochs: dict[int, int] = field(default_factory=dict)
    offsets: dict[tuple[str, int], int] = field(default_factory=dict)
    reference_offsets: dict[tuple[int, str, int], int] = field(default_factory=dict)
    facts: dict[Identity, tuple[Fact, bool]] = field(default_factory=dict)  # parked?
    declarations: dict[tuple[str, str, str, int], bytes] = field(default_factory=dict)
    taken: dict[Place, bool] = field(default_factory=dict)  # declarations by where they stand
    tallies: dict[Part, Tally] = field(default_factory=dict)
    hits: dict[tuple[str, str, Any], tuple[int, HitChange]] = field(default_factory=dict)
    alerts: dict[str, tuple[int, Alert]] = field(default_factory=dict)
    links: dict[Identity, Link] = field(default_factory=dict)
    outbox: list[Link] = field(default_factory=list)  # all that was ever said, in order
    told: list[AlertRevision] = field(default_factory=list)
    waiting: dict[tuple[str, str, str], tuple[int, date | None]] = field(default_factory=dict)
    dependencies: set[tuple[int, str, str]] = field(default_factory=set)
    completeness: dict[tuple[int, str, str, int], int] = field(default_factory=dict)
    settling: dict[int, str] = field(default_factory=dict)
    parked: dict[int, tuple[int, Parked]] = field(default_factory=dict)
    conflicts: list[Received] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))


class MemoryStore:
    """Opens transactions and takes shards; `away` plays an outage, `fails_on_commit` one that comes at the end."""

    def __init__(self) -> None:
        self.tables = Tables()
        self.away = False
        self.fails_on_commit: Exception | None = None
        self.unsaveable = ""  # content that it cannot hold
        self.commits = 0

    @asynccontextmanager
    async def __call__(self, shard: int, epoch: int) -> AsyncIterator["MemoryWork"]:
        await checkpoint()  # as on a real one, others may have their turn
        if self.away:
            raise Unavailable("the store is away")
        if self.tables.epochs.get(shard) != epoch:
            raise Fenced("another owner")
        numbers = self.tables.numbers
        self.tables.numbers = None
        draft = copy.copy(self.tables)
        for name, value in vars(self.tables).items():
            setattr(draft, name, copy.copy(value))
        self.tables.numbers = draft.numbers = numbers
        yield MemoryWork(draft, shard, self.unsaveable)
        if self.fails_on_commit is not None:
            raise self.fails_on_commit
        if self.tables.epochs.get(shard) != epoch:
            raise Fenced("another owner")
        self.tables = draft
        self.commits += 1

    def decide(self, records: Sequence[Record], *, taken: bool = True) -> None:
        """Let the owners of other shards read declarations, and take them or not."""
        for record in records:
            self.tables.offsets[record.topic, record.partition] = record.offset + 1
            self.tables.taken[record.topic, record.partition, record.offset] = taken

    async def take(self, shard: int) -> ShardState:
        tables = self.tables
        tables.epochs[shard] = tables.epochs.get(shard, 0) + 1
        return ShardState(
            epoch=tables.epochs[shard],
            offsets={place: offset for place, offset in tables.offsets.items() if place[1] == shard},
            reference_offsets={(t, p): n for (s, t, p), n in tables.reference_offsets.items() if s == shard},
            settling=tables.settling.get(shard),
            parked=sum(number == shard for number, _ in tables.parked.values()),
        )

    async def reflected(self) -> Offsets:
        tables, found = self.tables, {}
        for topic in TOPICS.reference:
            for partition in range(topic.partitions):
                place = (topic.name, partition)
                by_shard = [tables.reference_offsets.get((shard, *place), 0) for shard in range(topic.partitions)]
                found[place] = min(tables.offsets.get(place, 0), *by_shard)
        for topic_read, partition in product((LINKS, RULES_TOPIC), range(PARTITIONS)):
            found[topic_read, partition] = min(
                tables.reference_offsets.get((shard, topic_read, partition), 0) for shard in range(PARTITIONS)
            )
        return found

    async def load_links(self) -> list[Link]:
        return list(self.tables.links.values())

    async def load_reference_facts(self, before: Offsets) -> list[Fact]:
        found = [fact for fact, parked in self.tables.facts.values() if not parked]
        return [fact for fact in found if fact.place.offset < before.get(fact.place[:2], 0)]


class MemoryWork:
    """One transaction."""

    def __init__(self, tables: Tables, shard: int, unsaveable: str) -> None:
        self._tables, self._shard, self._unsaveable = tables, shard, unsaveable

    async def load_known(self, received: Sequence[Received]) -> dict[Identity, bytes]:
        found = {}
        for each in received:
            fact, identity = each.fact, (each.fact.position.source, each.fact.position.id)
            if fact.stream == COMPLETED:
                known = self._tables.declarations.get((*identity, fact.place.topic, fact.place.partition))
            else:
                known = self._tables.facts[identity][0].content_hash if identity in self._tables.facts else None
            if known is not None:
                found[identity] = known
        return found

    async def load_organizations(self, codes: Collection[str]) -> list[StoredOrganization]:
        facts = [fact for fact, parked in self._tables.facts.values() if not parked]
        return [
            StoredOrganization(
                code,
                [fact for fact in facts if fact.organization == code],
                [hit for (owner, *_), (_, hit) in self._tables.hits.items() if owner == code],
                [alert for _, alert in self._tables.alerts.values() if alert.organization == code],
                [link for link in self._tables.links.values() if link.report.organization == code],
            )
            for code in codes
        ]

    async def load_completeness(self) -> list[CompletenessChange]:
        mine = [(key, until) for key, until in self._tables.completeness.items() if key[0] == self._shard]
        return [CompletenessChange(source, topic, partition, until) for (_, source, topic, partition), until in mine]

    async def load_tallies(self) -> dict[Part, Tally]:
        mine = {part: tally for part, tally in self._tables.tallies.items() if part[2] == self._shard}
        return copy.deepcopy(mine)

    async def load_taken(self, places: Collection[Place]) -> dict[Place, bool]:
        read = self._tables.offsets
        return {place: self._tables.taken.get(place, False) for place in places if read.get(place[:2], 0) > place[2]}

    async def load_dependents(self, keys: Collection[str]) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for shard, key, code in self._tables.dependencies:
            if shard == self._shard and key in keys:
                found.setdefault(code, set()).add(key)
        return {code: frozenset(found[code]) for code in sorted(found)}

    async def load_codes(self) -> list[str]:
        return sorted(code for shard, key, code in self._tables.dependencies if shard == self._shard and key == code)

    async def load_unsettled(self, *, after: str, until_on: Mapping[str, date], limit: int) -> list[str]:
        waiting = {
            code
            for (code, _, topic), (shard, since) in self._tables.waiting.items()
            if shard == self._shard and topic in until_on and (since is None or since <= until_on[topic])
        }
        latest = max(until_on.values(), default=date.min)
        unsettled = {
            alert.organization
            for shard, alert in self._tables.alerts.values()
            if shard == self._shard and not alert.settled and alert.state == "open"
            if alert.settles_on is None or alert.settles_on <= latest
        }
        return sorted(code for code in waiting | unsettled if code > after)[:limit]

    async def load_parked(self, *, after: int, limit: int) -> list[tuple[int, Parked]]:
        mine = [(n, parked) for n, (shard, parked) in self._tables.parked.items() if shard == self._shard and n > after]
        return sorted(mine, key=lambda each: each[0])[:limit]

    async def release(self, number: int) -> None:
        _, parked = self._tables.parked.pop(number)
        if parked.fact is not None:
            self._tables.facts.pop((parked.fact.position.source, parked.fact.position.id), None)

    async def save_settling(self, cursor: str | None) -> None:
        self._tables.settling.pop(self._shard, None)
        if cursor is not None:
            self._tables.settling[self._shard] = cursor

    async def save(self, commit: Commit) -> None:
        tables, shard = self._tables, self._shard
        if self._unsaveable and any(self._unsaveable.encode() in each.record.value for each in commit.received):
            raise Unsaveable("cannot hold this")
        for each in commit.received:
            tables.facts[each.fact.position.source, each.fact.position.id] = (each.fact, False)
        for each in commit.declarations:
            position, place = each.fact.position, each.fact.place
            key = (position.source, position.id, place.topic, place.partition)
            tables.declarations[key] = each.fact.content_hash
            tables.taken[place[:3]] = position[1:] not in commit.outcome.blocked
        for parked in commit.parked:
            tables.parked[next(tables.numbers)] = (shard, parked)
            if parked.fact is not None:
                tables.facts[parked.fact.position.source, parked.fact.position.id] = (parked.fact, True)
        tables.conflicts += commit.conflicts
        self._save_outcome(commit)
        tables.offsets |= commit.offsets
        tables.reference_offsets |= {(shard, t, p): n for (t, p), n in commit.reference_offsets.items()}

    def _save_outcome(self, commit: Commit) -> None:
        tables, shard, outcome = self._tables, self._shard, commit.outcome
        tables.tallies |= outcome.tallies
        for hit in outcome.hits:
            key = (hit.organization, hit.rule, hit.position)
            tables.hits.pop(key, None)
            if not hit.removed:
                tables.hits[key] = (shard, hit)
        for revision in outcome.alerts:
            tables.alerts[revision.alert.id] = (shard, revision.alert)
        tables.told += outcome.alerts
        tables.outbox += outcome.links
        tables.links |= {link.report.identity: link for link in outcome.links}
        for change in outcome.waiting:
            tables.waiting.pop((change.organization, change.rule, change.topic), None)
            if not change.cleared:
                tables.waiting[change.organization, change.rule, change.topic] = (shard, change.since)
        tables.dependencies |= {(shard, key, code) for code, key in outcome.dependencies}
        for moved in outcome.completeness:
            tables.completeness[shard, moved.source, moved.topic, moved.partition] = moved.until_us
