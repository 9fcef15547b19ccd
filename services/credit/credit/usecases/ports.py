"""What the use-cases need from outside, said in their own words."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import Protocol

from msgspec import Struct

from credit.domain.facts import Fact
from credit.domain.listing import Listing

Offsets = Mapping[tuple[str, int], int]


class CountUnsent(Protocol):
    """Find what is committed but not yet said on a topic."""

    async def __call__(self) -> int:
        """Give the number of messages that wait."""
        ...


class ListingWork(Protocol):
    """One transaction over listings; committed when left without an error."""

    async def load_beside(self, listing_id: str) -> dict[str, Listing]:
        """Find a listing and the others of its organization, and keep others from changing them meanwhile."""
        ...

    async def load_of(self, organization: str) -> dict[str, Listing]:
        """Find the listings of an organization and keep others from changing them meanwhile."""
        ...

    async def save(self, listing: Listing, *, acts_known: int) -> None:
        """Keep a listing, its acts from `acts_known` on, and what the world is told of them."""
        ...

    async def is_known(self, organization: str) -> bool:
        """Say whether the register has told of an organization."""
        ...


class ShardWork(ListingWork, Protocol):
    """One transaction of one shard, held by its epoch."""

    async def claim(self, facts: Sequence[Fact]) -> list[Fact]:
        """Claim the identities of facts, and give those that are new; they must be saved in this transaction."""
        ...

    async def save_facts(self, facts: Sequence[Fact]) -> None:
        """Keep facts."""
        ...

    async def load_facts(self, organization: str) -> list[Fact]:
        """Give all facts of an organization, believed or not."""
        ...

    async def save_names(self, snapshots: Sequence[Fact]) -> None:
        """Know organizations by their latest snapshot."""
        ...

    async def save_progress(self, next_offsets: Offsets) -> None:
        """Remember where to read on."""
        ...


OpenShardWork = Callable[[int], AbstractAsyncContextManager[ShardWork]]
OpenListingWork = Callable[[], AbstractAsyncContextManager[ListingWork]]


class TakeShard(Protocol):
    """Become the owner of a shard."""

    async def __call__(self, shard: int) -> dict[tuple[str, int], int]:
        """Fence whoever owned it before and give the offsets to read on from."""
        ...


class ListingFilter(Struct, frozen=True):
    """Which listings are asked for; None: any. `divisions`: prefixes of what the caller may see, none: all."""

    organization: str | None = None
    state: str | None = None
    divisions: tuple[str, ...] = ()
    after: int | None = None


class Shown(Struct, frozen=True):
    """A listing with what the register says of its organization, and its place in lists."""

    listing: Listing
    seq: int
    name: str | None
    division: str | None


class Listings(Protocol):
    """Reads listings; everything raises Unavailable while the store is away."""

    async def find(self, listing_id: str) -> Shown | None:
        """Find one."""
        ...

    async def page(self, wanted: ListingFilter, *, limit: int) -> list[Shown]:
        """Give listings, newest first."""
        ...


class Today(Protocol):
    """The day in China."""

    def __call__(self) -> date:
        """Give it."""
        ...


class WorkingYears(Protocol):
    """Knows how far the working days are known."""

    def missing_from(self, day: date) -> date:
        """Give the first day from `day` on about which nothing is known."""
        ...
