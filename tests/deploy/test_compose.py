"""The Compose file and the Dockerfiles, checked without an engine."""

import importlib.resources
import json
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest

from tests.deploy.checks import loose, told_secrets
from tests.deploy.manifests import DOCKERFILES, compose

SCHEMA = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"


def test_the_file_follows_the_specification_and_a_misspelt_field_does_not() -> None:
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text("utf-8")))
    spoiled = compose() | {"services": compose()["services"] | {"more": {"image": "a:1", "read_olny": True}}}
    assert [error.message for error in validator.iter_errors(compose())] == []
    assert not validator.is_valid(spoiled)


@pytest.mark.parametrize("name", sorted(compose()["services"]))
def test_a_container_is_tight_and_told_no_secret(name: str) -> None:
    service = compose()["services"][name]
    assert (loose(service), told_secrets(service.get("environment", {}))) == ([], [])


def test_only_the_gateway_is_published() -> None:
    assert [name for name, service in compose()["services"].items() if "ports" in service] == ["gateway"]


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_a_dockerfile_has_no_complaint(path: Path) -> None:
    ran = subprocess.run(
        [str(Path(sys.executable).with_name("hadolint")), str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "")
