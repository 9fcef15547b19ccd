"""Every rule cites its clause, and every number that a law fixes says which law."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.arch.sources import ROOT

RULE_FILES = sorted((ROOT / "services" / "funds-monitor" / "rules").glob("SO-*.yaml"))
UNITS = frozenset(
    {
        "fen",
        "usd_cent",
        "days",
        "working_days",
        "months",
        "years",
        "bp",
        "count",
        "score",
        "times",
        "month_no",
        "day_no",
    }
    | {"list"}
)  # Source: the catalogue of indicators, units


def unsourced(rule: dict[str, Any]) -> list[str]:
    """Say what a rule claims without naming its source."""
    law = rule.get("law") or []
    keys = {row.get("key") for row in law}
    parameters: dict[str, Any] = rule.get("parameters") or {}
    return [
        *(["no clause is cited"] if not law else []),
        *(f"{row.get('key')}: an article is missing" for row in law if not _has_article(row)),
        *(f"{name}: no unit" for name, row in parameters.items() if row.get("unit") not in UNITS),
        *(
            f"{name}: {row['statutory']} is not among the clauses"
            for name, row in parameters.items()
            if "statutory" in row and row["statutory"] not in keys
        ),
    ]


def _has_article(clause: dict[str, Any]) -> bool:
    """Say whether a clause names its article; as long as nobody has read the text, the whole law may be meant."""
    return bool(clause.get("key")) and bool(clause.get("article") or clause.get("unverified"))


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_a_rule_cites_its_sources(path: Path) -> None:
    assert unsourced(yaml.safe_load(path.read_text("utf-8"))) == []


def test_there_are_rules() -> None:
    assert len(RULE_FILES) >= 5


GOOD: dict[str, Any] = {
    "law": [{"key": "CASH", "article": "5"}],
    "parameters": {
        "tier_fen": {"default": 1, "unit": "fen", "statutory": "CASH"},
        "n": {"default": 1, "unit": "count"},
    },
}


def test_a_sourced_rule_is_fine() -> None:
    assert unsourced(GOOD) == []


@pytest.mark.parametrize(
    "change",
    [
        {"law": [], "parameters": {}},
        {"law": [{"key": "CASH"}]},
        {"law": [{"key": "CASH", "article": ""}]},
        {"parameters": {"tier_fen": {"default": 1, "unit": "fen", "statutory": "OTHER"}}},
        {"parameters": {"tier": {"default": 1}}},
    ],
)
def test_an_unsourced_claim_is_seen(change: dict[str, Any]) -> None:
    assert len(unsourced(GOOD | change)) == 1
