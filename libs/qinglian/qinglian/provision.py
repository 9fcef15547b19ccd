"""Servers that somebody else runs, given what the services need there: users, rights, topics, roles, databases."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import asyncpg

from contracts.topics import Topics
from qinglian.acl import apply_grants, declared_grants, wait_granted
from qinglian.databases import create_databases
from qinglian.errors import PartFailed
from qinglian.kafka_access import KafkaAccess
from qinglian.scram_users import set_passwords
from qinglian.secret_files import ADMIN, SecretFiles, database_roles, kafka_users, read_secret
from qinglian.topics import create_topics, declared_topics


def provision(folder: Path, topics: Topics, *, kafka: str, kafka_security: str, postgresql: str) -> None:
    """Bring a Kafka and a PostgreSQL to what is declared, with the passwords of a folder; twice is harmless.

    Raises: LauncherError, when a secret is missing or a server does not let us.
    """
    files = SecretFiles(folder)
    roles = {role: read_secret(files.database(role)) for role in database_roles()}
    users = {user: read_secret(files.kafka(user)) for user in kafka_users(topics)}
    superuser = quote(read_secret(files.database("postgres")), safe="")
    access = KafkaAccess(kafka, ADMIN, read_secret(files.kafka(ADMIN)), kafka_security)
    try:
        create_databases(f"postgresql://postgres:{superuser}@{postgresql}/postgres", roles)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise PartFailed(f"PostgreSQL at {postgresql} does not let us: {error}") from error
    try:
        provision_kafka(access, topics, users)
    except PartFailed:
        raise
    except Exception as error:  # the client's errors have no root of their own
        raise PartFailed(f"Kafka at {kafka} does not let us as {ADMIN}: {type(error).__name__} {error}") from error


def provision_kafka(access: KafkaAccess, topics: Topics, users: Mapping[str, str]) -> None:
    """Create users with these passwords, topics, and the literal rights; what is there is brought up to date."""
    grants = declared_grants(topics)
    with access.admin() as admin:
        set_passwords(admin, users)
        apply_grants(admin, grants, users=users)
        create_topics(admin, declared_topics(topics))
        wait_granted(admin, grants)
