"""Whoever breaks a rule file is told where, what, and what may have been meant: of every file, in one go."""

import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from funds_monitor.domain.rulebook import RuleSetRefused, load_rules
from funds_monitor.inbound.rules_command import check_rules, main
from tests.builders.engine import RULES

BROKEN = Path(__file__).resolve().parents[2] / "data" / "broken_rules"
TOLD = {path.stem: path.read_text("utf-8").splitlines() for path in sorted(BROKEN.glob("SO-*.txt"))}
KINDS_MIN = 20


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All broken rules in one folder, with the word lists that are shipped."""
    folder = tmp_path_factory.mktemp("county") / "rules"
    shutil.copytree(BROKEN, folder)
    shutil.copy(RULES / "words.yaml", folder)
    return folder


@pytest.fixture(scope="module")
def messages(folder: Path) -> list[str]:
    with pytest.raises(RuleSetRefused) as refused:
        load_rules(folder)
    return refused.value.messages


def test_there_are_broken_rules_of_many_kinds_and_each_has_what_is_told_of_it() -> None:
    assert len(TOLD) >= KINDS_MIN
    assert {path.stem for path in BROKEN.glob("SO-*.yaml")} - TOLD.keys() == {"SO-75-first"}


@pytest.mark.parametrize("name", TOLD)
def test_a_broken_rule_is_told_exactly_what_stands_beside_it(messages: list[str], name: str) -> None:
    assert [message for message in messages if message.startswith(f"{name}.yaml:")] == TOLD[name]


def test_nothing_else_is_said_and_a_whole_file_is_not_blamed(messages: list[str]) -> None:
    assert messages == [message for name in sorted(TOLD, key=lambda stem: f"{stem}.yaml") for message in TOLD[name]]


def test_the_command_prints_all_of_it_with_paths_and_fails(folder: Path, messages: list[str]) -> None:
    out, complaints = io.StringIO(), io.StringIO()
    assert check_rules(folder, out=out, complaints=complaints) == 1
    *lines, summary = complaints.getvalue().splitlines()
    assert lines == [f"{folder}/{message}" for message in messages]
    assert summary == f"{len(messages)} problems in {len(TOLD)} files; nothing is loaded"
    assert out.getvalue() == ""


def test_broken_word_lists_and_broken_rules_are_told_together(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "rules")
    (copy / "words.yaml").write_text("W.tax: {words: [税], unles: [税务局]}\nW.fees: {words: 5}\n", "utf-8")
    with pytest.raises(RuleSetRefused) as refused:
        load_rules(copy)
    assert refused.value.messages[:3] == [
        "words.yaml:1:21: unknown key 'unles' (did you mean \"unless\"?)",
        "words.yaml:2:17: expected a list, found int",
        *TOLD["SO-40-yaml-syntax"],
    ]


def test_a_folder_without_rules_is_told_by_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "words.yaml").write_text("{}", "utf-8")
    complaints = io.StringIO()
    assert check_rules(tmp_path, out=io.StringIO(), complaints=complaints) == 1
    assert complaints.getvalue().startswith(f"{tmp_path}:1:1: 0 rule files, expected 1 to")


def test_the_command_needs_one_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err


def test_qinglian_rules_check_says_how_much_is_whole_and_passes() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "qinglian.cli", "rules", "check", str(RULES)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    book = load_rules(RULES)
    features = sum(len(rule.features) for rule in book.rules)
    parameters = sum(len(each.parameters) for each in [*book.rules, *book.patterns])
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (
        ran.stdout
        == f"{len(book.rules)} rules, {len(book.patterns)} patterns, {features} features, {parameters} parameters\n"
    )


def test_qinglian_rules_check_fails_where_the_loader_does(folder: Path, messages: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "qinglian.cli", "rules", "check", str(folder)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[:-1] == [f"{folder}/{message}" for message in messages]
