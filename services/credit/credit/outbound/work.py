"""Transactions of credit: a step over HTTP, or a batch of a shard that is ours."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from chassis import inbox, offsets, outbox
from chassis.bus import Outgoing
from chassis.clock import Clock
from chassis.database import Database, WriteSession
from chassis.errors import Fenced
from chassis.telemetry import traceparent
from contracts import CLOUDEVENTS_HEADERS, encode_event, make_event
from contracts.working_days import WorkingDays
from credit.domain.facts import Fact
from credit.domain.listing import Listing
from credit.domain.telling import telling_of
from credit.outbound import listing_rows
from credit.usecases.ports import Offsets

CONSUMER = "credit"
SOURCE = "/credit/listings"
TOPIC = "credit.listings.v1"


class Work:
    """One transaction."""

    def __init__(self, session: WriteSession, *, calendar: WorkingDays, clock: Clock) -> None:
        self._session, self._calendar, self._clock = session, calendar, clock

    async def load_beside(self, listing_id: str) -> dict[str, Listing]:
        """Find a listing and the others of its organization, and keep others from changing them meanwhile."""
        organization = await self._session.fetch_value("SELECT organization FROM listings WHERE id = $1", listing_id)
        return await self.load_of(organization) if organization else {}

    async def load_of(self, organization: str) -> dict[str, Listing]:
        """Find the listings of an organization and keep others from changing them meanwhile."""
        return await listing_rows.load_listings(self._session, self._calendar, organization)

    async def is_known(self, organization: str) -> bool:
        """Say whether the register has told of an organization."""
        return bool(await self._session.fetch_value("SELECT 1 FROM organizations WHERE code = $1", organization))

    async def save(self, listing: Listing, *, acts_known: int) -> None:
        """Keep a listing, its acts from `acts_known` on, and what the world is told of them."""
        await listing_rows.save_listing(self._session, listing, acts_known=acts_known)
        now = self._clock.now()
        said = []
        for number in range(acts_known, len(listing.acts)):
            told = telling_of(listing, number, at=now)
            if told is not None:
                event = make_event(
                    type=told.type,
                    source=SOURCE,
                    id=told.id,
                    subject=told.organization,
                    time=now,
                    data=told.data,
                    traceparent=traceparent(),
                )
                key = told.organization.encode()
                said.append(Outgoing(topic=TOPIC, value=encode_event(event), key=key, headers=CLOUDEVENTS_HEADERS))
        await outbox.add(self._session, said)

    async def claim(self, facts: Sequence[Fact]) -> list[Fact]:
        """Claim the identities of facts, and give those that are new."""
        claimed = await inbox.claim(
            self._session, CONSUMER, [(each.source, each.id, each.content_hash) for each in facts]
        )
        first: dict[inbox.Identity, Fact] = {}
        for fact in facts:
            first.setdefault(inbox.Identity(fact.source, fact.id), fact)
        return [fact for identity, fact in first.items() if identity in claimed.fresh]

    async def save_facts(self, facts: Sequence[Fact]) -> None:
        """Keep facts."""
        if facts:
            await listing_rows.save_facts(self._session, facts)

    async def load_facts(self, organization: str) -> list[Fact]:
        """Give all facts of an organization, believed or not."""
        return await listing_rows.load_facts(self._session, organization)

    async def save_names(self, snapshots: Sequence[Fact]) -> None:
        """Know organizations by their latest snapshot."""
        if snapshots:
            await listing_rows.save_names(self._session, snapshots)

    async def save_progress(self, next_offsets: Offsets) -> None:
        """Remember where to read on."""
        await offsets.save_offsets(self._session, CONSUMER, next_offsets)


class Workshop:
    """Opens transactions, and knows the epoch of each shard that this process took."""

    def __init__(self, database: Database, *, calendar: WorkingDays, clock: Clock) -> None:
        self._database, self._calendar, self._clock = database, calendar, clock
        self._epochs: dict[int, int] = {}

    @asynccontextmanager
    async def open_work(self) -> AsyncIterator[Work]:
        """Begin the transaction of one step.

        Raises: Unavailable.
        """
        async with self._database.write() as session:
            yield Work(session, calendar=self._calendar, clock=self._clock)

    @asynccontextmanager
    async def open_shard_work(self, shard: int) -> AsyncIterator[Work]:
        """Begin the transaction of a batch, as the owner of the shard.

        Raises: Fenced, Unavailable.
        """
        epoch = self._epochs.get(shard)
        if epoch is None:
            raise Fenced(f"shard {shard} is not taken")
        async with self._database.write() as session:
            await offsets.hold_epoch(session, CONSUMER, shard, epoch)
            yield Work(session, calendar=self._calendar, clock=self._clock)

    async def take(self, shard: int) -> dict[tuple[str, int], int]:
        """Fence whoever owned the shard before and give the offsets to read on from."""
        async with self._database.write() as session:
            epoch = await offsets.take_epoch(session, CONSUMER, shard)
            found = await offsets.load_offsets(session, CONSUMER, shard)
        self._epochs[shard] = epoch
        return found

    def drop(self, shard: int) -> None:
        """Stop owning a shard."""
        self._epochs.pop(shard, None)
