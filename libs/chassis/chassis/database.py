"""PostgreSQL: sessions that read and sessions that write are different types."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

Connection = asyncpg.Connection[asyncpg.Record]


class ReadSession:
    """One consistent look at the database; it can change nothing."""

    def __init__(self, connection: AsyncConnection, raw: Connection) -> None:
        self.connection = connection
        self.raw = raw


class WriteSession(ReadSession):
    """One transaction; committed when its block is left without an error."""


class Database:
    """A bounded pool of connections to one database; connects when it is first needed."""

    def __init__(self, url: str, *, pool_max: int = 8, application_name: str = "qinglian") -> None: ...

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        yield NotImplemented

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        yield NotImplemented

    async def ping(self) -> bool: ...

    @asynccontextmanager
    async def dedicated(self) -> AsyncIterator[Connection]:
        yield NotImplemented
