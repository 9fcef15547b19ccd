"""One shard of the monitor on a store, fed with events as departments send them."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from contracts import Record, admit, partition_of
from funds_monitor.domain.reference import ReferenceChange
from funds_monitor.usecases.learn_reference import ReferenceLog, learn_reference
from funds_monitor.usecases.observe_completeness import observe_completeness
from funds_monitor.usecases.observe_events import observe_events
from funds_monitor.usecases.observe_reference import observe_reference
from funds_monitor.usecases.ports import Observed
from funds_monitor.usecases.retry_parked import retry_parked
from funds_monitor.usecases.take_shard import HeldShard, take_shard
from tests.builders.codes import code_of
from tests.builders.records import PARTITIONS, Json, Log
from tests.unit.monitor_shell.toy_engine import AWAITED, ToyEngine

SHARD = 3
CODES = [code for code in map(code_of, range(200)) if partition_of(code, PARTITIONS) == SHARD]
OTHERS = [code for code in map(code_of, range(200)) if partition_of(code, PARTITIONS) != SHARD]


@contextmanager
def no_span(_name: str, *, links: Iterable[str] = ()) -> Iterator[None]:  # noqa: ARG001 - the port's name
    yield


class NameBook:
    """Reference data of which nothing is known but names: a snapshot moves the name that it gives."""

    def apply(self, fact: Any) -> ReferenceChange:
        name = getattr(fact.data, "name", None)
        if name == "毒":
            raise ValueError("cannot take this")
        return ReferenceChange(keys=frozenset({name} if name else ()), caused_by=fact.position[1:])


class Worker:
    """A process that owns one shard; a second one on the same store takes it over."""

    def __init__(self, store: Any, *, shards: Any = None, facts_max: int = 10_000, fixed: bool = False) -> None:
        self.store, self.shards = store, shards or store
        self.log, self.reference = Log(), ReferenceLog()
        self.reference.start({})
        self._facts_max, self._fixed = facts_max, fixed
        self.built: list[ToyEngine] = []
        self.held: HeldShard | None = None
        self.offsets: dict[tuple[str, int], int] = {}

    async def take(self) -> "Worker":
        self.held, self.offsets = await take_shard(
            SHARD, shards=self.shards, build=self._build, facts_max=self._facts_max, read=self.reference.positions
        )
        return self

    def _build(self, number: int, completeness: Any) -> ToyEngine:
        self.built.append(ToyEngine(number, completeness, fixed=self._fixed))
        return self.built[-1]

    @property
    def shard(self) -> HeldShard:
        assert self.held is not None
        return self.held

    def records(self, events: Iterable[Json]) -> list[Record]:
        found = [record for event in events for record in self.log.append(event)]
        return [record for record in found if record.partition == SHARD]

    async def hear(self, *events: Json) -> Observed:
        return await self.hear_records(self.records(events))

    async def hear_records(self, records: list[Record], admit: Callable[..., Any] = admit) -> Observed:
        return await observe_events(records, held=self.shard, open_work=self.store, admit=admit, span=no_span)

    def learn(self, *events: Json) -> None:
        records = [record for event in events for record in self.log.append(event)]
        learn_reference(records, book=NameBook(), log=self.reference, admit=admit)

    async def reflect(self) -> Observed | None:
        return await observe_reference(held=self.shard, log=self.reference, open_work=self.store, span=no_span)

    async def settle(self) -> int:
        """Work the pass off; give the number of slices."""
        slices = 0
        while (
            await observe_completeness(held=self.shard, topics=[AWAITED], open_work=self.store, span=no_span)
            is not None
        ):
            slices += 1
        return slices

    async def retry(self) -> Observed | None:
        return await retry_parked(held=self.shard, open_work=self.store, admit=admit, span=no_span)
