"""Whatever ended the launcher, the next start needs nobody; and stopping leaves nothing."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from qinglian import process
from qinglian.home import Home
from qinglian.ports import accepts, free_port
from qinglian.process import wait_until
from tests.real import UP_TIMEOUT_S, guarded_home, qinglian

pytestmark = pytest.mark.real
PARTS = ["credit", "funds-monitor", "gateway", "kafka", "postgresql", "registry"]


class ACounty:
    """One home and the port of its gateway, started again and again."""

    def __init__(self, home: Path) -> None:
        self.home = Home(home)
        self.port = free_port(set())

    def up(self) -> str:
        return qinglian("up", "--home", str(self.home.path), "--port", str(self.port), "--empty", "--detach").stdout

    def down(self) -> str:
        return qinglian("down", "--home", str(self.home.path)).stdout

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            qinglian("status", "--json", "--home", str(self.home.path), check=False).stdout
        )
        return found

    def ports(self) -> list[int]:
        return [self.port, *json.loads(self.home.state_file.read_bytes())["ports"].values()]

    def kill_launcher(self) -> list[psutil.Process]:
        pid = self.home.launcher_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: not self.home.is_locked(), timeout_s=10)
        return process.leftovers(self.home)


def a_stranger_on(port: int) -> socket.socket:
    stranger = socket.socket()
    stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    stranger.bind(("127.0.0.1", port))
    stranger.listen()
    return stranger


@pytest.fixture(scope="module")
def place() -> Iterator[ACounty]:
    with guarded_home() as home:
        place = ACounty(home)
        yield place
        place.down()
        shutil.rmtree(place.home.path, ignore_errors=True)


def test_up_returns_when_all_parts_are_ready_and_a_second_up_says_so(place: ACounty) -> None:
    assert f"http://127.0.0.1:{place.port}" in place.up()

    status = place.status()
    assert status["phase"] == "ready"
    assert sorted(part["name"] for part in status["parts"]) == PARTS
    assert all(part["ready"] and part["restarts"] == 0 for part in status["parts"])
    assert "already running" in place.up()
    assert place.status()["launcher"] == status["launcher"]


def test_secrets_of_a_running_county_are_readable_by_their_owner_only_and_in_no_log(place: ACounty) -> None:
    private = [place.home.credentials_file, place.home.state_file, *place.home.keys.iterdir()]
    assert {path.stat().st_mode & 0o777 for path in private} == {0o600}

    credentials = json.loads(place.home.credentials_file.read_bytes())
    state = json.loads(place.home.state_file.read_bytes())
    secrets = [
        *credentials["users"].values(),
        *credentials["kafka"]["users"].values(),
        *state["database_passwords"].values(),
        *(client["client_secret"] for client in credentials["clients"].values()),
    ]
    logs = "".join(path.read_text(errors="replace") for path in place.home.logs.iterdir())
    assert not [secret for secret in secrets if secret in logs]
    arguments = " ".join(" ".join(child.cmdline()) for child in process.leftovers(place.home))
    assert not [secret for secret in secrets if secret in arguments]


def test_what_a_killed_launcher_left_is_cleared_by_the_next_up(place: ACounty) -> None:
    left = place.kill_launcher()
    assert len(left) >= len(PARTS)
    assert place.status()["phase"] == "abandoned"

    place.up()

    assert not [one for one in left if one.is_running()]
    assert place.status()["phase"] == "ready"


def test_lock_files_that_a_power_cut_left_broken_are_no_hindrance(place: ACounty) -> None:
    for one in place.kill_launcher():
        if one.is_running():
            one.kill()
    lock = place.home.postgresql / "data" / "postmaster.pid"
    assert wait_until(lambda: not process.leftovers(place.home), timeout_s=10)
    lock.write_text("")
    (place.home.kafka / "data" / ".lock").write_text("torn")
    place.home.status_file.write_text('{"phase": "rea')

    place.up()
    assert place.status()["phase"] == "ready"


def test_a_port_that_a_stranger_took_meanwhile_is_replaced(place: ACounty) -> None:
    place.down()
    before = json.loads(place.home.state_file.read_bytes())["ports"]["postgresql"]
    with a_stranger_on(before):
        place.up()
    assert json.loads(place.home.state_file.read_bytes())["ports"]["postgresql"] != before


def test_a_gateway_port_in_use_is_said_and_nothing_stays_behind() -> None:
    with guarded_home() as home:
        place = ACounty(home)
        with a_stranger_on(place.port):
            result = qinglian("up", "--home", str(place.home.path), "--port", str(place.port), "--empty", check=False)
        assert result.returncode == 1
        assert f"Port {place.port}" in result.stderr
        assert process.leftovers(place.home) == []


def test_down_leaves_no_process_and_no_port_and_may_be_said_twice(place: ACounty) -> None:
    assert "stopped" in place.down()
    assert process.leftovers(place.home) == []
    assert not [port for port in place.ports() if accepts(port)]
    assert "Nothing runs" in place.down()


def test_ctrl_c_stops_everything_in_good_order(place: ACounty) -> None:
    command = [sys.executable, "-m", "qinglian.cli", "up", "--home", str(place.home.path), "--port", str(place.port)]
    command.append("--empty")
    launcher = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert wait_until(lambda: place.status()["phase"] == "ready", timeout_s=UP_TIMEOUT_S, interval_s=0.5)

    launcher.send_signal(signal.SIGINT)
    said, _ = launcher.communicate(timeout=60)

    assert launcher.returncode == 0, said
    assert "everything is stopped" in said
    assert process.leftovers(place.home) == []
    assert not [port for port in place.ports() if accepts(port)]


def test_a_moved_home_starts_and_down_after_a_killed_launcher_ends_what_it_left(place: ACounty) -> None:
    moved = Path(f"{place.home.path}-moved")
    place.home.path.rename(moved)
    place.home = Home(moved)
    place.up()
    assert place.status()["phase"] == "ready"

    left = place.kill_launcher()
    assert "killed" in place.down()
    assert not [one for one in left if one.is_running()]
    assert place.status()["phase"] == "down"
