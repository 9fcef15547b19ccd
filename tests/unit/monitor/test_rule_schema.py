"""The schema for editors says of the shape of a rule file what the loader says."""

import json
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from funds_monitor.domain.feature_reading import OPERATORS, READERS
from funds_monitor.domain.rule_files import RuleFile
from funds_monitor.domain.rule_forms import FEATURE_FORMS
from tests.builders.engine import RULES

REPOSITORY = RULES.parents[2]
BROKEN = REPOSITORY / "tests" / "data" / "broken_rules"
SCHEMA = json.loads((RULES / "rule.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema_rs.Draft202012Validator(SCHEMA, validate_formats=True)
OF_SHAPE = {  # those of the broken rules that a schema can tell; the others are in expressions and between parts
    "SO-41-unknown-key",
    "SO-42-missing-key",
    "SO-43-unknown-key-of-a-feature",
    "SO-46-unknown-stream",
    "SO-53-unknown-unit",
    "SO-54-default-of-wrong-type",
    "SO-55-unknown-override",
    "SO-61-unknown-law",
    "SO-63-unknown-level",
    "SO-72-word-of-yaml",
    "SO-73-several-faults",
}
READABLE = sorted(path.stem for path in BROKEN.glob("*.yaml") if path.stem != "SO-40-yaml-syntax")

Spoil = Callable[[dict[str, Any]], object]


def read(path: Path) -> dict[str, Any]:
    """Give what stands in a rule file as an editor sees it: dates are texts."""
    content: dict[str, Any] = json.loads(json.dumps(RuleFile(path).content, default=date.isoformat))
    return content


def messages(content: dict[str, Any]) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(content)]


def test_the_schema_is_current() -> None:
    command = [sys.executable, "tools/generate_rule_schema.py", "--check"]
    checked = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("path", sorted(RULES.glob("SO-*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_rule_fits(path: Path) -> None:
    assert messages(read(path)) == []


def test_every_form_that_the_loader_reads_is_known() -> None:
    assert FEATURE_FORMS.keys() | {"operator"} == READERS.keys() | {"let"}
    assert {f"operator {name}" for name in OPERATORS} <= SCHEMA["$defs"].keys()


@pytest.mark.parametrize("name", READABLE)
def test_broken_rules_are_marked_where_the_fault_is_one_of_shape_and_only_there(name: str) -> None:
    assert bool(messages(read(BROKEN / f"{name}.yaml"))) == (name in OF_SHAPE)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda rule: rule.update(wake_on={}), id="unknown key"),
        pytest.param(lambda rule: rule.pop("hit"), id="missing key"),
        pytest.param(lambda rule: rule["law"][0].update(key="PRIVNON-RAG"), id="unknown law"),
        pytest.param(lambda rule: rule["law"][0].update(in_force="last year"), id="no date"),
        pytest.param(lambda rule: rule["law"][0].update(kinds=["company"]), id="unknown kind"),
        pytest.param(lambda rule: rule["applies"].update(unregistered="yes"), id="text for a bool"),
        pytest.param(lambda rule: rule["wakes_on"].update(payment=True), id="bool for an expression"),
        pytest.param(lambda rule: rule["wakes_on"].update(paiment="true"), id="unknown stream"),
        pytest.param(lambda rule: rule["parameters"]["pass_bp"].update(default="many"), id="text for a number"),
        pytest.param(lambda rule: rule["parameters"]["pass_bp"].update(default=0.8), id="fraction"),
        pytest.param(lambda rule: rule["parameters"]["floor_fen"]["by_size"].update(huge=1), id="unknown size"),
        pytest.param(lambda rule: rule["features"].update(odd={"totals": "inflows"}), id="no form"),
        pytest.param(lambda rule: rule["features"]["inflows"].update(were="true"), id="unknown key of a form"),
        pytest.param(lambda rule: rule["features"]["inflows"].update(of="paiment"), id="unknown stream of a form"),
        pytest.param(lambda rule: rule["features"]["inflow"].update(sum=3), id="number for a name"),
        pytest.param(lambda rule: rule["features"]["passed"].pop("payees_max"), id="an operator lacks a parameter"),
        pytest.param(lambda rule: rule["features"]["passed"].update(operator="pass_over"), id="unknown operator"),
        pytest.param(lambda rule: rule["features"].update(odd={"commonest": "inflows.party"}), id="lacks values"),
        pytest.param(lambda rule: rule["severity"][0].update(level="grave"), id="unknown level"),
        pytest.param(lambda rule: rule["why"]["a"].pop("en"), id="one language"),
    ],
)
def test_typical_faults_are_marked(spoil: Spoil) -> None:
    content = read(RULES / "SO-03-pass-through.yaml")
    spoilt = deepcopy(content)
    spoil(spoilt)
    assert messages(content) == []
    assert messages(spoilt) != []


def test_a_number_with_underscores_is_no_text_to_an_editor_that_reads_the_newer_yaml() -> None:
    content = read(RULES / "SO-03-pass-through.yaml")
    content["parameters"]["floor_fen"]["default"] = "20_000_000"
    assert messages(content) == []
    content["parameters"]["floor_fen"]["default"] = "20000000"
    assert messages(content) != []


@pytest.mark.parametrize(
    "feature",
    [
        {"first": "activity", "order": "held_from"},
        {"last": "award", "order": "awarded_on", "where": "true", "then": "true"},
        {"values": "fee.amount_fen", "on": "d"},
        {"median": "inflows.amount_fen"},
        {"commonest": "inflows.party", "values": 2},
        {"max": ["inflow", {"sum": "outflows.amount_fen"}]},
        {"of": "payment", "by": ["amount_fen", {"award": "under"}], "since": "d", "after": "inflows"},
    ],
    ids=lambda feature: next(iter(feature)),
)
def test_every_form_fits_as_the_language_has_it(feature: dict[str, Any]) -> None:
    content = read(RULES / "SO-03-pass-through.yaml")
    content["features"]["odd"] = feature
    assert messages(content) == []
