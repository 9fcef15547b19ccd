"""Tables listings, listing_acts, facts and organizations; a listing is folded from its acts whenever it is read."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from asyncpg import Record as Row

from chassis.database import Database, ReadSession, WriteSession
from contracts.working_days import WorkingDays
from credit.domain.acts import Act
from credit.domain.facts import Fact
from credit.domain.listing import Listing, after, opened
from credit.usecases.ports import ListingFilter, Shown

_act = msgspec.json.Decoder(Act).decode
_FACT_COLUMNS = ("source", "id", "type", "organization", "time_us", "corrects", "topic", "data")
_PAGE = (
    "SELECT l.id, l.organization, l.cause, l.seq, o.name, o.division FROM listings l"
    " LEFT JOIN organizations o ON o.code = l.organization"
    " WHERE ($1::text IS NULL OR l.organization = $1) AND ($2::text IS NULL OR l.state = $2)"
    " AND ($3::text[] IS NULL OR EXISTS (SELECT FROM unnest($3::text[]) AS own WHERE starts_with(o.division, own)))"
    " AND ($4::bigint IS NULL OR l.seq < $4) ORDER BY l.seq DESC LIMIT $5"
)


class StoredListings:
    """Reads listings."""

    def __init__(self, database: Database, calendar: WorkingDays) -> None:
        self._database, self._calendar = database, calendar

    async def find(self, listing_id: str) -> Shown | None:
        """Find one."""
        async with self._database.read() as session:
            rows = await session.fetch(
                "SELECT l.id, l.organization, l.cause, l.seq, o.name, o.division FROM listings l"
                " LEFT JOIN organizations o ON o.code = l.organization WHERE l.id = $1",
                listing_id,
            )
            return next(iter(await self._shown(session, rows)), None)

    async def page(self, wanted: ListingFilter, *, limit: int) -> list[Shown]:
        """Give listings, newest first."""
        divisions = list(wanted.divisions) or None
        async with self._database.read() as session:
            rows = await session.fetch(_PAGE, wanted.organization, wanted.state, divisions, wanted.after, limit)
            return await self._shown(session, rows)

    async def _shown(self, session: ReadSession, rows: Sequence[Row]) -> list[Shown]:
        folded = await fold(session, rows, self._calendar)
        return [Shown(folded[row["id"]], row["seq"], row["name"], row["division"]) for row in rows]


async def load_listings(session: WriteSession, calendar: WorkingDays, organization: str) -> dict[str, Listing]:
    """Load listings, and keep others from changing them until the transaction ends; the order rules out deadlocks."""
    rows = await session.fetch(
        "SELECT id, organization, cause FROM listings WHERE organization = $1 ORDER BY id FOR UPDATE", organization
    )
    return await fold(session, rows, calendar)


async def fold(session: ReadSession, rows: Sequence[Row], calendar: WorkingDays) -> dict[str, Listing]:
    """Make listings of their acts."""
    found = await session.fetch(
        "SELECT listing_id, body FROM listing_acts WHERE listing_id = ANY($1::text[]) ORDER BY listing_id, number",
        [row["id"] for row in rows],
    )
    acts: dict[str, list[Act]] = defaultdict(list)
    for each in found:
        acts[each["listing_id"]].append(_act(each["body"]))
    return {row["id"]: _folded(row, acts[row["id"]], calendar) for row in rows}


async def save_listing(session: WriteSession, listing: Listing, *, acts_known: int) -> None:
    """Keep a listing as it is now, and its new acts."""
    await session.run(
        "INSERT INTO listings (id, organization, list, cause, state) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (id) DO UPDATE SET state = EXCLUDED.state",
        listing.id,
        listing.organization,
        listing.list,
        listing.cause,
        listing.state,
    )
    fresh = list(enumerate(listing.acts))[acts_known:]
    await session.run(
        "INSERT INTO listing_acts (listing_id, number, body) SELECT $1, * FROM unnest($2::integer[], $3::bytea[])",
        listing.id,
        [number for number, _ in fresh],
        [msgspec.json.encode(act) for _, act in fresh],
    )


async def save_facts(session: WriteSession, facts: Iterable[Fact]) -> None:
    """Keep facts whose identities were claimed in this transaction."""
    await session.copy("facts", _FACT_COLUMNS, [_fact_row(fact) for fact in facts])


async def load_facts(session: WriteSession, organization: str) -> list[Fact]:
    """Give all facts of an organization."""
    rows = await session.fetch("SELECT * FROM facts WHERE organization = $1", organization)
    return [
        Fact(
            source=row["source"],
            id=row["id"],
            type=row["type"],
            subject=row["organization"],
            time_us=row["time_us"],
            corrects=row["corrects"],
            topic=row["topic"],
            data=msgspec.json.decode(row["data"]),
            content_hash=b"",
        )
        for row in rows
    ]


async def save_names(session: WriteSession, snapshots: Iterable[Fact]) -> None:
    """Know organizations by their latest snapshot, whatever order they come in."""
    latest: dict[str, Fact] = {}
    for fact in snapshots:
        code = str(fact.subject)
        if code not in latest or (fact.time_us, fact.id) > (latest[code].time_us, latest[code].id):
            latest[code] = fact
    await session.run(
        "INSERT INTO organizations AS known (code, name, division, time_us, id)"
        " SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[])"
        " ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name, division = EXCLUDED.division,"
        " time_us = EXCLUDED.time_us, id = EXCLUDED.id"
        " WHERE (known.time_us, known.id) < (EXCLUDED.time_us, EXCLUDED.id)",
        list(latest),
        [fact.data["name"] for fact in latest.values()],
        [fact.data["division"] for fact in latest.values()],
        [fact.time_us for fact in latest.values()],
        [fact.id for fact in latest.values()],
    )


def _folded(row: Row, acts: list[Act], calendar: WorkingDays) -> Listing:
    first, *others = acts
    listing = opened(row["id"], row["organization"], cause=row["cause"], act=first)
    for act in others:
        listing = after(listing, act, calendar)
    return listing


def _fact_row(fact: Fact) -> tuple[Any, ...]:
    data = msgspec.json.encode(fact.data)
    return (fact.source, fact.id, fact.type, fact.subject, fact.time_us, fact.corrects, fact.topic, data)
