"""Become the owner of a shard, and hold it in memory: a cache of PostgreSQL, dropped whenever in doubt."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager

from funds_monitor.usecases.ports import (
    BuildEngine,
    Engine,
    EngineFailed,
    Offsets,
    OpenWork,
    Received,
    Shards,
    ShardState,
    Work,
)


class HeldShard:
    """One shard of ours.

    Shape:  one transaction at a time; organizations in memory are bounded by their number of facts.
    """

    def __init__(self, number: int, state: ShardState, *, build: BuildEngine, facts_max: int) -> None:
        self.number = number
        self.epoch = state.epoch
        self.reference_offsets: Offsets = dict(state.reference_offsets)
        self.settling = state.settling
        self.settling_generation = 0  # grows when a declaration begins the pass anew
        self.parked = state.parked
        self.retry_after: int | None = 0 if state.parked else None
        self.engine: Engine | None = None
        self._build = build
        self._facts_max = facts_max
        self._facts: OrderedDict[str, int] = OrderedDict()  # organization -> facts, least recently used first
        self._facts_total = 0
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def working(self, open_work: OpenWork) -> AsyncIterator[tuple[Work, Engine]]:
        """Open the shard's next transaction; when it fails, memory is dropped and built anew from storage.

        Raises: Fenced, Unavailable, and whatever its block raises.
        """
        async with self._lock:
            try:
                async with open_work(self.number, self.epoch) as work:
                    if self.engine is None:
                        self.engine = self._build(self.number, await work.load_completeness())
                        self.engine.completeness.restore(await work.load_tallies())
                    yield work, self.engine
            except BaseException:
                self.drop()
                raise
            self._make_room()

    async def load(self, work: Work, engine: Engine, organizations: Collection[str]) -> None:
        """Bring organizations into memory with one query for all that are missing.

        Raises: EngineFailed, Unavailable.
        """
        missing = engine.missing(organizations)
        if missing:
            stored = await work.load_organizations(missing)
            with EngineFailed.marking():
                engine.restore(stored)
            for organization in stored:
                self._count(organization.code, len(organization.facts))
        for code in organizations:
            if code in self._facts:
                self._facts.move_to_end(code)

    def count(self, received: Iterable[Received]) -> None:
        """Take into account what a batch added."""
        for each in received:
            if each.fact.organization is not None:
                self._count(each.fact.organization, 1)

    def settle_anew(self) -> None:
        """Begin the pass over waiting organizations anew: completeness has moved."""
        self.settling = ""
        self.settling_generation += 1

    async def renew(self) -> None:
        """Forget everything that is in memory once the transaction in flight is over."""
        async with self._lock:
            self.drop()

    def drop(self) -> None:
        """Forget everything that is in memory."""
        self.engine = None
        self._facts.clear()
        self._facts_total = 0

    def _count(self, code: str, facts: int) -> None:
        self._facts[code] = self._facts.get(code, 0) + facts
        self._facts_total += facts

    def _make_room(self) -> None:
        if self._facts_total <= self._facts_max or self.engine is None:
            return
        evicted = []
        while self._facts_total > self._facts_max and len(self._facts) > 1:  # the last one is in use
            code, facts = self._facts.popitem(last=False)
            self._facts_total -= facts
            evicted.append(code)
        self.engine.forget(evicted)

    @property
    def facts_cached(self) -> int:
        """Count the facts in memory."""
        return self._facts_total


async def take_shard(
    number: int, *, shards: Shards, build: BuildEngine, facts_max: int, read: Offsets
) -> tuple[HeldShard, Offsets]:
    """Take a shard's epoch, fencing whoever held it, and say where to read on.

    Organizations are loaded as they are needed: the shard serves at once. It reflects no more reference data than this
    process has `read`: what it judges before the copy has caught up must be judged again when it has.

    Raises: Unavailable.
    """
    state = await shards.take(number)
    held = HeldShard(number, state, build=build, facts_max=facts_max)
    held.reference_offsets = {
        place: min(offset, read.get(place, 0)) for place, offset in state.reference_offsets.items()
    }
    return held, dict(state.offsets)
