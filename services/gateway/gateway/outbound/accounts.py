"""Tables accounts and account_acts."""

from typing import Any

from asyncpg import Record as Row
from msgspec import convert

from chassis.database import Database, WriteSession
from gateway.domain.accounts import Account, Act

COLUMNS = "name, password_hash, roles, divisions, is_disabled, created_us, signed_in_us"


class StoredAccounts:
    """Finds, makes and changes accounts; an act is kept in the transaction of what it tells."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, name: str) -> Account | None:
        """Find one."""
        async with self._database.read() as session:
            row = await session.fetch_one(f"SELECT {COLUMNS} FROM accounts WHERE name = $1", name)  # noqa: S608 - our own column names
        return account_of(row) if row is not None else None

    async def load_page(self, after: str, *, limit: int) -> list[Account]:
        """Give accounts after a name, in order."""
        async with self._database.read() as session:
            rows = await session.fetch(
                f'SELECT {COLUMNS} FROM accounts WHERE name COLLATE "C" > $1 ORDER BY name COLLATE "C" LIMIT $2',  # noqa: S608 - our own column names
                after,
                limit,
            )
        return [account_of(row) for row in rows]

    async def create(self, account: Account, act: Act) -> bool:
        """Keep a new one; no when the name is taken, by an account or a client."""
        async with self._database.write() as session:
            is_new = await session.run(
                "INSERT INTO accounts (name, password_hash, roles, divisions, created_us) SELECT $1, $2, $3, $4, $5"
                " WHERE NOT EXISTS (SELECT FROM clients WHERE client_id = $1) ON CONFLICT (name) DO NOTHING",
                account.name,
                account.password_hash,
                list(account.roles),
                list(account.divisions),
                account.created_us,
            )
            if is_new:
                await keep_act(session, act)
        return bool(is_new)

    async def change(self, account: Account, act: Act) -> None:
        """Keep roles, divisions and whether it is disabled; sessions of a disabled one end."""
        async with self._database.write() as session:
            await session.run(
                "UPDATE accounts SET roles = $2, divisions = $3, is_disabled = $4 WHERE name = $1",
                account.name,
                list(account.roles),
                list(account.divisions),
                account.is_disabled,
            )
            if account.is_disabled:
                await session.run("DELETE FROM sessions WHERE name = $1", account.name)
            await keep_act(session, act)

    async def set_password(self, name: str, password_hash: str, act: Act, *, but_session: bytes = b"") -> None:
        """Keep another password; sessions end, all but one."""
        async with self._database.write() as session:
            await session.run(
                "UPDATE accounts SET password_hash = $2, enrolled_digest = NULL WHERE name = $1", name, password_hash
            )
            await session.run("DELETE FROM sessions WHERE name = $1 AND key <> $2", name, but_session)
            await keep_act(session, act)

    async def wants_enrolment(self, name: str, digest: bytes) -> bool:
        """Say whether a first start's password has still to be kept: a new account, or another first password."""
        async with self._database.read() as session:
            row = await session.fetch_one("SELECT enrolled_digest FROM accounts WHERE name = $1", name)
        return row is None or row["enrolled_digest"] not in (None, digest)

    async def enrol(self, account: Account, digest: bytes, act: Act) -> None:
        """Keep a first start's account, or its new first password."""
        async with self._database.write() as session:
            await session.run(
                "INSERT INTO accounts (name, password_hash, roles, divisions, created_us, enrolled_digest)"
                " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name) DO UPDATE"
                " SET password_hash = excluded.password_hash, enrolled_digest = excluded.enrolled_digest"
                " WHERE accounts.enrolled_digest IS NOT NULL",
                account.name,
                account.password_hash,
                list(account.roles),
                list(account.divisions),
                account.created_us,
                digest,
            )
            await keep_act(session, act)

    async def note(self, act: Act) -> None:
        """Keep what was done."""
        async with self._database.write() as session:
            await keep_act(session, act)

    async def load_acts(self, *, before: int | None, limit: int) -> list[tuple[int, Act]]:
        """Give acts, newest first, each with its number."""
        async with self._database.read() as session:
            rows = await session.fetch(
                "SELECT number, act, name, by_name, at_us, address, detail FROM account_acts"
                " WHERE ($1::bigint IS NULL OR number < $1) ORDER BY number DESC LIMIT $2",
                before,
                limit,
            )
        return [(row["number"], convert({**row}, Act)) for row in rows]


async def keep_act(session: WriteSession, act: Act) -> None:
    """Keep an act in the transaction of what it tells."""
    await session.run(
        "INSERT INTO account_acts (act, name, by_name, at_us, address, detail) VALUES ($1, $2, $3, $4, $5, $6)",
        act.act,
        act.name,
        act.by_name,
        act.at_us,
        act.address,
        act.detail,
    )


def account_of(row: Row) -> Account:
    """Read a row with an account's columns."""
    kept: dict[str, Any] = {**row}
    return convert({name: kept[name] for name in COLUMNS.split(", ")}, Account)
