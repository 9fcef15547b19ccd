"""With a Kafka and a PostgreSQL of somebody else's, only the services run here."""

import os
import subprocess
import sys
from urllib.parse import quote

import pytest

from qinglian.home import Home
from qinglian.local import Infrastructure
from qinglian.ports import free_port
from qinglian.status import load_status
from tests.real import UP_TIMEOUT_S, guarded_home, qinglian

pytestmark = pytest.mark.real


def test_the_services_run_on_outside_servers() -> None:
    # Servers of its own: the launcher changes the passwords of roles and users there.
    with guarded_home() as outside_home, guarded_home() as own_home:
        outside, home = Infrastructure(outside_home), Home(own_home)
        try:
            outside.start()
            up = up_on(outside, home)
            assert up.returncode == 0, up.stdout + up.stderr

            parts = load_status(home)["parts"]
            assert sorted(part["name"] for part in parts) == ["credit", "funds-monitor", "gateway", "registry"]
            assert all(part["ready"] for part in parts)
            assert not (home.kafka / "data").exists()
            assert not home.postgresql.exists()
        finally:
            qinglian("down", "--home", str(home.path))
            outside.stop()


def up_on(outside: Infrastructure, home: Home) -> subprocess.CompletedProcess[str]:
    secret = quote(outside.kafka_password("admin"), safe="")
    addresses = {
        "QINGLIAN_KAFKA_URL": f"kafka://admin:{secret}@{outside.kafka_bootstrap}?security=SASL_PLAINTEXT",
        "QINGLIAN_POSTGRESQL_URL": outside.postgresql_url,
    }
    command = ["up", "--home", str(home.path), "--port", str(free_port(set())), "--empty", "--detach"]
    return subprocess.run(
        [sys.executable, "-m", "qinglian.cli", *command],
        env=os.environ | addresses,
        capture_output=True,
        text=True,
        timeout=UP_TIMEOUT_S,
        check=False,
    )
