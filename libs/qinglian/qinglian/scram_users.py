"""The broker's users and their passwords."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from qinglian.errors import PartFailed
from qinglian.kafka_access import kafka_admin

SCRAM_ITERATIONS = 4096  # Kafka's own minimum; the secrets are random, so more would only cost time


def salted_password(password: str) -> tuple[bytes, bytes]:
    """Derive what the broker keeps instead of a password: salt and salted password.

    Source: RFC 5802, section 3, with SHA-512.
    """
    salt = secrets.token_bytes(16)
    return salt, hashlib.pbkdf2_hmac("sha512", password.encode(), salt, SCRAM_ITERATIONS)


def scram_record(user: str, password: str) -> str:
    """Write a user as Kafka's storage formatter wants it; the salted form keeps the password out of process lists."""
    salt, salted = (base64.b64encode(part).decode() for part in salted_password(password))
    return f'SCRAM-SHA-512=[name={user},iterations={SCRAM_ITERATIONS},salt="{salt}",saltedpassword="{salted}"]'


def set_passwords(admin: Any, passwords: Mapping[str, str]) -> None:
    """Create the users, or give those that exist these passwords; open connections stay.

    Raises: PartFailed, when the broker refuses one.
    """
    kafka = kafka_admin()
    wanted = [
        kafka.UserScramCredentialUpsertion(
            user, kafka.ScramMechanism.SCRAM_SHA_512, password, iterations=SCRAM_ITERATIONS
        )
        for user, password in passwords.items()
    ]
    for user, refusal in admin.alter_user_scram_credentials(wanted).items():
        if refusal:
            raise PartFailed(f"The broker refused the user {user}: {refusal}")
