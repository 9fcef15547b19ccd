"""Tests wait for nothing and replace nothing by name."""

import ast

from tests.arch.sources import Source, source
from tests.arch.tidy import Found, Rule, called

WITHOUT_SOCKETS = ("unit", "arch", "contracts", "oracle", "properties", "mutants")


def _patched_by_name(source: Source) -> Found:
    for call, name in called(source):
        last = name.rpartition(".")[2]
        by_name = last == "patch" or (last in ("setattr", "delattr") and name.startswith("monkeypatch."))
        first = call.args[0] if call.args else None
        if by_name and isinstance(first, ast.Constant) and isinstance(first.value, str) and "." in first.value:
            yield call, f"{name}({first.value!r}): hand the part in instead"


def _sleeps(source: Source) -> Found:
    for call, name in called(source):
        if name == "time.sleep":
            yield call, "time.sleep: wait for the thing itself, with a time limit"
        waits = name in ("asyncio.sleep", "anyio.sleep") and not _is_zero(call)
        if waits and source.path.parts[1] in WITHOUT_SOCKETS:
            yield call, f"{name}: move the clock instead"


def _is_zero(call: ast.Call) -> bool:
    first = call.args[0] if call.args else None
    return isinstance(first, ast.Constant) and first.value == 0


HERE = "tests/unit/registry/test_example.py"
REAL = "tests/e2e/test_example.py"
RULES = (
    Rule(
        name="nothing is patched by its dotted name",
        story="When the module moves, the string does not; the test stays green and patches nothing.",
        check=_patched_by_name,
        applies=lambda source: source.is_test,
        good=(source("wire(clock=FixedClock(at))", HERE), source("monkeypatch.setenv('A', 'b.c')", HERE)),
        bad=(
            source("from unittest.mock import patch\nwith patch('registry.domain.clock'): ...", HERE),
            source("from unittest import mock\nmock.patch('a.b')", HERE),
            source("mocker.patch('a.b')", HERE),
            source("monkeypatch.setattr('a.b', 1)", HERE),
        ),
    ),
    Rule(
        name="no test sleeps",
        story="A sleep is too short on the busy machine and too long on all others.",
        check=_sleeps,
        applies=lambda source: source.is_test,
        good=(source("await asyncio.sleep(0)", HERE), source("await asyncio.sleep(0.1)", REAL)),
        bad=(
            source("import time\ntime.sleep(1)", REAL),
            source("from time import sleep\nsleep(1)", HERE),
            source("import asyncio\nasync def f(): await asyncio.sleep(0.1)", HERE),
        ),
    ),
)
