"""The recipes of CONTRIBUTING.md, carried out on a copy."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from chassis.http import build_app
from funds_monitor.domain.rulebook import load_rules
from tests.contracts.recipe_blocks import ROOT, blocks, carry_out


def test_an_event_type_needs_three_edits_and_the_generator(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "contracts", tmp_path / "contracts")
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    edits = [block for block in blocks() if "contracts/" in block.how]
    assert len(edits) == 3
    for block in edits:
        carry_out(block, tmp_path)
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "contracts")}
    for words in ([], ["--check"]):
        command = [sys.executable, "tools/generate_contracts.py", *words]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    schema = json.loads((tmp_path / "contracts/events/tax.inspection.announced.v1.schema.json").read_text())
    assert schema["properties"]["type"] == {"const": "tax.inspection.announced.v1"}


def test_a_rule_is_one_file_that_the_loader_takes(tmp_path: Path) -> None:
    rules = Path("services/funds-monitor/rules")
    shutil.copytree(ROOT / rules, tmp_path / rules)
    (block,) = [block for block in blocks() if block.how.endswith(".yaml")]
    carry_out(block, tmp_path)
    assert load_rules(tmp_path / rules).rule("SO-99").id == "SO-99"


@pytest.mark.anyio
async def test_an_endpoint_answers_and_its_refusal_is_a_problem(tmp_path: Path) -> None:
    (block,) = [block for block in blocks() if block.how == "file=inbound_sample.py"]
    specification = importlib.util.spec_from_file_location("inbound_sample", carry_out(block, tmp_path))
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)

    async def ready() -> dict[str, bool]:
        return {}

    app = build_app("sample", routers=[module.greetings_router()], ready=ready)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sample") as client:
        assert (await client.get("/v1/greetings/county")).json() == {"greeting": "hello county"}
        refused = await client.get("/v1/greetings/nobody")
        assert (refused.status_code, refused.headers["content-type"]) == (404, "application/problem+json")
