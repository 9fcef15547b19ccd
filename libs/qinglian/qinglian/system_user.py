"""The other system user that PostgreSQL runs as when we are root, and places that user can reach."""

import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from qinglian.errors import HomeBroken

SHARED_ROOT = Path("/var/lib/qinglian")  # only used as root, for what lies where the other user cannot go
CANDIDATES = ("postgres", "nobody")  # the first that the system knows; PostgreSQL refuses to run as root


@dataclass(frozen=True)
class SystemUser:
    """A user of the operating system."""

    name: str
    uid: int
    gid: int


def unprivileged_user() -> SystemUser | None:
    """Choose whom PostgreSQL runs as: another user when we are root, else ourselves (None).

    Raises: HomeBroken, when we are root and the system knows no other user.
    """
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return SystemUser(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    raise HomeBroken(f"PostgreSQL does not run as root and the system has none of the users {', '.join(CANDIDATES)}.")


def can_pass(path: Path, user: SystemUser) -> bool:
    """Say whether a user may walk down to a path through all folders above it."""
    for folder in path.resolve().parents:
        if not folder.exists():
            continue  # we shall create it, passable
        status = folder.stat()
        if status.st_uid == user.uid:
            bit = stat.S_IXUSR
        elif status.st_gid == user.gid:
            bit = stat.S_IXGRP
        else:
            bit = stat.S_IXOTH
        if not status.st_mode & bit:
            return False
    return True


def reachable_folder(wanted: Path, user: SystemUser | None) -> Path:
    """Choose where a folder for this user can be: where it is wanted, else a place of its own that all may pass."""
    if user is None or can_pass(wanted, user):
        return wanted
    return SHARED_ROOT / f"{wanted.name}-{_digest(wanted)}"


def reachable_copy(installed: Path, user: SystemUser | None) -> Path:
    """Give programs where this user can run them: where they are installed, else a copy made once."""
    if user is None or can_pass(installed / "any", user):
        return installed
    copy = SHARED_ROOT / f"{installed.name}-{_digest(installed, str(installed.stat().st_mtime_ns))}"
    if not copy.exists():
        SHARED_ROOT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=SHARED_ROOT) as staging:
            Path(staging).chmod(0o755)
            fresh = Path(shutil.copytree(installed, Path(staging) / installed.name, symlinks=True))
            fresh.replace(copy)
    return copy


def _digest(*parts: Path | str) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]
