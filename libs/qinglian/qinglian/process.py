"""Child processes that can always be told from everybody else's."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from qinglian.home import Home
from qinglian.system_user import SystemUser

# Every child carries the path of its home in its environment. It is what a later `up` or `down` finds
# after the launcher was killed: exact where a pid file may be missing, stale or name a process of another.
MARK = "QINGLIAN_PART_OF"
LOG_BYTES_MAX = 16 * 1024 * 1024  # at its start a part's log is set aside above this size


@dataclass(frozen=True)
class Command:
    """How one process is started."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    log: Path
    cwd: Path
    user: SystemUser | None = None


def start(command: Command, *, home: Home, stdin: bytes | None = None) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C reaches only the launcher."""
    _set_aside(command.log)
    user = command.user
    with command.log.open("ab") as log:
        child = subprocess.Popen(  # noqa: S603 - our own command
            command.argv,
            env={**command.env, MARK: str(home.path)},
            cwd=command.cwd,
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
        )
    if child.stdin is not None:
        with contextlib.suppress(BrokenPipeError), child.stdin as pipe:
            pipe.write(stdin or b"")
    return child


def inherited_env() -> dict[str, str]:
    """What children may know of our own environment: all but what is addressed to the launcher."""
    ours = ("QINGLIAN_HOME", "QINGLIAN_PORT", "QINGLIAN_EMPTY", "QINGLIAN_KAFKA_URL", "QINGLIAN_POSTGRESQL_URL")
    return {name: value for name, value in os.environ.items() if name not in ours}


def plain_env() -> dict[str, str]:
    """The little that a broker or a database needs to know."""
    return {name: os.environ[name] for name in ("PATH", "TZ", "TMPDIR") if name in os.environ} | {"LANG": "C.UTF-8"}


def leftovers(home: Home) -> list[psutil.Process]:
    """Find the living processes that were started for this home."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and process.environ().get(MARK) == str(home.path):
                found.append(process)
    return found


def end(processes: Iterable[psutil.Process], *, timeout_s: float) -> None:
    """Ask processes to stop, wait, and kill those that do not; each is checked to be the one that was found."""
    alive = list(processes)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.send_signal(_stop_signal(process))
            process.send_signal(signal.SIGCONT)
    _, alive = psutil.wait_procs(alive, timeout=timeout_s)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(alive, timeout=timeout_s)


def tail(log: Path, *, lines: int) -> str:
    """Read the end of a log."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 64 * 1024))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])


def _stop_signal(process: psutil.Process) -> signal.Signals:
    # SIGTERM lets PostgreSQL wait for its clients for ever; SIGINT ends their sessions.
    return signal.SIGINT if process.name().startswith("postgres") else signal.SIGTERM


def _set_aside(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
        log.replace(log.with_suffix(".log.1"))


def wait_until(condition: Callable[[], bool], *, timeout_s: float, interval_s: float = 0.1) -> bool:
    """Poll a condition until it holds or the time is over."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(interval_s)
    return True
