"""One of the four services as the launcher sees it: a Python process with an address and a door for health."""

import http.client
import signal
import sys
from collections.abc import Mapping

from qinglian import process
from qinglian.errors import PartFailed
from qinglian.home import Home
from qinglian.state import database_name

READY_TIMEOUT_S = 3
STEP_TIMEOUT_S = 180  # a migration of a large table; it is interrupted by Ctrl-C all the same
LOG_LINES = 15


class Service:
    """A service in a process of its own."""

    stop_signal = signal.SIGTERM

    def __init__(self, name: str, *, home: Home, port: int, env: Mapping[str, str]) -> None:
        self.name = name
        self.port = port
        self._home = home
        self._env = env

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> process.Command:
        """Say how it is started."""
        return self._command("serve")

    def is_ready(self) -> bool:
        """Ask its own door for health."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=READY_TIMEOUT_S)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def run_step(self, step: str, *, stdin: bytes | None = None) -> None:
        """Run a step that ends by itself, such as `migrate`.

        Raises: PartFailed with the end of the log, when it fails.
        """
        child = process.start(self._command(step), home=self._home, stdin=stdin)
        try:
            code = child.wait(STEP_TIMEOUT_S)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
        if code != 0:
            log = self._home.log_file(self.name)
            raise PartFailed(f"{self.name}: {step} failed. The end of {log}:\n{process.tail(log, lines=LOG_LINES)}")

    def _command(self, step: str) -> process.Command:
        return process.Command(
            argv=(sys.executable, "-m", f"{database_name(self.name)}.bootstrap", step),
            env={**process.inherited_env(), **self._env, "QINGLIAN_HTTP_PORT": str(self.port)},
            log=self._home.log_file(self.name),
            cwd=self._home.path,
        )
