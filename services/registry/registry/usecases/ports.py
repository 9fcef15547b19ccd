"""What the use-cases need from outside, said in their own words."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from msgspec import Struct

from contracts import Event
from registry.domain.facts import Fact
from registry.domain.hearing import Completion
from registry.domain.imports import Import

Offsets = Mapping[tuple[str, int], int]


class Claimed(Struct, frozen=True):
    """What became of the facts of a batch: heard for the first time, heard before, or another content under an id."""

    fresh: tuple[Fact, ...]
    repeated: int
    conflicting: int


class Applied(Struct, frozen=True):
    """What a batch changed."""

    fresh: int
    repeated: int
    conflicting: int
    refused: int


class ShardWork(Protocol):
    """One transaction of one shard, held by its epoch; committed when left without an error."""

    async def claim(self, facts: Sequence[Fact]) -> Claimed:
        """Claim the identities of facts: what is fresh must be saved in this transaction."""
        ...

    async def save_facts(self, facts: Sequence[Fact]) -> None:
        """Keep facts, and know their organizations from now on."""
        ...

    async def save_completeness(self, until: Mapping[Completion, int]) -> None:
        """Remember how far sources are complete; it never goes back."""
        ...

    async def save_progress(self, applied: Applied, next_offsets: Offsets) -> None:
        """Count what was done and remember where to read on."""
        ...


OpenShardWork = Callable[[int], AbstractAsyncContextManager[ShardWork]]


class TakeShard(Protocol):
    """Become the owner of a shard."""

    async def __call__(self, shard: int) -> dict[tuple[str, int], int]:
        """Fence whoever owned it before and give the offsets to read on from."""
        ...


class LoadFacts(Protocol):
    """Find what was heard about one organization."""

    async def __call__(self, code: str) -> list[Fact]:
        """Give all facts of the organization, believed or not; none when it was never heard of."""
        ...


class LoadPage(Protocol):
    """Find the organizations after a code, with what was heard about each."""

    async def __call__(self, after: str, *, limit: int) -> dict[str, list[Fact]]:
        """Give at most `limit` organizations in order of code."""
        ...


class Tally(Struct, frozen=True):
    """What was heard so far."""

    organizations: int
    facts: int
    repeated: int
    conflicting: int
    refused: int


class DeclaredComplete(Struct, frozen=True):
    """How far a source says that a topic is complete, smallest over the partitions that it declared."""

    source: str
    topic: str
    until_us: int
    partitions: int


class LoadTally(Protocol):
    """Find the counts and declarations."""

    async def __call__(self) -> tuple[Tally, list[DeclaredComplete]]:
        """Give what was heard so far and how complete it is said to be."""
        ...


class OwnWork(Protocol):
    """One transaction in which the registry writes by itself; committed when left without an error.

    Nobody else writes about the organizations that it was opened for, until it is over.
    """

    async def load_facts(self, codes: Sequence[str]) -> dict[str, list[Fact]]:
        """Give all facts of some organizations, believed or not; an empty list for those never heard of."""
        ...

    async def find(self, event: Event) -> Fact | None:
        """Give the fact that is kept under an event's identity."""
        ...

    async def say(self, said: Sequence[tuple[Event, Fact]]) -> None:
        """Keep facts and say their events, once this is committed.

        Raises: Refused `identity_conflict` when one of the identities is taken.
        """
        ...

    async def load_import(self, id_: str) -> Import | None:
        """Give an import as it was previewed, and let nobody else commit it until this is over."""
        ...

    async def save_import(self, found: Import) -> None:
        """Keep an import, in place of what was kept under its identity."""
        ...

    async def forget_previews(self, *, before_us: int) -> None:
        """Let go of what was previewed before then and never committed."""
        ...


class LoadImport(Protocol):
    """Finds an import."""

    async def __call__(self, id_: str) -> Import | None:
        """Give an import as it is now; its rows are left out."""
        ...


class OpenOwnWork(Protocol):
    """Begins a transaction of the registry's own."""

    def __call__(self, codes: Sequence[str]) -> AbstractAsyncContextManager[OwnWork]:
        """Begin, alone with some organizations; none named: alone with the whole register."""
        ...
