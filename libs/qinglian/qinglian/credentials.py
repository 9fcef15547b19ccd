"""What people and programs need to use a county that has just been started."""

import json
from collections.abc import Iterable
from typing import Any

from qinglian.errors import HomeBroken
from qinglian.home import Home, write_private
from qinglian.state import State


def credentials_of(state: State, *, gateway: str, kafka_bootstrap: str) -> dict[str, Any]:
    """Gather what `credentials.json` holds; clients are named like what they are for."""
    return {
        "gateway": gateway,
        "clients": {
            name: {"client_id": name, "client_secret": secret} for name, secret in state.client_secrets.items()
        },
        "users": dict(state.user_passwords),
        "kafka": {"bootstrap": kafka_bootstrap, "users": dict(state.kafka_passwords)},
    }


def enrolment(state: State, *, departments: Iterable[str]) -> dict[str, Any]:
    """Say whom the gateway shall know: each department, the monitoring staff, an outside application, a user per role.

    A user's password counts until somebody chooses another one; the gateway then leaves it alone.
    """
    known = set(departments)
    clients = []
    for name, secret in state.client_secrets.items():
        client = {"client_id": name, "client_secret": secret, "kind": "department" if name in known else name}
        if name in known:
            client["department"] = name
        clients.append(client)
    users = [{"name": role, "password": password, "roles": [role]} for role, password in state.user_passwords.items()]
    return {"clients": clients, "users": users}


def save_credentials(home: Home, credentials: dict[str, Any]) -> None:
    """Write `credentials.json`, mode 0600."""
    write_private(home.credentials_file, json.dumps(credentials, ensure_ascii=False, indent=2) + "\n")


def load_credentials(home: Home) -> dict[str, Any]:
    """Read `credentials.json`.

    Raises: HomeBroken, when there is none: this home was never up.
    """
    try:
        loaded: dict[str, Any] = json.loads(home.credentials_file.read_bytes())
    except FileNotFoundError:
        raise HomeBroken(f"{home.path} holds no credentials: run `qinglian up` with this home first.") from None
    return loaded
