"""Migrations run from anywhere, twice, two at once, and wait for a database that is away."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import asyncpg
import pytest

from chassis import migrations, shipped
from chassis.errors import Unavailable
from qinglian.local import Infrastructure


@pytest.mark.real
def test_migrating_twice_and_two_at_once_is_harmless(infrastructure: Infrastructure) -> None:
    url, scripts = infrastructure.database_url("credit"), shipped.path("credit", "migrations")
    with ThreadPoolExecutor(2) as threads:
        for upgraded in [threads.submit(migrations.upgrade, url, scripts) for _ in range(3)]:
            upgraded.result()

    async def versions() -> list[str]:
        connection = await asyncpg.connect(infrastructure.database_url("credit", driver="postgresql"))
        rows = await connection.fetch("SELECT version_num FROM alembic_version")
        await connection.close()
        return [row["version_num"] for row in rows]

    assert len(asyncio.run(versions())) == 1


def test_a_database_that_stays_away_is_told_after_a_while() -> None:
    scripts = shipped.path("credit", "migrations")
    with pytest.raises(Unavailable, match="PostgreSQL"):
        migrations.upgrade("postgresql+asyncpg://x:y@127.0.0.1:1/x", scripts, wait_s=0)
