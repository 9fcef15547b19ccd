"""What the environment may tell a service; read once, never changed."""

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url

SECRETS_DIR = "QINGLIAN_SECRETS_DIR"


class ServiceSettings(BaseSettings):
    """What every service can be told; each adds its own in its `settings.py`.

    What the environment does not say may stand in the folder QINGLIAN_SECRETS_DIR, in files named like the variables in
    small letters: a secret in a file is seen neither in the description of a container nor by its children.
    """

    model_config = SettingsConfigDict(env_prefix="QINGLIAN_", frozen=True, extra="ignore")

    service_name: str = "qinglian"
    database_url: SecretStr = SecretStr("")  # postgresql+asyncpg://role:password@host:port/database
    database_password: SecretStr | None = None  # put into `database_url`: the one is public, the other a file
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

    def __init__(self, **said: Any) -> None:
        folder = os.environ.get(SECRETS_DIR)
        if folder and not Path(folder).is_dir():
            raise ValueError(f"{SECRETS_DIR} names {folder}, and there is no such folder")
        super().__init__(_secrets_dir=folder, **said)

    @model_validator(mode="before")
    @classmethod
    def _put_password_into_url(cls, said: dict[str, Any]) -> dict[str, Any]:
        password, url = (_revealed(said.get(name)) for name in ("database_password", "database_url"))
        if not password or not url:
            return said
        return said | {"database_url": make_url(url).set(password=password).render_as_string(hide_password=False)}


def _revealed(said: SecretStr | str | None) -> str | None:
    return said.get_secret_value() if isinstance(said, SecretStr) else said
