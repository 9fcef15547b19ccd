"""PostgreSQL: sessions that read and sessions that write are different types.

Transactions are begun and ended on the asyncpg connection itself (SQLAlchemy's is in autocommit), so that SQLAlchemy
statements and the hot paths on `.raw` (COPY, unnest) are always in the same one.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Literal, cast
from weakref import WeakSet

import asyncpg
from sqlalchemy import Executable
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from chassis.database_errors import is_lost, translated

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
else:
    Connection = asyncpg.Connection

CONNECT_TIMEOUT_S = 3.0  # PostgreSQL on the same network answers within milliseconds or not at all
COMMAND_TIMEOUT_S = 30.0  # longer than any batch; a query above it is a mistake
POOL_WAIT_S = 5.0  # then we are full and say so
PING_TIMEOUT_S = 2.0


class ReadSession:
    """One consistent look at the database; it can change nothing."""

    def __init__(self, connection: AsyncConnection, raw: Connection) -> None:
        self.connection = connection
        self.raw = raw

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run an SQLAlchemy statement."""
        return await self.connection.execute(statement, parameters)

    async def fetch(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """Run SQL with $1-style arguments and return its rows."""
        return await self.raw.fetch(sql, *arguments)

    async def fetch_one(self, sql: str, *arguments: Any) -> asyncpg.Record | None:
        """Run SQL with $1-style arguments and return its first row, if any."""
        return await self.raw.fetchrow(sql, *arguments)

    async def fetch_value(self, sql: str, *arguments: Any) -> Any:
        """Run SQL with $1-style arguments and return the first column of its first row."""
        return await self.raw.fetchval(sql, *arguments)


class WriteSession(ReadSession):
    """One transaction; committed when its block is left without an error."""

    async def run(self, sql: str, *arguments: Any) -> int:
        """Run SQL that changes something and return how many rows it touched."""
        tag = await self.raw.execute(sql, *arguments)
        return int(count) if (count := tag.rpartition(" ")[2]).isdigit() else 0

    async def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Append rows with COPY, the fastest way in."""
        await self.raw.copy_records_to_table(table, columns=list(columns), records=rows)


class Database:
    """A bounded pool of connections to one database; it connects when it is first needed.

    Raises: Unavailable from every session while PostgreSQL is away, restarting or full; the outcome of a commit that
        fails like that is unknown, and doing the same again must be harmless.
    """

    def __init__(
        self, url: str, *, pool_max: int = 8, application_name: str = "qinglian", schema: str = "public"
    ) -> None:
        server = {"application_name": application_name, "timezone": "UTC", "jit": "off", "search_path": schema}
        self._connect: dict[str, Any] = {
            "timeout": CONNECT_TIMEOUT_S,
            "command_timeout": COMMAND_TIMEOUT_S,
            "server_settings": server,
        }
        self._url = url
        self._pool_max = pool_max
        self._engine: AsyncEngine | None = None
        self._opened: WeakSet[Connection] = WeakSet()

    async def open(self) -> None:
        """Prepare the pool; connects to nothing yet, so that a service starts while PostgreSQL is away."""
        self._ensure_engine()

    async def close(self) -> None:
        """Close all connections, those in use too."""
        engine, self._engine = self._engine, None
        try:
            if engine is not None:
                await engine.dispose()
        finally:  # it leaves out what is in use, and whatever is left when it is cancelled
            for raw in self._opened:
                raw.terminate()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        """Open a read-only transaction that sees one state of the database."""
        async with self._transaction(isolation="repeatable_read", readonly=True) as (connection, raw):
            yield ReadSession(connection, raw)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        """Open a transaction; an exception in its block rolls it back."""
        async with self._transaction(isolation="read_committed", readonly=False) as (connection, raw):
            yield WriteSession(connection, raw)

    async def ping(self) -> bool:
        """Say whether PostgreSQL answers now."""
        try:
            async with self.dedicated(timeout_s=PING_TIMEOUT_S) as connection:
                await connection.execute("SELECT 1", timeout=PING_TIMEOUT_S)
        except Exception:  # noqa: BLE001 - whatever the reason, it does not answer
            return False
        return True

    @asynccontextmanager
    async def dedicated(self, *, timeout_s: float = CONNECT_TIMEOUT_S) -> AsyncIterator[Connection]:
        """Open a connection of one's own, outside of the pool: for LISTEN, and for locks that live as long as it."""
        connection: Connection | None = None
        try:
            connection = await asyncpg.connect(dsn_of(self._url), **{**self._connect, "timeout": timeout_s})
            yield connection
        except Exception as error:
            answer = translated(error)
            if answer is error:
                raise
            raise answer from error
        finally:
            if connection is not None:
                connection.terminate()

    def _ensure_engine(self) -> AsyncEngine:
        if self._engine is None:
            self._engine = create_async_engine(
                self._url,
                isolation_level="AUTOCOMMIT",
                pool_size=self._pool_max,
                max_overflow=0,
                pool_timeout=POOL_WAIT_S,
                connect_args=self._connect,
            )
        return self._engine

    @asynccontextmanager
    async def _transaction(
        self, *, isolation: Literal["repeatable_read", "read_committed"], readonly: bool
    ) -> AsyncIterator[tuple[AsyncConnection, Connection]]:
        engine = self._ensure_engine()
        pool = engine.sync_engine.pool
        connection: AsyncConnection | None = None
        try:
            connection = await engine.connect()
            fairy = await connection.get_raw_connection()
            raw = cast("Connection", fairy.driver_connection)
            self._opened.add(raw)
            async with raw.transaction(isolation=isolation, readonly=readonly):
                yield connection, raw
        except Exception as error:
            answer = translated(error)
            if is_lost(error):
                await self._forget(engine, connection)
            if answer is error:
                raise
            raise answer from error
        finally:
            if connection is not None:
                with suppress(Exception):
                    if engine.sync_engine.pool is not pool:  # dropped meanwhile: nobody would close what goes back
                        await connection.invalidate()
                    await connection.close()

    async def _forget(self, engine: AsyncEngine, connection: AsyncConnection | None) -> None:
        """Drop the whole pool: when one connection was lost, its neighbours went with it."""
        with suppress(Exception):
            if connection is not None:
                await connection.invalidate()
            await engine.dispose()


def dsn_of(url: str) -> str:
    """Turn SQLAlchemy's URL into the one that asyncpg itself reads."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)
