"""The folder that holds one local county: data, keys, logs and what is running."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from qinglian.errors import HomeBroken, HomeInUse

FOLDER_MODE = 0o711  # the database may run as another system user, who must pass through but not look around


class Home:
    """Names every place below one folder, so that no other module joins paths."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().resolve()
        self.kafka = self.path / "kafka"
        self.postgresql = self.path / "postgresql"
        self.keys = self.path / "keys"
        self.logs = self.path / "logs"
        self.state_file = self.path / "state.json"
        self.credentials_file = self.path / "credentials.json"
        self.status_file = self.path / "status.json"
        self.sample_file = self.path / "sample.json"
        self.lock_file = self.path / "launcher.lock"

    def prepare(self) -> None:
        """Create the folders; what is already there stays.

        Raises: HomeBroken, when the folder cannot be used.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.path.chmod(FOLDER_MODE)
            for folder in (self.kafka, self.keys, self.logs):
                folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise HomeBroken(f"{self.path} cannot be used as a home: {error.strerror}.") from error

    def log_file(self, part: str) -> Path:
        """Where a part writes what it has to say."""
        return self.logs / f"{part}.log"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the home for this process; the system lets go by itself when we die.

        Raises: HomeInUse, when another process holds it.
        """
        with self.lock_file.open("a+", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise HomeInUse(self.launcher_pid()) from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield
            file.truncate(0)

    def is_locked(self) -> bool:
        """Say whether a launcher is at work here."""
        if not self.lock_file.exists():
            return False
        with self.lock_file.open("a+", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return True
        return False

    def launcher_pid(self) -> int | None:
        """Read which process holds the home, when it is known."""
        with contextlib.suppress(OSError, ValueError):
            return int(self.lock_file.read_text(encoding="ascii"))
        return None


def write_private(path: Path, content: str | bytes) -> None:
    """Replace a file whole, readable by its owner only, and on disk before this returns."""
    data = content.encode() if isinstance(content, str) else content
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
