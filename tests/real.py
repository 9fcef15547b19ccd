"""Fixtures on real Kafka and PostgreSQL, started by the project's own launcher."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from qinglian.local import Infrastructure


@pytest.fixture(scope="session")
def infrastructure() -> Iterator[Infrastructure]:
    """Kafka and PostgreSQL with users, topics, rights and databases; one for the whole run, tests keep apart by keys.

    What a test may use: `.kafka_bootstrap`, `.kafka_password(user)`, `.database_url(service)`, `.kill(part)`,
    `.wait_ready(part)`.
    """
    home = temporary_home()
    running = Infrastructure(home)
    try:
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(home, ignore_errors=True)


def temporary_home() -> Path:
    """Make an empty home outside pytest's own folders: those are closed to the user that PostgreSQL runs as."""
    return Path(tempfile.mkdtemp(prefix="qinglian-"))
