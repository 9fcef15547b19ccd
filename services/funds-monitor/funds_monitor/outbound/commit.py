"""The transaction of one shard: everything that a batch changed is written here, or nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date

import asyncpg

from chassis import offsets, outbox
from chassis.clock import Clock
from chassis.database import Database, WriteSession
from chassis.errors import Unavailable
from contracts.counting import Tally
from funds_monitor.domain.outcome import CompletenessChange, Part, StoredOrganization
from funds_monitor.outbound import alert_rows, bookkeeping, fact_rows, judgement_rows, link_rows, tally_rows
from funds_monitor.usecases.ports import Commit, Identity, Parked, Place, Received, Unsaveable

CONSUMER = "funds-monitor"


class CommitWork:
    """One transaction of one shard, holding the shard's epoch."""

    def __init__(self, session: WriteSession, shard: int, *, clock: Clock) -> None:
        self._session, self._raw, self._shard = session, session.raw, shard
        self._clock = clock

    async def load_known(self, received: Sequence[Received]) -> dict[Identity, bytes]:
        """Give the content hashes of those that are stored."""
        return await fact_rows.load_known(self._raw, received)

    async def load_organizations(self, codes: Collection[str]) -> list[StoredOrganization]:
        """Load all that is stored of some organizations."""
        facts = await fact_rows.load_facts(self._raw, codes)
        known = [code for code in codes if facts[code]]
        hits = await judgement_rows.load_hits(self._raw, known) if known else {}
        alerts = await alert_rows.load_alerts(self._raw, known) if known else {}
        links = await link_rows.load_links(self._raw, known) if known else {}
        return [
            StoredOrganization(code, facts[code], hits.get(code, []), alerts.get(code, []), links.get(code, []))
            for code in codes
        ]

    async def load_completeness(self) -> list[CompletenessChange]:
        """Load how far each source has told everything, as this shard knows it."""
        return await bookkeeping.load_completeness(self._raw, self._shard)

    async def load_tallies(self) -> dict[Part, Tally]:
        """Load what was counted of each source in this shard since its last declaration."""
        return await tally_rows.load_tallies(self._raw, self._shard)

    async def load_taken(self, places: Collection[Place]) -> dict[Place, bool]:
        """Say of declarations of other shards whether their owners took them; one not read there yet is left out."""
        return await tally_rows.load_taken(self._raw, CONSUMER, places)

    async def load_dependents(self, keys: Collection[str]) -> dict[str, frozenset[str]]:
        """Give the shard's organizations whose verdicts depend on some of the keys, with those keys."""
        return await judgement_rows.load_dependents(self._raw, self._shard, keys)

    async def load_codes(self) -> list[str]:
        """Name the organizations of the shard, in order."""
        return await judgement_rows.load_codes(self._raw, self._shard)

    async def load_unsettled(self, *, after: str, until_on: Mapping[str, date], limit: int) -> list[str]:
        """Name organizations that wait for a topic which is complete now, or may settle."""
        return await judgement_rows.load_unsettled(self._raw, self._shard, after=after, until_on=until_on, limit=limit)

    async def load_parked(self, *, after: int, limit: int) -> list[tuple[int, Parked]]:
        """Load what is parked."""
        return await bookkeeping.load_parked(self._raw, self._shard, after=after, limit=limit)

    async def release(self, number: int) -> None:
        """Take something out of the parking place."""
        await bookkeeping.release_parked(self._raw, number)

    async def save_settling(self, cursor: str | None) -> None:
        """Remember how far the pass over waiting organizations has come."""
        await bookkeeping.save_settling(self._raw, self._shard, cursor)

    async def save(self, commit: Commit) -> None:
        """Write what a batch changed.

        Raises: Unsaveable, Unavailable.
        """
        try:
            await self._save(commit)
        except (asyncpg.DataError, UnicodeError) as error:
            raise Unsaveable(f"{type(error).__name__}: {error}") from error
        except asyncpg.UniqueViolationError as error:
            # The same identity was committed by another shard meanwhile: tried again, it is known.
            raise Unavailable(f"another shard has just stored the same: {error}", retry_after_s=0.1) from error

    async def _save(self, commit: Commit) -> None:
        raw, shard, now_us = self._raw, self._shard, self._clock.now_us()
        outcome = commit.outcome
        await fact_rows.save_facts(raw, shard, commit.received, parked=False, known_us=now_us)
        await bookkeeping.save_declarations(raw, commit.declarations, outcome.blocked, known_us=now_us)
        await tally_rows.save_tallies(raw, outcome.tallies)
        await judgement_rows.save_judgements(raw, shard, outcome, known_us=now_us)
        messages = await alert_rows.save_alerts(raw, shard, outcome.alerts, now_us=now_us)
        messages += await link_rows.save_links(raw, shard, outcome.links, now_us=now_us)
        await bookkeeping.save_completeness(raw, shard, outcome.completeness)
        await bookkeeping.save_marks(raw, outcome.marks, known_us=now_us)
        await bookkeeping.save_activity(raw, commit.activity)
        await bookkeeping.save_conflicts(raw, commit.conflicts, known_us=now_us)
        await self._save_parked(commit.parked, now_us)
        await bookkeeping.save_reference_offsets(raw, shard, commit.reference_offsets)
        if messages:
            await outbox.add(self._session, messages)
        await offsets.save_offsets(self._session, CONSUMER, commit.offsets)

    async def _save_parked(self, parked: Sequence[Parked], now_us: int) -> None:
        await bookkeeping.save_parked(self._raw, self._shard, parked, known_us=now_us)
        read = [Received(fact=each.fact, record=each.record) for each in parked if each.fact and each.record]
        known = await fact_rows.load_known(self._raw, read) if read else {}
        fresh = [each for each in read if each.fact.position[1:] not in known]
        await fact_rows.save_facts(self._raw, self._shard, fresh, parked=True, known_us=now_us)


class OpenCommit:
    """Opens transactions of shards."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database, self._clock = database, clock

    @asynccontextmanager
    async def __call__(self, shard: int, epoch: int) -> AsyncIterator[CommitWork]:
        """Open a transaction that holds the shard's epoch until it ends.

        Raises: Fenced, Unavailable.
        """
        async with self._database.write() as session:
            await offsets.hold_epoch(session, CONSUMER, shard, epoch)
            yield CommitWork(session, shard, clock=self._clock)
