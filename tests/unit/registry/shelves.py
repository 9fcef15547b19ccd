"""The registry's stores in memory: what a transaction did not finish is not there."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from chassis.errors import Fenced
from registry.domain.facts import Fact
from registry.domain.hearing import Completion
from registry.usecases.ports import Applied, Claimed, DeclaredComplete, Offsets, Tally


class Shelves:
    """Everything that is committed."""

    def __init__(self) -> None:
        self.facts: dict[tuple[str, str], Fact] = {}
        self.until: dict[Completion, int] = {}
        self.next_offsets: dict[tuple[str, int], int] = {}
        self.applied: list[Applied] = []
        self.fails_on_commit: Exception | None = None

    @asynccontextmanager
    async def open_work(self, shard: int) -> AsyncIterator["Work"]:
        """Begin a transaction."""
        if shard < 0:
            raise Fenced("not ours")
        work = Work(self)
        yield work
        if self.fails_on_commit is not None:
            raise self.fails_on_commit
        self.facts |= work.facts
        self.until |= work.until
        self.next_offsets |= work.next_offsets
        self.applied += work.applied

    async def load_facts(self, code: str) -> list[Fact]:
        """Give what was heard about one organization."""
        return [fact for fact in self.facts.values() if fact.subject == code]

    async def load_page(self, after: str, *, limit: int) -> dict[str, list[Fact]]:
        """Give some organizations after a code."""
        codes = sorted({fact.subject for fact in self.facts.values() if fact.subject and fact.subject > after})
        return {code: await self.load_facts(code) for code in codes[:limit]}

    async def load_tally(self) -> tuple[Tally, list[DeclaredComplete]]:
        """Give counts."""
        declared = [DeclaredComplete(key.source, key.topic, until, 1) for key, until in self.until.items()]
        organizations = {fact.subject for fact in self.facts.values()} - {None}
        return Tally(len(organizations), len(self.facts), 0, 0, 0), declared


class Work:
    """One transaction."""

    def __init__(self, shelves: Shelves) -> None:
        self._shelves = shelves
        self.facts: dict[tuple[str, str], Fact] = {}
        self.until: dict[Completion, int] = {}
        self.next_offsets: dict[tuple[str, int], int] = {}
        self.applied: list[Applied] = []

    async def claim(self, facts: Sequence[Fact]) -> Claimed:
        """Tell the new from the known."""
        known = dict(self._shelves.facts)
        fresh, conflicting = [], 0
        for fact in facts:
            identity = (fact.source, fact.id)
            if identity not in known:
                fresh.append(fact)
                known[identity] = fact
            elif known[identity].content_hash != fact.content_hash:
                conflicting += 1
        return Claimed(tuple(fresh), len(facts) - len(fresh) - conflicting, conflicting)

    async def save_facts(self, facts: Sequence[Fact]) -> None:
        """Keep facts."""
        self.facts |= {(fact.source, fact.id): fact for fact in facts}

    async def save_completeness(self, until: Mapping[Completion, int]) -> None:
        """Keep declarations."""
        self.until |= until

    async def save_progress(self, applied: Applied, next_offsets: Offsets) -> None:
        """Keep counts and offsets."""
        self.applied.append(applied)
        self.next_offsets |= next_offsets
