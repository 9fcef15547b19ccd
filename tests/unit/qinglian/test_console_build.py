"""The console is built with whatever Node there is; without one everything else works, and it is said why."""

import subprocess
from pathlib import Path
from threading import Event

import pytest

from qinglian import console


def test_without_a_node_on_the_machine_that_of_the_package_runs_npm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    node = console.find_node()
    told = subprocess.run([*node.npm, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
    assert int(told.partition(".")[0]) >= 10
    assert (node.folder / "node").is_file()


def test_a_build_that_fails_says_why_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{")
    (tmp_path / "package-lock.json").write_text("{}")
    told = console.build_console(tmp_path)
    assert told.startswith("the console could not be built, everything else works (again: make console): npm ci failed")
    assert not (tmp_path / "dist").exists()


def test_a_build_that_is_told_to_stop_ends_and_is_not_called_done(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"scripts": {"build": "sleep 60"}}')
    (tmp_path / "package-lock.json").write_text("{}")
    stopping = Event()
    stopping.set()
    assert "was stopped" in console.build_console(tmp_path, stopping=stopping)
    assert not (tmp_path / "build" / console.STAMP).exists()


def test_without_sources_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert console.build_console(tmp_path) == ""
