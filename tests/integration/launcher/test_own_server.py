"""PostgreSQL of our own: only our own, whatever lies about."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from qinglian.home import Home
from qinglian.ports import free_port
from qinglian.postgresql import PostgreSQL
from qinglian.state import State, new_cluster_id
from qinglian.supervisor import Supervisor
from tests.real import guarded_home

pytestmark = pytest.mark.real


class AServer:
    """A home with nothing but PostgreSQL."""

    def __init__(self, home: Path) -> None:
        self.home = Home(home)
        self.home.prepare()
        self.state = State(kafka_cluster_id=new_cluster_id(), ports={"postgresql": free_port(set())})
        self.state.complete(departments=[])
        self.part = PostgreSQL(self.home, self.state)
        self.supervisor = Supervisor(self.home, stopping=Event())

    def start(self) -> None:
        self.supervisor.start([self.part])
        self.supervisor.wait_ready(["postgresql"])


@pytest.fixture
def server() -> Iterator[AServer]:
    with guarded_home() as home:
        server = AServer(home)
        try:
            yield server
        finally:
            server.supervisor.stop()


def test_a_stale_lock_that_names_a_strangers_process_is_cleared_and_the_stranger_lives(server: AServer) -> None:
    server.start()
    server.supervisor.stop()
    stranger = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    try:
        lock = server.home.postgresql / "data" / "postmaster.pid"
        lock.write_text(f"{stranger.pid}\n{lock.parent}\n1\n")
        server.start()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_creation_that_was_cut_short_is_begun_anew(server: AServer) -> None:
    (server.home.postgresql / "data").mkdir(parents=True)
    (server.home.postgresql / "data" / "PG_VERSION").write_text("18")
    server.start()


def test_another_server_with_the_same_password_is_not_taken_for_ours(server: AServer) -> None:
    server.start()
    with guarded_home() as elsewhere:
        ours_elsewhere = PostgreSQL(Home(elsewhere), server.state)
        Home(elsewhere).prepare()
        ours_elsewhere.command()  # creates a cluster of its own, with the same password and the same port
        assert server.part.is_ready()
        assert not ours_elsewhere.is_ready()


def test_the_server_does_not_trust_local_users(server: AServer) -> None:
    server.start()
    access = (server.home.postgresql / "data" / "pg_hba.conf").read_text()
    rules = [line.split()[-1] for line in access.splitlines() if line.strip() and not line.startswith("#")]
    assert set(rules) == {"scram-sha-256"}
