"""What a home must remember from one start to the next: secrets and ports."""

import base64
import json
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from qinglian import ports
from qinglian.errors import HomeBroken
from qinglian.home import Home, write_private

SECRET_BYTES = 32  # 256 bits, out of reach of guessing; the gateway takes no less

SERVICES = ("registry", "funds-monitor", "credit", "gateway")
ROLES = (
    "handler",
    "checker",
    "approver",
    "rule-owner",
    "rule-approver",
    "credit-officer",
    "auditor",
    "admin",
)


@dataclass
class State:
    """The secrets and ports of one home; made once, kept with mode 0600."""

    kafka_cluster_id: str
    kafka_passwords: dict[str, str] = field(default_factory=dict)
    database_passwords: dict[str, str] = field(default_factory=dict)
    client_secrets: dict[str, str] = field(default_factory=dict)
    user_passwords: dict[str, str] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)

    def complete(self, *, departments: Iterable[str]) -> None:
        """Give every principal its secret; those that have one keep it."""
        names = list(departments)
        _fill(self.kafka_passwords, ["admin", *SERVICES, *names])
        _fill(self.database_passwords, ["postgres", *(database_name(service) for service in SERVICES)])
        _fill(self.client_secrets, [*names, "staff", "app"])
        _fill(self.user_passwords, ROLES)

    def claim_ports(self, names: Iterable[str]) -> None:
        """Keep each port that is still free and replace each that somebody else has taken since."""
        taken: set[int] = set()
        for name in names:
            port = self.ports.get(name)
            if port is None or port in taken or not ports.is_free(port):
                port = ports.free_port(taken)
            self.ports[name] = port
            taken.add(port)


def database_name(service: str) -> str:
    """Name a service's database and role: as the service, in the letters that SQL likes."""
    return service.replace("-", "_")


def load_state(home: Home) -> State:
    """Read a home's state, or begin one.

    Raises: HomeBroken, when the file cannot be read or belongs to data whose secrets are lost.
    """
    if not home.state_file.exists():
        if home.postgresql.exists() or (home.kafka / "data").exists():
            raise HomeBroken(
                f"{home.path} holds data but {home.state_file.name} with its passwords is gone. "
                f"Restore that file, or remove the folder to begin anew."
            )
        return State(kafka_cluster_id=new_cluster_id())
    try:
        return State(**json.loads(home.state_file.read_bytes()))
    except (ValueError, TypeError) as error:
        raise HomeBroken(f"{home.state_file} cannot be read: {error}.") from error


def save_state(home: Home, state: State) -> None:
    """Write a home's state where only its owner reads it."""
    write_private(home.state_file, json.dumps(asdict(state), indent=2))


def new_cluster_id() -> str:
    """Make a cluster id as Kafka wants it: 22 characters that do not look like an option.

    Source: Apache Kafka, `kafka-storage random-uuid`.
    """
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not text.startswith("-"):
            return text


def _fill(secret_of: dict[str, str], names: Iterable[str]) -> None:
    for name in names:
        if name not in secret_of:
            secret_of[name] = secrets.token_urlsafe(SECRET_BYTES)
