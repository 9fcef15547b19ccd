"""`qinglian up --detach`: a launcher of its own in the background, waited for until it is ready."""

import subprocess
import sys
import time
from typing import Any

from qinglian import process
from qinglian.errors import HomeInUse, PartFailed
from qinglian.home import Home
from qinglian.status import load_status

READY_TIMEOUT_S = 300  # cold, with all downloads
POLL_S = 0.1
LOG_LINES = 25


def start_detached(
    home: Home, *, port: int, empty: bool, kafka_url: str | None, postgresql_url: str | None
) -> dict[str, Any]:
    """Start a launcher in the background and return its status once everything is ready.

    Raises: HomeInUse, when this home is running already. PartFailed with the end of its log, when it does not come up.
    """
    home.prepare()
    if home.is_locked():
        raise HomeInUse(home.launcher_pid())
    env = process.inherited_env()
    # By the environment, not as arguments: everybody on the machine can read those.
    env |= {"QINGLIAN_KAFKA_URL": kafka_url} if kafka_url else {}
    env |= {"QINGLIAN_POSTGRESQL_URL": postgresql_url} if postgresql_url else {}
    command = ["up", "--home", str(home.path), "--port", str(port), *(["--empty"] if empty else [])]
    log = home.log_file("launcher")
    with log.open("wb") as output:
        launcher = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "qinglian.cli", *command],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        return _wait_ready(home, launcher)
    except BaseException:
        launcher.terminate()
        launcher.wait()
        raise


def _wait_ready(home: Home, launcher: subprocess.Popen[bytes]) -> dict[str, Any]:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while time.monotonic() < deadline and launcher.poll() is None:
        status = load_status(home)
        if status["launcher"] == launcher.pid and status["phase"] == "ready":
            launcher.returncode = 0  # it lives on without us: nobody waits for it here
            return status
        time.sleep(POLL_S)
    end = process.tail(home.log_file("launcher"), lines=LOG_LINES)
    raise PartFailed(f"Qinglian did not become ready. The end of {home.log_file('launcher')}:\n{end}")
