"""What dies is restarted, what cannot live is said with its last words, and nothing outlives its launcher for long."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import psutil
import pytest

from qinglian import process
from qinglian.errors import PartFailed, Stopped
from qinglian.home import Home
from qinglian.supervisor import Supervisor

LIVE = "import signal; signal.pause()"


class ShortProgram:
    """A part made of one line of Python; ready as soon as its file is there."""

    stop_signal = signal.SIGTERM

    def __init__(self, name: str, home: Home, program: str, *, ready: bool = True) -> None:
        self.name = name
        self._home = home
        self._program = program
        self._ready = ready

    def command(self) -> process.Command:
        return process.Command(
            argv=(sys.executable, "-c", self._program),
            env=process.plain_env(),
            log=self._home.log_file(self.name),
            cwd=self._home.path,
        )

    def is_ready(self) -> bool:
        return self._ready


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    return home


@pytest.fixture
def supervisor(home: Home) -> Iterator[Supervisor]:
    supervisor = Supervisor(home, stopping=Event())
    yield supervisor
    supervisor.stop()


def test_a_killed_part_is_restarted_and_the_restart_is_counted(home: Home, supervisor: Supervisor) -> None:
    supervisor.start([ShortProgram("one", home, LIVE)])
    supervisor.wait_ready(["one"])
    first = supervisor.running["one"].pid

    supervisor.kill("one")
    supervisor.tick()
    supervisor.wait_ready(["one"])

    assert supervisor.running["one"].pid not in {first, None}
    assert supervisor.running["one"].restarts == 1


def test_a_part_whose_first_start_takes_long_is_not_started_a_second_time(home: Home, supervisor: Supervisor) -> None:
    begun, go_on = Event(), Event()

    class Slow(ShortProgram):
        starts = 0

        def command(self) -> process.Command:
            self.starts += 1
            begun.set()
            go_on.wait(10)
            return super().command()

    slow = Slow("slow", home, LIVE)
    with ThreadPoolExecutor(1) as thread:
        started = thread.submit(supervisor.start, [slow])
        begun.wait(10)
        supervisor.start([ShortProgram("quick", home, LIVE)])
        supervisor.wait_ready(["quick"])
        go_on.set()
        started.result()
    supervisor.wait_ready(["slow"])
    assert slow.starts == 1
    assert supervisor.running["slow"].restarts == 0


def test_a_part_that_hangs_does_not_keep_another_from_being_restarted(home: Home, supervisor: Supervisor) -> None:
    hanging = Event()

    class Hanging(ShortProgram):
        def is_ready(self) -> bool:
            return hanging.wait(30)

    supervisor.start([Hanging("hanging", home, LIVE), ShortProgram("one", home, LIVE)])
    supervisor.wait_ready(["one"])
    supervisor.kill("one")
    supervisor.tick()
    supervisor.wait_ready(["one"], timeout_s=15)
    assert supervisor.running["one"].restarts == 1
    hanging.set()


def test_a_part_that_cannot_live_is_given_up_with_the_end_of_its_log(home: Home, supervisor: Supervisor) -> None:
    supervisor.start([ShortProgram("one", home, "raise SystemExit('no such table')", ready=False)])
    with pytest.raises(PartFailed, match="no such table"):
        supervisor.wait_ready(["one"], timeout_s=3)


def test_asked_to_stop_while_starting_it_stops_waiting(home: Home) -> None:
    stopping = Event()
    supervisor = Supervisor(home, stopping=stopping)
    supervisor.start([ShortProgram("one", home, LIVE, ready=False)])
    stopping.set()
    try:
        with pytest.raises(Stopped):
            supervisor.wait_ready(["one"])
    finally:
        supervisor.stop()
    assert process.leftovers(home) == []


def test_parts_stop_in_reverse_order(home: Home, supervisor: Supervisor) -> None:
    said = home.path / "said"
    program = (
        "import signal, sys, pathlib\n"
        "def stop(*_):\n"
        f"    with pathlib.Path({str(said)!r}).open('a') as file: print(NAME, file=file)\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, stop)\n"
        "pathlib.Path(NAME).touch()\n"
        "signal.pause()"
    )
    supervisor.start([ShortProgram(name, home, program.replace("NAME", repr(name))) for name in ("floor", "roof")])
    assert process.wait_until(lambda: all((home.path / name).exists() for name in ("floor", "roof")), timeout_s=10)

    supervisor.stop()

    assert said.read_text().split() == ["roof", "floor"]


def test_what_a_killed_launcher_left_is_found_by_its_mark_and_nothing_else_is_touched(home: Home) -> None:
    ours = process.start(ShortProgram("one", home, LIVE).command(), home=home)
    stopped = process.start(ShortProgram("two", home, LIVE).command(), home=home)
    stopped.send_signal(signal.SIGSTOP)
    other_home = Home(home.path.parent / "other")
    other_home.prepare()
    others = process.start(ShortProgram("one", other_home, LIVE).command(), home=other_home)
    try:
        assert {left.pid for left in process.leftovers(home)} == {ours.pid, stopped.pid}

        process.end(process.leftovers(home), timeout_s=5)

        assert process.leftovers(home) == []
        assert psutil.pid_exists(others.pid)
        assert others.poll() is None
    finally:
        for child in (ours, stopped, others):
            child.kill()
            child.wait()


def test_children_do_not_hold_the_home_of_a_dead_launcher(home: Home) -> None:
    launcher = (
        "import os, sys, pathlib\n"
        "from qinglian import process\n"
        "from qinglian.home import Home\n"
        "home = Home(pathlib.Path(sys.argv[1]))\n"
        "with home.locked():\n"
        "    command = process.Command((sys.executable, '-c', sys.argv[2]), {}, home.log_file('one'), home.path)\n"
        "    process.start(command, home=home)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", launcher, str(home.path), LIVE], check=False, env=os.environ)
    try:
        assert killed.returncode == -signal.SIGKILL
        assert len(process.leftovers(home)) == 1
        assert not home.is_locked()
        with home.locked():
            pass
    finally:
        process.end(process.leftovers(home), timeout_s=5)
