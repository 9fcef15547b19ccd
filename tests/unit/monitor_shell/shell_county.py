"""All shards of the real engine in the monitor's own use-cases, on a store; killed, cut and delayed as a test likes."""

from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

from chassis.errors import Unavailable
from contracts import Record, admit, partition_of
from funds_monitor.bootstrap import HEARD, assemble_engine
from funds_monitor.domain.outcome import Alert
from funds_monitor.domain.rulebook import RuleBook, load_rules
from funds_monitor.domain.versions import Step
from funds_monitor.outbound.link_rows import tell_link
from funds_monitor.usecases.learn_reference import learn_reference
from funds_monitor.usecases.observe_completeness import observe_completeness
from funds_monitor.usecases.observe_events import observe_events
from funds_monitor.usecases.observe_reference import observe_reference
from funds_monitor.usecases.open_desk import Compile, Desk, open_desk
from funds_monitor.usecases.ports import Offsets, RuleLife, Rules, RulesKept, RuleTold, StoredRule
from funds_monitor.usecases.take_shard import take_shard
from tests.builders.engine import REFERENCE_TOPICS, RULES, content_of, order_of
from tests.builders.records import APPENDED_US, PARTITIONS
from tests.unit.monitor_shell.memory_store import MemoryStore
from tests.unit.monitor_shell.worker import no_span

FACTS_MAX = 12  # per shard: organizations come and go all the time
SHIPPED = load_rules(RULES)
TOPIC_NAMES = [topic.name for topic in HEARD]


class NoRules:
    """Rules that are compiled already."""

    async def load(self) -> list[StoredRule]:
        return []

    async def save(self, _rules: Sequence[StoredRule]) -> None:
        return None

    async def load_kept(self, _before: Offsets) -> RulesKept:
        return RulesKept()

    async def load_life(self, _rule: str) -> RuleLife:
        return RuleLife()

    async def save_told(self, _told: RuleTold, refused: str) -> str:
        return refused


def shipped(_rules: Sequence[StoredRule], _steps: Sequence[Step]) -> RuleBook:
    return SHIPPED


class ShellCounty:
    """One process that owns every shard, until it is killed."""

    def __init__(self, store: MemoryStore, *, rules: Rules | None = None, compile_rules: Compile = shipped) -> None:
        self.store = store
        self.rules, self.compile_rules = rules or NoRules(), compile_rules
        self.read: list[Record] = []  # what the reader of reference topics may read
        self.sent = 0  # links that have left the outbox
        self.desk = Desk(assemble=assemble_engine)

    async def start(self) -> "ShellCounty":
        """Begin as after a kill: with nothing but what is stored."""
        self.desk = Desk(assemble=assemble_engine)
        await open_desk(self.desk, shipped=[], rules=self.rules, compile_rules=self.compile_rules, shards=self.store)
        for number in range(PARTITIONS):
            held, _ = await take_shard(
                number, shards=self.store, build=self.desk.build, facts_max=FACTS_MAX, read=self.desk.log.positions
            )
            self.desk.held[number] = held
        return self

    async def feed(self, records: Iterable[Record], *, fails: bool = False) -> None:
        """Let one batch of each shard take effect; with `fails`, every commit fails once and is tried again."""
        portions: dict[int, list[Record]] = {}
        for record in records:
            portions.setdefault(record.partition, []).append(record)
            if record.topic in REFERENCE_TOPICS:
                self.read.append(record)
        for number, portion in portions.items():
            if fails:
                self.store.fails_on_commit = Unavailable("lost")
                try:
                    await self._observe(number, portion)
                except Unavailable:
                    self.store.fails_on_commit = None
            await self._observe(number, portion)

    async def _observe(self, number: int, records: list[Record]) -> None:
        held = self.desk.held[number]
        observed = await observe_events(records, held=held, open_work=self.store, admit=admit, span=no_span)
        assert not observed.parked, self.store.tables.parked

    def spread(self) -> None:
        """Send what the shards tell each other."""
        for link in self.store.tables.outbox[self.sent :]:
            message = tell_link(link, now_us=APPENDED_US)
            partition = partition_of(link.report.organization, PARTITIONS)
            offset = sum((each.topic, each.partition) == (message.topic, partition) for each in self.read)
            self.read.append(
                Record(
                    message.topic,
                    partition,
                    offset,
                    message.key or b"",
                    message.value or b"",
                    tuple(message.headers),
                    APPENDED_US,
                )
            )
        self.sent = len(self.store.tables.outbox)

    def learn(self, count: int | None = None) -> None:
        """Let the reader read on."""
        log = self.desk.log
        unread = [each for each in self.read if each.offset >= log.positions.get((each.topic, each.partition), 0)]
        learn_reference(unread[:count], book=self.desk.book, log=log, admit=admit)

    async def reflect(self, number: int) -> None:
        """Let one shard take over what was learnt."""
        held = self.desk.held[number]
        await observe_reference(held=held, log=self.desk.log, open_work=self.store, span=no_span)

    async def settle(self, number: int) -> None:
        """Let one shard conclude what it waited for."""
        held = self.desk.held[number]
        while await observe_completeness(held=held, topics=TOPIC_NAMES, open_work=self.store, span=no_span):
            continue

    async def finish(self) -> None:
        """Let everything that was read take full effect."""
        while True:
            self.spread()
            self.learn()
            for number in range(PARTITIONS):
                await self.reflect(number)
                await self.settle(number)
            if self.sent == len(self.store.tables.outbox):
                break
        assert not self.desk.pending()

    async def meanwhile(self, rng: Random) -> None:
        """Let other things happen between two batches."""
        if rng.randrange(2) == 0:
            self.spread()
        if rng.randrange(3) == 0:
            self.learn(rng.choice([1, 3, None]))
        for number in range(PARTITIONS):
            if rng.randrange(3) == 0:
                await self.reflect(number)
            if rng.randrange(6) == 0:
                await self.settle(number)
            if rng.randrange(30) == 0:
                self.desk.held[number].drop()
        if rng.randrange(15) == 0:
            await self.start()

    def content(self) -> dict[str, list[dict[str, Any]]]:
        """Give the open alerts' content in the oracle's shape."""
        return content([alert for _, alert in self.store.tables.alerts.values()])


def content(alerts: Iterable[Alert]) -> dict[str, list[dict[str, Any]]]:
    """Sort open alerts by organization, in the oracle's shape."""
    found: dict[str, list[dict[str, Any]]] = {}
    for alert in alerts:
        if alert.state == "open":
            found.setdefault(alert.organization, []).append(content_of(alert))
    return {code: sorted(found[code], key=order_of) for code in sorted(found)}
