"""Brings a service's database to its newest shape. No alembic.ini: the service says where its migrations are."""

import asyncio
import time
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.database import CONNECT_TIMEOUT_S
from chassis.database_errors import translated
from chassis.errors import Unavailable

WAIT_S = 60.0  # for a database that is only just starting
RETRY_S = 0.5
_LOCK = 0x51_4C_4D  # one migration at a time per database


def upgrade(database_url: str, script_location: Path, *, revision: str = "head", wait_s: float = WAIT_S) -> None:
    """Upgrade a database, waiting for it when it is away; doing it twice, or two at once, is harmless.

    Raises: Unavailable when the database stays away.
    """
    deadline = time.monotonic() + wait_s
    while True:
        try:
            asyncio.run(_upgrade(database_url, script_location, revision))
        except Exception as error:
            answer = translated(error)
            if not isinstance(answer, Unavailable) or time.monotonic() > deadline:
                raise answer from error
            time.sleep(RETRY_S)
        else:
            return


def run_env() -> None:
    """Do alembic's part; the only call in a service's `migrations/env.py`."""
    connection = context.config.attributes.get("connection")
    if not isinstance(connection, Connection):
        msg = "run migrations through chassis.migrations.upgrade: it brings the connection"
        raise TypeError(msg)
    context.configure(connection=connection, transaction_per_migration=False)
    with context.begin_transaction():
        context.run_migrations()


async def _upgrade(database_url: str, script_location: Path, revision: str) -> None:
    engine = create_async_engine(database_url, connect_args={"timeout": CONNECT_TIMEOUT_S})
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            await connection.run_sync(_run_alembic, script_location, revision)
    finally:
        await engine.dispose()


def _run_alembic(connection: Connection, script_location: Path, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(script_location).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
