"""`qinglian provision` on real servers that hold nothing yet."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import TopicAuthorizationFailedError

from contracts.topics import TOPICS
from qinglian.acl import declared_grants, wait_granted
from qinglian.local import Infrastructure
from qinglian.secret_files import SecretFiles, ensure_secrets
from qinglian.topics import declared_topics
from tests.real import UP_TIMEOUT_S, guarded_home, qinglian

pytestmark = [pytest.mark.anyio, pytest.mark.real]


@contextmanager
def bare_servers() -> Iterator[Infrastructure]:
    """Start Kafka and PostgreSQL with their administrators and nothing else."""
    with guarded_home() as home:
        servers = Infrastructure(home)
        try:
            servers.prepare()
            servers.start_servers()
            servers.wait_kafka()
            yield servers
        finally:
            servers.stop()


def secrets_for(servers: Infrastructure, folder: Path) -> SecretFiles:
    """Make a deployment's secrets, with the administrators' passwords of these servers."""
    files = SecretFiles(folder)
    folder.mkdir()
    files.kafka("admin").write_text(servers.kafka_password("admin"))
    files.database("postgres").write_text(servers.state.database_passwords["postgres"])
    ensure_secrets(folder, TOPICS)
    return files


def provision(servers: Infrastructure, folder: Path, *, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the command as a container would."""
    place = f"127.0.0.1:{servers.state.ports['postgresql']}"
    return qinglian("provision", str(folder), "--kafka", servers.kafka_bootstrap, "--postgresql", place, check=check)


def migrate(service: str, *, url: str, secrets_dir: Path) -> subprocess.CompletedProcess[str]:
    """Run a service's own migrations, its password in a file."""
    return subprocess.run(
        [sys.executable, "-m", f"{service}.bootstrap", "migrate"],
        env=os.environ | {"QINGLIAN_DATABASE_URL": url, "QINGLIAN_SECRETS_DIR": str(secrets_dir)},
        capture_output=True,
        text=True,
        timeout=UP_TIMEOUT_S,
        check=False,
    )


async def test_bare_servers_become_a_countys(tmp_path: Path) -> None:
    with bare_servers() as servers:
        files = secrets_for(servers, tmp_path / "secrets")
        provision(servers, files.folder)
        provision(servers, files.folder)  # twice is harmless

        with servers.kafka.admin() as admin:
            wait_granted(admin, declared_grants(TOPICS))
            present = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics()}
        assert {topic.name: topic.partitions for topic in declared_topics(TOPICS)}.items() <= present.items()
        await finance_writes_its_own_topic_only(servers, files.kafka("finance").read_text())

        (tmp_path / "run").mkdir()
        (tmp_path / "run" / "qinglian_database_password").write_text(files.database("credit").read_text())
        place = f"127.0.0.1:{servers.state.ports['postgresql']}"
        url = f"postgresql+asyncpg://credit@{place}/credit"
        migrated = migrate("credit", url=url, secrets_dir=tmp_path / "run")
        assert migrated.returncode == 0, migrated.stderr

        files.database("postgres").write_text("wrong")
        refused = provision(servers, files.folder, check=False)
        assert refused.returncode == 1
        assert "does not let us: password authentication failed" in " ".join(refused.stderr.split())
        assert "Traceback" not in refused.stderr


async def finance_writes_its_own_topic_only(servers: Infrastructure, password: str) -> None:
    """Send as the department of finance, once where it may and once where it may not."""
    async with AIOKafkaProducer(
        bootstrap_servers=servers.kafka_bootstrap,
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username="finance",
        sasl_plain_password=password,
        enable_idempotence=True,
    ) as producer:
        await producer.send_and_wait("finance.payments.v1", b"{}", key=b"own")
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait("tax.filings.v1", b"{}", key=b"foreign")
