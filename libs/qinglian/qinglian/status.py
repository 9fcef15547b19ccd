"""What a launcher tells others about itself, and what others make of it."""

import contextlib
import json
import os
from collections.abc import Iterable
from typing import Any

import psutil

from qinglian.home import Home, write_private
from qinglian.supervisor import Running


def status_of(home: Home, *, phase: str, gateway: str, running: Iterable[Running]) -> dict[str, Any]:
    """Describe a home for `qinglian status`; `phase` is starting, ready, degraded or stopping."""
    return {
        "home": str(home.path),
        "gateway": gateway,
        "credentials": str(home.credentials_file),
        "launcher": os.getpid(),
        "phase": phase,
        "parts": [
            {"name": one.part.name, "pid": one.pid, "ready": one.ready, "restarts": one.restarts} for one in running
        ],
    }


def save_status(home: Home, status: dict[str, Any]) -> None:
    """Write where `qinglian status` looks."""
    write_private(home.status_file, json.dumps(status))


def load_status(home: Home) -> dict[str, Any]:
    """Read what the launcher last said, corrected by what is true now: the dead are neither alive nor ready."""
    status: dict[str, Any] = {"home": str(home.path), "gateway": None, "launcher": None, "phase": "down", "parts": []}
    with contextlib.suppress(OSError, ValueError):
        status |= json.loads(home.status_file.read_bytes())
    alive = home.is_locked() and status["launcher"] == home.launcher_pid()
    for part in status["parts"]:
        if part["pid"] is not None and not psutil.pid_exists(part["pid"]):
            part |= {"pid": None, "ready": False}
    if not alive:
        # A launcher that was killed leaves its children; the next `up` or `down` ends them.
        left = any(part["pid"] is not None for part in status["parts"])
        status |= {"launcher": None, "phase": "abandoned" if left else "down"}
    return status
