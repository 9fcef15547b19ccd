"""The broker's jars: fetched once, held to a committed lock, then never asked for again."""

import contextlib
import functools
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qinglian.errors import JarRefused, LauncherError, Stopped

LOCK = Path(__file__).parent / "kafka-jars.lock"
FETCHES_PARALLEL = 8  # 46 files of 1 MB on average: eight hide the latency, more only annoy the registry
ATTEMPTS_MAX = 3  # a registry that fails three times in a row fails for a reason worth telling
TIMEOUT_S = 60

BYTES_TOTAL = 45_035_715  # of all files in the lock, for the bar only

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Jar:
    """One line of the lock."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """Name the file as Maven does."""
        return f"{self.artifact}-{self.version}.jar"


Download = Callable[[Progress, Jar, Path], Path]


def read_lock(path: Path = LOCK) -> list[Jar]:
    """Read `group:artifact:version sha256` lines."""
    jars = []
    for line in path.read_text(encoding="ascii").splitlines():
        coordinates, sha256 = line.split()
        group, artifact, version = coordinates.split(":")
        jars.append(Jar(group, artifact, version, sha256))
    return jars


def cache_folder() -> Path:
    """Where downloads of all homes of this user live (`QINGLIAN_CACHE` moves it)."""
    if folder := os.environ.get("QINGLIAN_CACHE"):
        return Path(folder).expanduser().resolve()
    root = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return (Path(root) / "qinglian").expanduser().resolve()


def missing_jars(jars: list[Jar], folder: Path) -> list[Jar]:
    """Say which jars are not there yet; a file that differs from the lock counts as not there."""
    return [jar for jar in jars if not _matches(folder / jar.file_name, jar)]


def fetch_jars(jars: list[Jar], folder: Path, *, progress: Progress, download: Download | None = None) -> None:
    """Fetch what is missing, eight at a time; what arrived stays when another fails, so the next try resumes.

    Raises: JarRefused, when a file is not what the lock names. LauncherError, when one cannot be had.
    """
    missing = missing_jars(jars, folder)
    if not missing:
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as staging:
        pool = ThreadPoolExecutor(FETCHES_PARALLEL)
        try:
            futures = [
                pool.submit(_fetch, jar, folder, Path(staging), functools.partial(download or download_jar, progress))
                for jar in missing
            ]
            for future in as_completed(futures):
                future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def class_path(jars: list[Jar], folder: Path) -> str:
    """Join the jars as Java wants them."""
    return os.pathsep.join(str(folder / jar.file_name) for jar in jars)


def _fetch(jar: Jar, folder: Path, staging: Path, download: Callable[[Jar, Path], Path]) -> None:
    for attempt in range(1, ATTEMPTS_MAX + 1):
        target = Path(tempfile.mkdtemp(dir=staging))
        try:
            fetched = download(jar, target)
        except Stopped:
            raise
        except Exception as error:
            if attempt == ATTEMPTS_MAX:
                raise LauncherError(
                    f"{jar.file_name} could not be fetched ({type(error).__name__}). "
                    f"What has arrived is kept; run the same command again when the registry can be reached."
                ) from error
            continue
        if not _matches(fetched, jar):
            raise JarRefused(
                f"{jar.file_name} is not the file that the lock names (sha256 differs). Nothing of it was kept; "
                f"a proxy on the way may alter downloads."
            )
        # A rename within one folder tree is whole or not at all: nobody ever sees half a jar.
        fetched.replace(folder / jar.file_name)
        shutil.rmtree(target, ignore_errors=True)
        return


def download_jar(progress: Progress, jar: Jar, target: Path) -> Path:
    """Download one jar into a folder of its own, unchecked."""
    # jgo writes in place and only warns on a bad checksum, so it gets a folder of its own to write into.
    from jgo.maven import MavenContext  # noqa: PLC0415 - half a second that only a cold start pays
    from jgo.maven._resolver import PythonResolver  # noqa: PLC0415

    @contextlib.contextmanager
    def report(_name: str, _size_bytes: int) -> Iterator[Progress]:
        yield progress

    resolver = PythonResolver(progress_callback=report)
    context: Any = MavenContext(resolver=resolver, repo_cache=target, local_repos=[], timeout=TIMEOUT_S)
    path = context.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
    return Path(path)


def _matches(path: Path, jar: Jar) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256
