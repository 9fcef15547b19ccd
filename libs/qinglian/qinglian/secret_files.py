"""The secrets of a deployment as files: one folder, one secret a file, for Compose and Kubernetes to hand out."""

import json
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from contracts.topics import Topics
from qinglian.credentials import enrolment
from qinglian.errors import HomeBroken
from qinglian.home import Home, write_private
from qinglian.keys import ensure_keys
from qinglian.scram_users import scram_record
from qinglian.state import SECRET_BYTES, SERVICES, State, database_name, new_cluster_id

FOLDER_MODE = 0o700
ADMIN = "admin"  # the one person who exists at first; makes the others known through the door


class SecretFiles:
    """Names every file below the folder, so that no other module joins paths.

    A file holds its secret and nothing else, not even a line's end: Kafka's own reader would take that for a part.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cluster_id = folder / "kafka-cluster-id"
        self.admin_record = folder / "kafka-admin.scram"
        self.enrolment = folder / "enrolment.json"

    def kafka(self, user: str) -> Path:
        """Where a Kafka user's password lies: `admin`, a service, a department."""
        return self.folder / f"kafka-{user}"

    def database(self, role: str) -> Path:
        """Where the password of a database role lies: `postgres`, or a service's."""
        return self.folder / f"database-{role}"


def ensure_secrets(folder: Path, topics: Topics) -> list[Path]:
    """Make what is missing and return it; what exists is never replaced.

    Raises: HomeBroken, when the folder cannot be used.
    """
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        (folder / "keys").mkdir(mode=FOLDER_MODE, exist_ok=True)
    except OSError as error:
        raise HomeBroken(f"{folder} cannot hold secrets: {error.strerror}.") from error
    before = set(folder.rglob("*"))
    files = SecretFiles(folder)
    for path in _passwords(files, topics):
        _write_once(path, lambda: secrets.token_urlsafe(SECRET_BYTES))
    _write_once(files.cluster_id, new_cluster_id)
    _write_once(files.admin_record, lambda: scram_record(ADMIN, read_secret(files.kafka(ADMIN))))
    _write_once(files.enrolment, lambda: json.dumps(_first_enrolment(topics.departments), indent=2))
    ensure_keys(Home(folder))
    return sorted(path for path in set(folder.rglob("*")) - before if path.is_file())


def read_secret(path: Path) -> str:
    """Read one secret.

    Raises: HomeBroken, naming the file and how to make it.
    """
    try:
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise HomeBroken(f"{path} cannot be read ({error.strerror}): `qinglian make-secrets` makes it.") from error


def kafka_users(topics: Topics) -> list[str]:
    """List the Kafka users beside the administrator: each service, each department."""
    return [*topics.services, *(department.principal for department in topics.departments.values())]


def database_roles() -> list[str]:
    """List the database roles beside the superuser: each service's."""
    return [database_name(service) for service in SERVICES]


def _passwords(files: SecretFiles, topics: Topics) -> list[Path]:
    kafka = [files.kafka(user) for user in (ADMIN, *kafka_users(topics))]
    return [*kafka, *(files.database(role) for role in ("postgres", *database_roles()))]


def _first_enrolment(departments: Iterable[str]) -> dict[str, Any]:
    names = list(departments)
    state = State(new_cluster_id())
    state.client_secrets = {name: secrets.token_urlsafe(SECRET_BYTES) for name in (*names, "staff", "app")}
    admin = {"name": ADMIN, "password": secrets.token_urlsafe(SECRET_BYTES), "roles": [ADMIN]}
    return {"clients": enrolment(state, departments=names)["clients"], "users": [admin]}


def _write_once(path: Path, make: Callable[[], str]) -> None:
    if not path.exists():
        write_private(path, make())
