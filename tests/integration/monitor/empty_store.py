"""An empty schema of its own on the real PostgreSQL, made by the monitor's own migrations."""

import importlib.util
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from chassis import shipped, tables
from chassis.database import Database
from qinglian.local import Infrastructure

Pool = Callable[[], Database]


@asynccontextmanager
async def empty_store(infrastructure: Infrastructure) -> AsyncIterator[Pool]:
    """Give what makes a pool of connections to a schema that lives as long as this block."""
    schema = f"monitor_{uuid.uuid4().hex}"
    make = partial(Database, infrastructure.database_url("funds_monitor"), pool_max=6, schema=schema)
    async with make().dedicated() as connection:
        await connection.execute(f"CREATE SCHEMA {schema}")
        for statement in migration_statements():
            await connection.execute(statement)
    yield make
    async with make().dedicated() as connection:
        await connection.execute(f"DROP SCHEMA {schema} CASCADE")


def migration_statements() -> list[str]:
    """Give the statements of the migrations, to be run in a schema of a test's own."""
    first, counts = migration("0001_first"), migration("0002_counts")
    versions = migration("0003_versions_of_rules")
    ours = [*first.FACTS, *first.JUDGEMENTS, *first.SHARDS, *counts.OWN_TABLES, *versions.OWN_TABLES]
    return [*tables.OFFSETS, *tables.OUTBOX, *ours]


def migration(name: str) -> Any:
    """Load a migration by its file."""
    path = shipped.path("funds_monitor", "migrations") / "versions" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"monitor_migration_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
