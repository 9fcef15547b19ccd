"""What the use-cases need of the world; `outbound` gives it, tests give it in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager
from datetime import date
from typing import Any, Protocol

from msgspec import Struct, field

from chassis.permissions import Scope
from contracts import Event, Record, Refusal
from contracts.counting import Tally
from funds_monitor.domain.completeness import Completeness
from funds_monitor.domain.facts import Fact
from funds_monitor.domain.links import Link
from funds_monitor.domain.outcome import CompletenessChange, Outcome, Part, StoredOrganization
from funds_monitor.domain.reference import ReferenceChange
from funds_monitor.domain.rule_changes import RuleChange
from funds_monitor.domain.versions import Step

TopicPartition = tuple[str, int]
Identity = tuple[str, str]  # (source, id)
Offsets = dict[TopicPartition, int]
Place = tuple[str, int, int]  # topic, partition, offset
Json = dict[str, Any]
EVERYTHING = Scope(everything=True)
RULES_TOPIC = "monitor.rules.v1"
ACTIVATED = "monitor.rule.activated.v1"

Admit = Callable[[Record], Event | Refusal]


class SpanOpener(Protocol):
    """Opens a span of the trace; `links` are the traceparents of what a batch holds."""

    def __call__(self, name: str, *, links: Iterable[str] = ()) -> AbstractContextManager[object]:
        """Open a span that ends with its block."""
        ...


class Engine(Protocol):
    """The part of `domain.shard.Shard` that the use-cases call."""

    completeness: Completeness

    def missing(self, organizations: Iterable[str]) -> list[str]:
        """Name those that are not loaded."""
        ...

    def restore(self, stored: Iterable[StoredOrganization]) -> None:
        """Load organizations without judging them again."""
        ...

    def observe(self, facts: Sequence[Fact], *, counted: bool = False) -> Outcome:
        """Take facts in arrival order; `counted`: they were, when they came."""
        ...

    def observe_reference(self, organizations: Iterable[str], change: ReferenceChange) -> Outcome:
        """Judge again what depended on reference data that moved."""
        ...

    def observe_rules(self, organizations: Iterable[str], change: RuleChange) -> Outcome:
        """Judge again whatever rules look at whose versions have changed."""
        ...

    def observe_completeness(self, organizations: Iterable[str]) -> Outcome:
        """Judge what waited, and settle alerts."""
        ...

    def forget(self, organizations: Iterable[str]) -> None:
        """Drop organizations from memory."""
        ...


BuildEngine = Callable[[int, Iterable[CompletenessChange]], Engine]


class Received(Struct, frozen=True, gc=False):
    """A fact together with the record that it was read from, as received."""

    fact: Fact
    record: Record


class Parked(Struct, frozen=True):
    """What the engine could not take: one event, or the re-judging of one organization (then `record` is None)."""

    organization: str | None
    error: str
    record: Record | None = None
    fact: Fact | None = None  # None: it could not even be read


class Activity(Struct):
    """What one source sent to one topic and partition in a batch."""

    events: int = 0
    last_event_us: int = 0
    last_seen_us: int = 0


class Commit(Struct):
    """Everything that one transaction of a shard writes."""

    outcome: Outcome = field(default_factory=Outcome)
    received: list[Received] = field(default_factory=list)
    declarations: list[Received] = field(default_factory=list)
    conflicts: list[Received] = field(default_factory=list)
    parked: list[Parked] = field(default_factory=list)
    activity: dict[tuple[str, str, int], Activity] = field(default_factory=dict)  # (source, topic, partition)
    offsets: Offsets = field(default_factory=dict)
    reference_offsets: Offsets = field(default_factory=dict)


class Observed(Struct):
    """What a use-case of the worker did, for counters; only what was committed is in it."""

    facts: int = 0
    duplicates: int = 0
    conflicts: int = 0
    parked: int = 0
    organizations: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    alerts: Counter[str] = field(default_factory=Counter)  # kind -> revisions
    rule_errors: Counter[str] = field(default_factory=Counter)

    def note(self, outcome: Outcome) -> None:
        """Add what the engine said."""
        self.alerts.update(revision.kind for revision in outcome.alerts)
        self.rule_errors.update(outcome.errors)


class Work(Protocol):
    """One transaction of one shard; it holds the shard's epoch, and commits when its block ends well."""

    async def load_known(self, received: Sequence[Received]) -> dict[Identity, bytes]:
        """Give the content hashes of those that are stored; a declaration is stored once per partition."""
        ...

    async def load_organizations(self, codes: Collection[str]) -> list[StoredOrganization]:
        """Load all that is stored of some organizations; of a new one, an empty one."""
        ...

    async def load_completeness(self) -> list[CompletenessChange]:
        """Load how far each source has told everything, as this shard knows it."""
        ...

    async def load_tallies(self) -> dict[Part, Tally]:
        """Load what was counted of each source in this shard since its last declaration."""
        ...

    async def load_taken(self, places: Collection[Place]) -> dict[Place, bool]:
        """Say of declarations of other shards whether their owners took them; one not read there yet is left out."""
        ...

    async def load_dependents(self, keys: Collection[str]) -> dict[str, frozenset[str]]:
        """Give the shard's organizations whose verdicts depend on some of the keys, in order, with those keys."""
        ...

    async def load_codes(self) -> list[str]:
        """Name the organizations of the shard, in order."""
        ...

    async def load_unsettled(self, *, after: str, until_on: Mapping[str, date], limit: int) -> list[str]:
        """Name organizations after a code, in order, that wait for a topic which is complete now, or may settle."""
        ...

    async def load_parked(self, *, after: int, limit: int) -> list[tuple[int, Parked]]:
        """Load what is parked, with growing numbers."""
        ...

    async def release(self, number: int) -> None:
        """Take something out of the parking place: it has taken effect."""
        ...

    async def save_settling(self, cursor: str | None) -> None:
        """Remember how far the pass over waiting organizations has come; None: it is over."""
        ...

    async def save(self, commit: Commit) -> None:
        """Write what a batch changed.

        Raises: Unsaveable when the content cannot be stored.
        """
        ...


class EngineFailed(Exception):  # noqa: N818 - says whose failure it is
    """The engine raised on what it was given."""

    @classmethod
    @contextmanager
    def marking(cls) -> Iterator[None]:
        """Mark what is raised in this block as the engine's failure.

        Raises: EngineFailed.
        """
        try:
            yield
        except Exception as error:
            raise cls(f"{type(error).__name__}: {error}") from error


class Unsaveable(Exception):  # noqa: N818 - a property of the content, not a fault of the store
    """The store cannot hold this content, however often it is tried."""


class OpenWork(Protocol):
    """Opens the transaction of a shard."""

    def __call__(self, shard: int, epoch: int) -> AbstractAsyncContextManager[Work]:
        """Open a transaction that holds the epoch.

        Raises: Fenced, Unavailable.
        """
        ...


class ShardState(Struct, frozen=True):
    """What is stored of a shard that was just taken."""

    epoch: int
    offsets: Offsets
    reference_offsets: Offsets
    settling: str | None
    parked: int


class Shards(Protocol):
    """Takes shards over, and knows what all of them have reflected."""

    async def take(self, shard: int) -> ShardState:
        """Become the owner of a shard: whoever held it before is fenced from now on.

        Raises: Unavailable.
        """
        ...

    async def reflected(self) -> Offsets:
        """Give, per reference topic and partition, the smallest offset that some shard still needs."""
        ...

    async def load_reference_facts(self, before: Offsets) -> list[Fact]:
        """Load the stored facts of reference topics that lie before some offsets.

        Raises: Unavailable.
        """
        ...

    async def load_links(self) -> list[Link]:
        """Load what was told last of each payment that others have to know of, whether the topic has it yet or not.

        Raises: Unavailable.
        """
        ...


class StoredRule(Struct, frozen=True):
    """One version of a rule as kept; `text` is its file."""

    id: str
    version: int
    state: str
    text: str
    decides: str = ""
    summary: Json = field(default_factory=dict)  # what people read: names, law, seed measures, parameters


class RuleTold(Struct, frozen=True):
    """One event in the life of a rule, as read from its topic."""

    source: str
    id: str
    partition: int
    offset: int
    kind: str  # the event's type: activated, retired or demoted
    rule: str
    version: int
    effective_from: date
    by: tuple[str, ...]
    reason: str | None = None

    @property
    def identity(self) -> Identity:
        """The event's identity."""
        return (self.source, self.id)

    @property
    def step(self) -> Step:
        """Who judges from then on: the version, or, once it is retired or demoted, nobody."""
        return Step(self.rule, self.version if self.kind == ACTIVATED else None, self.effective_from)


class RulesKept(Struct):
    """What is stored of rules: their versions, which of them judge since ever, and what was told of them since."""

    versions: list[StoredRule] = field(default_factory=list)
    first: list[Step] = field(default_factory=list)
    told: list[RuleTold] = field(default_factory=list)  # in the order of their topic; refused ones are left out
    refused: list[Identity] = field(default_factory=list)

    def judging(self, *more: RuleTold) -> tuple[list[StoredRule], list[Step]]:
        """Give every version that judges or ever did, and the steps that say when, with what is told besides."""
        steps = [*self.first, *(told.step for told in (*self.told, *more))]
        known = {(step.rule, step.version) for step in steps}
        return [each for each in self.versions if (each.id, each.version) in known], steps


class RuleLife(Struct):
    """All that is known of one rule: which version judges since ever, and every event since, refused ones with why."""

    first: list[Step] = field(default_factory=list)
    told: list[tuple[RuleTold, str]] = field(default_factory=list)  # in the order of their topic; "": not refused


class Rules(Protocol):
    """Where rules are kept."""

    async def load_life(self, rule: str) -> RuleLife:
        """Load all that is known of a rule.

        Raises: Unavailable.
        """
        ...

    async def load_kept(self, before: Offsets) -> RulesKept:
        """Load all versions, and what was told of them before some offsets of their topic.

        Raises: Unavailable.
        """
        ...

    async def save_told(self, told: RuleTold, refused: str) -> str:
        """Keep an event in the life of a rule, and why it changes nothing ("": it does); what was kept first stands.

        Raises: Unavailable.
        """
        ...

    async def load(self) -> list[StoredRule]:
        """Load every version of every rule.

        Raises: Unavailable.
        """
        ...

    async def save(self, rules: Sequence[StoredRule]) -> None:
        """Add rules; those that are there stay as they are. One that comes in as active judges since ever.

        Raises: Unavailable.
        """
        ...


class AlertFilter(Struct, frozen=True):
    """Which alerts are asked for; None: any."""

    organization: str | None = None
    rule: str | None = None
    severity: str | None = None
    state: str | None = None
    division: str | None = None  # with all divisions below it
    raised_from_us: int | None = None
    raised_to_us: int | None = None
    scope: Scope = EVERYTHING  # where the caller is at home
    rules: tuple[str, ...] | None = None  # what the caller's department decides, for its scope; None: everything


class ChainLink(Struct, frozen=True):
    """One event of a chain of corrections, as stored."""

    source: str
    id: str
    topic: str
    partition: int
    offset: int
    content_hash: bytes
    event_type: str = ""
    organization: str | None = None
    refers_to: str | None = None
    withdraws: bool = False
    sealed: bool = False
    parked: bool = False
    pending: bool = False
    blocked: bool = False  # a declaration whose numbers differ from what was counted


class Answers(Protocol):
    """Reads what people and other services ask for; everything raises Unavailable while the store is away."""

    async def alerts(self, wanted: AlertFilter, *, before: int | None, limit: int) -> list[tuple[int, Json]]:
        """Give alerts, newest first, each with its place in the list."""
        ...

    async def alert(self, alert_id: str) -> Json | None:
        """Give one alert with the places of its evidence, its points and its history."""
        ...

    async def evidence(self, alert_id: str) -> list[Json]:
        """Give the events behind an alert as they were received."""
        ...

    async def waiting(self, code: str) -> list[Json]:
        """Give what the rules wait for with an organization, a row per source."""
        ...

    async def verdicts(self, code: str) -> list[Json]:
        """Give the latest verdict of each rule on an organization."""
        ...

    async def chain(self, source: str, event_id: str) -> list[ChainLink]:
        """Give an event and all that corrects or withdraws it, or is corrected by it, directly or not."""
        ...

    async def alerts_of(self, organization: str, *, source: str, event_id: str) -> list[str]:
        """Give the ids of an organization's alerts that show an event as evidence, oldest first."""
        ...

    async def completeness(self) -> list[Json]:
        """Give, per source, topic and partition, how far its own shard is complete."""
        ...

    async def tallies(self) -> dict[Part, Tally]:
        """Give what came of each source in each partition since its last declaration, and when that was."""
        ...

    async def activity(self) -> list[Json]:
        """Give, per source and topic, what came last, how much came, and how much came late."""
        ...

    async def counts(self) -> Json:
        """Give what waits, is parked or went wrong."""
        ...


class Progress(Protocol):
    """How far this process has read; the consumer and the reference reader are like this."""

    def ready(self) -> bool:
        """Say whether it reads what it should."""
        ...

    def positions(self) -> Mapping[TopicPartition, int]:
        """Return the next offset of each partition."""
        ...

    def lag(self) -> Mapping[TopicPartition, int]:
        """Return how many records of each partition wait, as far as is known."""
        ...
