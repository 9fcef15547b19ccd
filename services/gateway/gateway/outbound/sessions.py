"""Tables sessions and sign_in_attempts."""

from math import ceil

from chassis.database import Database
from gateway.domain.accounts import Act
from gateway.domain.sessions import ABSOLUTE_S, IDLE_S, SESSIONS_PER_ACCOUNT_MAX, Session
from gateway.outbound.accounts import COLUMNS, account_of, keep_act

WINDOW_S = 15 * 60
FAILURES_MAX = 5  # of one account at one address: a person asks for another password by then
ACCOUNT_FAILURES_MAX = 30  # of one account everywhere: somebody uses many addresses
SWEPT_MAX = 1_000  # rows of the past that one attempt clears away; an attempt adds one
ADDRESS_FAILURES_MAX = 100  # of all accounts at one address: somebody is trying names


class StoredSessions:
    """Keeps sessions by the hash of their id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, key: bytes, name: str, act: Act) -> None:
        """Keep a new one; the oldest ones of an account that has too many end."""
        async with self._database.write() as session:
            await session.run("UPDATE accounts SET signed_in_us = $2 WHERE name = $1", name, act.at_us)  # also the turn
            await session.run(
                "INSERT INTO sessions (key, name, begun_us, seen_us) VALUES ($1, $2, $3, $3)", key, name, act.at_us
            )
            await session.run(
                "DELETE FROM sessions WHERE name = $1 AND (begun_us < $2 OR seen_us < $3 OR key IN"
                " (SELECT key FROM sessions WHERE name = $1 ORDER BY begun_us DESC, key OFFSET $4))",
                name,
                act.at_us - ABSOLUTE_S * 1_000_000,
                act.at_us - IDLE_S * 1_000_000,
                SESSIONS_PER_ACCOUNT_MAX,
            )
            await keep_act(session, act)

    async def load(self, key: bytes) -> Session | None:
        """Find one with its account as it is now."""
        async with self._database.read() as session:
            row = await session.fetch_one(
                f"SELECT {COLUMNS}, begun_us, seen_us FROM sessions JOIN accounts USING (name) WHERE key = $1",  # noqa: S608 - our own column names
                key,
            )
        return Session(account_of(row), row["begun_us"], row["seen_us"]) if row is not None else None

    async def touch(self, key: bytes, now_us: int) -> None:
        """Note that it was used."""
        async with self._database.write() as session:
            await session.run("UPDATE sessions SET seen_us = greatest(seen_us, $2) WHERE key = $1", key, now_us)

    async def end(self, key: bytes, act: Act) -> None:
        """Delete one."""
        async with self._database.write() as session:
            await session.run("DELETE FROM sessions WHERE key = $1", key)
            await keep_act(session, act)


class StoredSignIns:
    """Counts attempts in the database, so that a restart forgives nothing and two gateways count together."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, name: str, *, address: str, now_us: int) -> int:
        """Count an attempt before it is looked at; say how long to wait, 0: it may be looked at."""
        since_us = now_us - WINDOW_S * 1_000_000
        async with self._database.write() as session:
            for turn in sorted({f"name {name}", f"address {address}"}):
                await session.fetch("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", turn)
            await session.run(  # the table holds a quarter of an hour, so a look at all of it is cheap
                "DELETE FROM sign_in_attempts WHERE ctid = ANY (ARRAY(SELECT ctid FROM sign_in_attempts"
                " WHERE at_us < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))",
                since_us,
                SWEPT_MAX,
            )
            row = await session.fetch_one(
                "SELECT count(*) FILTER (WHERE name = $1 AND address = $2) AS both,"
                " count(*) FILTER (WHERE name = $1) AS of_name, count(*) FILTER (WHERE address = $2) AS of_address,"
                " min(at_us) AS first_us FROM sign_in_attempts WHERE (name = $1 OR address = $2) AND at_us >= $3",
                name,
                address,
                since_us,
            )
            is_full = row is not None and (
                row["both"] >= FAILURES_MAX
                or row["of_name"] >= ACCOUNT_FAILURES_MAX
                or row["of_address"] >= ADDRESS_FAILURES_MAX
            )
            if row is not None and is_full:
                return max(1, ceil((int(row["first_us"]) - since_us) / 1_000_000))
            await session.run(
                "INSERT INTO sign_in_attempts (name, address, at_us) VALUES ($1, $2, $3)", name, address, now_us
            )
        return 0

    async def forgive(self, name: str, *, address: str) -> None:
        """Forget the attempts of somebody who knew the password in the end."""
        async with self._database.write() as session:
            await session.run("DELETE FROM sign_in_attempts WHERE name = $1 AND address = $2", name, address)
