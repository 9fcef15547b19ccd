"""Each service's own database and role, on our PostgreSQL or on another's."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import asyncpg

CONNECT_TIMEOUT_S = 10


def create_databases(url: str, passwords: Mapping[str, str]) -> None:
    """Create role and database of each name with its password; what is there is brought up to date."""
    with ThreadPoolExecutor(1) as thread:  # the caller's own thread may be running an event loop
        thread.submit(asyncio.run, _create(url, passwords)).result()


async def _create(url: str, passwords: Mapping[str, str]) -> None:
    connection = await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_S)
    try:
        for name, password in passwords.items():
            await _create_one(connection, name, password)
    finally:
        await connection.close()


async def _create_one(connection: asyncpg.Connection, name: str, password: str) -> None:
    # Identifiers and passwords cannot be parameters of DDL: the server itself quotes them.
    quoted_name = await connection.fetchval("SELECT quote_ident($1)", name)
    quoted_password = await connection.fetchval("SELECT quote_literal($1)", password)
    verb = "ALTER" if await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", name) else "CREATE"
    await connection.execute(f"{verb} ROLE {quoted_name} LOGIN PASSWORD {quoted_password}")
    if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
        await connection.execute(f"CREATE DATABASE {quoted_name} OWNER {quoted_name}")
    # A service sees its own tables only: nobody else may even connect.
    await connection.execute(f"REVOKE ALL ON DATABASE {quoted_name} FROM PUBLIC")
