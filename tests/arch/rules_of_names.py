"""A name says what it is."""

import ast
import re

from tests.arch.sources import Source, source
from tests.arch.tidy import Found, Rule

EMPTY_WORDS = frozenset({"util", "utils", "helper", "helpers", "common", "misc", "base", "manager", "managers"})
UNITS = frozenset({"fen", "yuan", "bp", "ms", "us", "seconds", "milliseconds", "days", "hours", "minutes", "bytes"})
AFTER_UNIT = frozenset(
    {"max", "min", "limit", "default", "total", "left", "of", "by", "per", "in", "to", "from", "until", "since"}
    | {"before", "after", "between", "and", "word", "words", "pattern"}
)


def _words(name: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return [word for word in spaced.lower().split("_") if word]


def _empty_names(source: Source) -> Found:
    for part in (*source.path.parts[:-1], source.path.stem):
        if found := EMPTY_WORDS.intersection(_words(part.replace("-", "_"))):
            yield None, f"'{part}' says nothing: {', '.join(sorted(found))}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and (found := EMPTY_WORDS.intersection(_words(node.name))):
            yield node, f"'{node.name}' says nothing: {', '.join(sorted(found))}"


def _units_first(source: Source) -> Found:
    for node, name in _given_names(source):
        words = _words(name)
        if len(words) > 1 and words[0] in UNITS and words[1] not in AFTER_UNIT:
            yield node, f"'{name}': the unit goes last"


def _given_names(source: Source) -> list[tuple[ast.AST, str]]:
    found: list[tuple[ast.AST, str]] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.arg):
            found.append((node, node.arg))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.append((node, node.id))
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.append((node, node.attr))
    return found


def _verb_missing(source: Source) -> Found:
    public = [
        node.name
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
    ]
    if public != [source.path.stem]:
        told = ", ".join(public) or "none"
        yield None, f"one public function named {source.path.stem} is expected, found: {told}"


RULES = (
    Rule(
        name="no names that say nothing",
        story="`utils.py` is where code goes when nobody decides what it is; a year later everything imports it.",
        check=_empty_names,
        good=(
            source("class RuleBook: ...", "libs/chassis/chassis/clock.py"),
            source("base_fen = 1\nclass Database: ...", "libs/chassis/chassis/database.py"),
        ),
        bad=(
            source("", "libs/chassis/chassis/utils.py"),
            source("", "services/credit/credit/common/words.py"),
            source("", "services/credit/credit/domain/date_helpers.py"),
            source("class AlertManager: ...", "libs/chassis/chassis/alerts.py"),
            source("class BaseStore: ...", "libs/chassis/chassis/store.py"),
        ),
    ),
    Rule(
        name="units go last",
        story="`fen_amount` next to `amount_yuan` hides a factor of a hundred; kin must stand together when sorted.",
        check=_units_first,
        good=(
            source("amount_fen = 1\nwindow_days = 2\nbytes_max = 3\ndays_between = 4"),
            source("class A:\n    amount_fen: int\ndef f(*, timeout_ms): ..."),
        ),
        bad=(
            source("fen_amount = 1"),
            source("def f(days_window): ..."),
            source("class A:\n    ms_timeout: int"),
            source("self.bytes_body = 1"),
        ),
    ),
    Rule(
        name="a use-case file is called like its one public function",
        story="One verb, one file: whoever looks for what happens on an event finds it by the file list.",
        check=_verb_missing,
        applies=lambda source: source.room == "usecases" and source.path.stem not in ("__init__", "ports"),
        good=(
            source(
                "class Page: ...\nasync def show_file(): ...\ndef _rest(): ...",
                "services/registry/registry/usecases/show_file.py",
            ),
        ),
        bad=(
            source("async def show(): ...", "services/registry/registry/usecases/show_file.py"),
            source("def show_file(): ...\ndef list_files(): ...", "services/registry/registry/usecases/show_file.py"),
            source("class ShowFile: ...", "services/registry/registry/usecases/show_file.py"),
        ),
    ),
)
