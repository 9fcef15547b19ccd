"""The registry's own transactions: facts, identities and events to say, in one commit."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from chassis import inbox, outbox
from chassis.bus import Outgoing
from chassis.database import Database, WriteSession
from chassis.errors import Refused
from contracts import CLOUDEVENTS_HEADERS, Event, encode_event
from registry.domain.facts import Fact
from registry.domain.imports import Import
from registry.outbound.fact_rows import append_facts, load_fact, load_facts_of
from registry.outbound.import_rows import forget_previews, load_import_locked, save_import
from registry.outbound.shards import CONSUMER
from registry.outbound.tallies import count_in
from registry.usecases.ports import Applied

_REGISTER_LOCK = 0x51_4C_52  # shared by single writes, exclusive for an import
_CODE_LOCK = 0x51_4C_43  # first half of a lock whose other half is an organization


class OwnWork:
    """Opens transactions of the registry's own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def open_work(self, codes: Sequence[str]) -> AsyncIterator["PostgresOwnWork"]:
        """Begin, alone with some organizations; none named: alone with the whole register.

        Raises: Unavailable.
        """
        async with self._database.write() as session:
            if codes:
                await session.run("SELECT pg_advisory_xact_lock_shared($1)", _REGISTER_LOCK)
                for code in sorted(codes):  # in one order everywhere, so that no two wait for each other
                    await session.run("SELECT pg_advisory_xact_lock($1, hashtext($2))", _CODE_LOCK, code)
            else:
                await session.run("SELECT pg_advisory_xact_lock($1)", _REGISTER_LOCK)
            yield PostgresOwnWork(session)


class PostgresOwnWork:
    """One transaction of the registry's own."""

    def __init__(self, session: WriteSession) -> None:
        self._session = session

    async def load_facts(self, codes: Sequence[str]) -> dict[str, list[Fact]]:
        """Give all facts of some organizations, believed or not; an empty list for those never heard of."""
        return await load_facts_of(self._session, codes)

    async def find(self, event: Event) -> Fact | None:
        """Give the fact that is kept under an event's identity."""
        return await load_fact(self._session, event.source, event.id)

    async def load_import(self, id_: str) -> Import | None:
        """Give an import as it was previewed, and let nobody else commit it until this is over."""
        return await load_import_locked(self._session, id_)

    async def save_import(self, found: Import) -> None:
        """Keep an import, in place of what was kept under its identity."""
        await save_import(self._session, found)

    async def forget_previews(self, *, before_us: int) -> None:
        """Let go of what was previewed before then and never committed."""
        await forget_previews(self._session, before_us=before_us)

    async def say(self, said: Sequence[tuple[Event, Fact]]) -> None:
        """Keep facts and say their events, once this is committed.

        Raises: Refused `identity_conflict` when one of the identities is taken.
        """
        claim = await inbox.claim(
            self._session, CONSUMER, [(event.source, event.id, event.content_hash) for event, _ in said]
        )
        if len(claim.fresh) != len(said):
            raise Refused("identity_conflict", "something was written under this identity already")
        facts = [fact for _, fact in said]
        organizations_new = await append_facts(self._session, facts)
        by_shard = Counter(fact.place.partition for fact in facts)
        for shard in sorted(by_shard):  # new organizations are counted once, with the first shard
            await count_in(self._session, shard, Applied(by_shard[shard], 0, 0, 0), organizations_new=organizations_new)
            organizations_new = 0
        await outbox.add(self._session, [_message(event, fact) for event, fact in said])


def _message(event: Event, fact: Fact) -> Outgoing:
    key = (event.subject or event.source).encode()
    return Outgoing(fact.place.topic, encode_event(event), key=key, headers=CLOUDEVENTS_HEADERS)
