"""Fixtures on real Kafka and PostgreSQL, started by the project's own launcher."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from chassis.database import Database
from qinglian.home import Home
from qinglian.local import Infrastructure
from qinglian.ports import free_port
from qinglian.process import wait_until
from qinglian.status import load_status

UP_TIMEOUT_S = 300  # cold, with all downloads
READY_TIMEOUT_S = 60.0

# Waits until its end of the pipe falls silent, which a SIGKILL of the test run cannot prevent; then clears away.
GUARD = """
import pathlib, shutil, sys
from qinglian.down import bring_down
from qinglian.home import Home
sys.stdin.buffer.read()
home = Home(pathlib.Path(sys.argv[1]))
bring_down(home)
shutil.rmtree(home.path, ignore_errors=True)
"""


class RunningCounty:
    """Everything, started as a person would start it; what tests may see and do of it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.credentials: dict[str, Any] = json.loads((home / "credentials.json").read_bytes())
        self.gateway: str = self.credentials["gateway"]

    def part(self, name: str) -> dict[str, Any]:
        """What the launcher says of one part now: name, pid, ready, restarts."""
        (found,) = (part for part in load_status(Home(self.home))["parts"] if part["name"] == name)
        return dict(found)

    def pid(self, part: str) -> int:
        """The process of a part: `kafka`, `postgresql` or a service."""
        pid = self.part(part)["pid"]
        assert pid is not None, f"{part} is not running"
        return int(pid)

    def kill(self, part: str, signal_number: int = signal.SIGKILL) -> None:
        """Send a part a signal; after SIGKILL this returns when the launcher has seen it die."""
        pid = self.pid(part)
        os.kill(pid, signal_number)
        if signal_number == signal.SIGKILL:
            assert wait_until(lambda: self.part(part)["pid"] != pid, timeout_s=READY_TIMEOUT_S)

    def wait_ready(self, part: str, timeout_s: float = READY_TIMEOUT_S) -> None:
        """Wait until a part answers."""
        assert wait_until(lambda: bool(self.part(part)["ready"]), timeout_s=timeout_s), f"{part} did not come back"

    def restart(self, part: str) -> None:
        """Stop a part in good order and wait until the launcher has brought it back."""
        pid = self.pid(part)
        os.kill(pid, signal.SIGINT if part == "postgresql" else signal.SIGTERM)
        assert wait_until(lambda: self.part(part)["pid"] not in {pid, None}, timeout_s=READY_TIMEOUT_S)
        self.wait_ready(part)

    def token(self, client: str) -> str:
        """An access token of a department, `staff` or `app`."""
        form = {"grant_type": "client_credentials", **self.credentials["clients"][client]}
        answer = httpx.post(f"{self.gateway}/v1/oauth/token", data=form, timeout=30, trust_env=False)
        return str(answer.raise_for_status().json()["access_token"])


@contextlib.contextmanager
def running_infrastructure() -> Iterator[Infrastructure]:
    """Run Kafka and PostgreSQL in a home of their own as long as this block."""
    with guarded_home() as home:
        running = Infrastructure(home)
        try:
            running.start()
            yield running
        finally:
            running.stop()


@contextlib.asynccontextmanager
async def opened(database: Database) -> AsyncIterator[Database]:
    """Keep a pool of connections open as long as this block."""
    await database.open()
    yield database
    await database.close()


@pytest.fixture(scope="session")
def infrastructure() -> Iterator[Infrastructure]:
    """Kafka and PostgreSQL with users, topics, rights and databases; one for the whole run, tests keep apart by keys.

    What a test may use: `.kafka_bootstrap`, `.kafka_password(user)`, `.database_url(service)`, `.kill(part)`,
    `.wait_ready(part)`.
    """
    with running_infrastructure() as running:
        yield running


@pytest.fixture(scope="session")
def county() -> Iterator[RunningCounty]:
    """Everything running through `qinglian up --detach --empty`; one for the whole run, tests keep apart by codes."""
    with guarded_home() as home:
        qinglian("up", "--home", str(home), "--port", str(free_port(set())), "--empty", "--detach")
        try:
            yield RunningCounty(home)
        finally:
            qinglian("down", "--home", str(home))


@contextlib.contextmanager
def guarded_home() -> Iterator[Path]:
    """Make a home that vanishes with everything running in it, even when the test run itself is killed."""
    home = temporary_home()
    guard = subprocess.Popen([sys.executable, "-c", GUARD, str(home)], stdin=subprocess.PIPE, start_new_session=True)
    try:
        yield home
    finally:
        assert guard.stdin is not None
        guard.stdin.close()
        guard.wait(UP_TIMEOUT_S)


def qinglian(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would."""
    result = subprocess.run(
        [sys.executable, "-m", "qinglian.cli", *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=UP_TIMEOUT_S,
        check=False,
    )
    assert not check or result.returncode == 0, f"qinglian {' '.join(arguments)}:\n{result.stdout}{result.stderr}"
    return result


def temporary_home() -> Path:
    """Make an empty home outside pytest's own folders: those are closed to the user that PostgreSQL runs as."""
    return Path(tempfile.mkdtemp(prefix="qinglian-"))
