"""The commands for those who run the platform on servers of their own."""

from pathlib import Path
from typing import Annotated

import typer

from contracts.topics import TOPICS
from qinglian.errors import LauncherError
from qinglian.kafka_access import SECURITIES
from qinglian.provision import provision as provision_servers
from qinglian.secret_files import ensure_secrets

Folder = Annotated[Path, typer.Argument(help="Folder of the secrets, one a file.")]


def make_secrets(folder: Folder) -> None:
    """Make the secrets of a deployment, one a file; what exists is never replaced."""
    made = ensure_secrets(folder, TOPICS)
    typer.echo(f"{len(made)} files made in {folder}; back them up where only you can read them.")


def provision(
    folder: Folder,
    kafka: Annotated[str, typer.Option(help="host:port[,host:port]", envvar="QINGLIAN_KAFKA_BOOTSTRAP")],
    postgresql: Annotated[str, typer.Option(help="host:port", envvar="QINGLIAN_POSTGRESQL")],
    *,
    kafka_security: Annotated[
        str, typer.Option(help=" or ".join(SECURITIES), envvar="QINGLIAN_KAFKA_SECURITY")
    ] = SECURITIES[0],
) -> None:
    """Create users, rights, topics, roles and databases on servers that somebody else runs; twice is harmless."""
    if kafka_security not in SECURITIES:
        raise LauncherError(f"--kafka-security is {' or '.join(SECURITIES)}, not {kafka_security}.")
    provision_servers(folder, TOPICS, kafka=kafka, kafka_security=kafka_security, postgresql=postgresql)
    typer.echo("users, rights, topics, roles and databases are as declared")
