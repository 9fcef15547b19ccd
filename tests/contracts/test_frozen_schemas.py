"""A released schema is frozen: what it allowed, the reader of today must still accept."""

import hashlib
import json
from pathlib import Path
from typing import Any

import jsoncompat
import pytest

EVENTS = Path(__file__).resolve().parents[2] / "contracts" / "events"
FROZEN: dict[str, str] = json.loads((EVENTS / "released.json").read_text("utf-8"))


def _still_accepts(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Ask as a reader whether all that the old schema described is allowed by the new one."""
    return jsoncompat.check_compat(_asked(_described(old)), _asked(new), jsoncompat.Role.DESERIALIZER)


def _asked(schema: dict[str, Any]) -> str:
    return json.dumps({name: value for name, value in schema.items() if name != "$id"})  # the library wants no name


def _described(node: Any) -> Any:
    """Leave out members that a schema passes over: they promise nothing, so a new one may give them a type."""
    if isinstance(node, list):
        return [_described(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    described = {name: _described(inner) for name, inner in node.items()}
    if described.get("type") == "object" and "properties" in described:
        described.setdefault("additionalProperties", False)
    return described


def _frozen(file: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((EVENTS / "released" / file).read_text("utf-8"))
    return schema


def test_no_frozen_file_was_touched_or_lost() -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (EVENTS / "released").glob("*.json")}
    assert found == FROZEN


@pytest.mark.parametrize("file", sorted(FROZEN))
def test_the_reader_of_today_accepts_what_was_allowed_at_release(file: str) -> None:
    name = file.rsplit(".", 3)[0]
    current = json.loads((EVENTS / f"{name}.schema.json").read_text("utf-8"))
    assert _still_accepts(_frozen(file), current)


def _tax_opened() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((EVENTS / "tax.registration.opened.v1.schema.json").read_text("utf-8"))
    return schema


def test_a_new_optional_member_keeps_the_promise() -> None:
    new = _tax_opened()
    new["$defs"]["TaxRegistrationOpened"]["properties"]["office"] = {"type": ["string", "null"]}
    assert _still_accepts(_tax_opened(), new)


def test_a_new_required_member_breaks_the_promise() -> None:
    new = _tax_opened()
    new["$defs"]["TaxRegistrationOpened"]["properties"]["office"] = {"type": "string"}
    new["$defs"]["TaxRegistrationOpened"]["required"].append("office")
    assert not _still_accepts(_tax_opened(), new)


def test_a_narrower_limit_breaks_the_promise() -> None:
    old: dict[str, Any] = json.loads((EVENTS / "finance.subsidy.granted.v1.schema.json").read_text("utf-8"))
    new = json.loads(json.dumps(old))
    new["$defs"]["SubsidyGranted"]["properties"]["amount_fen"]["maximum"] = 10**9
    assert not _still_accepts(old, new)
