"""An administrator's way into a Kafka, ours or another's."""

import contextlib
import functools
import importlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from qinglian.errors import LauncherError

SECURITIES = ("SASL_PLAINTEXT", "SASL_SSL")


@functools.cache
def kafka_admin() -> Any:
    """Load the client library's administration: late, because it is slow and `status` does without."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it reads its own files the old way while loading
        return importlib.import_module("kafka.admin")


@dataclass(frozen=True)
class KafkaAccess:
    """Where a Kafka is and who may administer it."""

    bootstrap: str
    username: str
    password: str
    security: str = "SASL_PLAINTEXT"

    @contextlib.contextmanager
    def admin(self, *, timeout_s: float = 30) -> Iterator[Any]:
        """Open an administrator's connection for as long as the block lasts."""
        client = kafka_admin().KafkaAdminClient(
            bootstrap_servers=self.bootstrap.split(","),
            security_protocol=self.security,
            sasl_mechanism="SCRAM-SHA-512",
            sasl_plain_username=self.username,
            sasl_plain_password=self.password,
            bootstrap_timeout_ms=int(timeout_s * 1000),
            request_timeout_ms=30_000,
            client_id="qinglian-launcher",
        )
        try:
            yield client
        finally:
            client.close()


def read_kafka_url(url: str) -> KafkaAccess:
    """Read `kafka://user:password@host:port[,host:port]?security=SASL_SSL`.

    Raises: LauncherError, when something is missing.
    """
    scheme, _, rest = url.partition("://")
    credentials, _, place = rest.rpartition("@")
    username, _, password = credentials.partition(":")
    parts = urlsplit(f"//{place}")
    security = parse_qs(parts.query).get("security", ["SASL_SSL"])[0]
    if scheme != "kafka" or not username or not password or not parts.netloc or security not in SECURITIES:
        raise LauncherError(
            "A Kafka URL looks like kafka://admin:password@host:9092?security=SASL_SSL "
            f"(security: {' or '.join(SECURITIES)})."
        )
    return KafkaAccess(parts.netloc, unquote(username), unquote(password), security)
