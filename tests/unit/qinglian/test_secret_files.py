"""The secrets of a deployment: one a file, made once."""

import json
from pathlib import Path

import pytest

from contracts.topics import TOPICS
from qinglian.errors import HomeBroken
from qinglian.secret_files import ensure_secrets, read_secret


def test_what_exists_is_never_replaced_and_what_is_missing_is_made(tmp_path: Path) -> None:
    made = ensure_secrets(tmp_path / "secrets", TOPICS)
    first = {path: path.read_bytes() for path in made}
    lost = tmp_path / "secrets" / "kafka-tax"
    lost.unlink()

    assert ensure_secrets(tmp_path / "secrets", TOPICS) == [lost]
    assert {path: path.read_bytes() for path in made if path != lost} == {
        path: content for path, content in first.items() if path != lost
    }


def test_secrets_are_their_owners_only_differ_from_each_other_and_end_without_a_line(tmp_path: Path) -> None:
    made = ensure_secrets(tmp_path / "secrets", TOPICS)
    passwords = [path.read_text() for path in made if path.name.startswith(("kafka-", "database-"))]
    assert {path.stat().st_mode & 0o077 for path in made} == {0}
    assert len(set(passwords)) == len(passwords)
    assert all(text == text.strip() for text in passwords)


def test_the_first_enrolment_knows_every_department_and_one_administrator(tmp_path: Path) -> None:
    ensure_secrets(tmp_path / "secrets", TOPICS)
    said = json.loads((tmp_path / "secrets" / "enrolment.json").read_bytes())
    assert {client["client_id"] for client in said["clients"]} == {*TOPICS.departments, "staff", "app"}
    assert [(user["name"], user["roles"]) for user in said["users"]] == [("admin", ["admin"])]


def test_a_missing_secret_is_named_with_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(HomeBroken, match=r"kafka-tax .*make-secrets"):
        read_secret(tmp_path / "kafka-tax")
