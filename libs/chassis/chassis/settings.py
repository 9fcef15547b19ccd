"""What the environment may tell a service; read once, never changed."""

from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """What every service can be told; each adds its own in its `settings.py`."""

    model_config = SettingsConfigDict(env_prefix="QINGLIAN_", frozen=True, extra="ignore")

    service_name: str = "qinglian"
    database_url: SecretStr = SecretStr("")  # postgresql+asyncpg://role:password@host:port/database
    database_pool_max: int = 8  # connections of one process; the server's limit is shared by all of them
    kafka_bootstrap: str = "127.0.0.1:9092"
    kafka_username: str = ""
    kafka_password: SecretStr = SecretStr("")
    kafka_security: Literal["PLAINTEXT", "SASL_PLAINTEXT", "SASL_SSL"] = "SASL_PLAINTEXT"
    kafka_ca_file: Path | None = None  # only for SASL_SSL with a private authority
    http_host: str = "127.0.0.1"
    http_port: int = 0
    internal_public_key_file: Path | None = None
    otlp_endpoint: str | None = None  # no collector, no export; /metrics works without
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    drain_s: float = 10.0  # how long requests and batches in flight may still take after SIGTERM
