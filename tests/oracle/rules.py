"""Rule files as the oracle reads them: YAML as it stands, each expression compiled once."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from funds_monitor.domain.compiling import compile_node
from funds_monitor.domain.expressions import Call, Literal, Name, Node, parse, walk
from funds_monitor.domain.words import Words, load_words

SEED_FROM = date(2023, 1, 18)  # the seed measures were issued on this day


@dataclass(frozen=True)
class Expression:
    """One expression: what it computes, and of which names."""

    run: Callable[[Any], Any]
    names: frozenset[str]
    cleared: frozenset[str]


class Rule:
    """One rule file; `row` is the file as written."""

    def __init__(self, row: Mapping[str, Any], words: Words) -> None:
        self.row = row
        self.id: str = row["id"]
        self.words = words
        self.features: dict[str, dict[str, Any]] = row.get("features", {})
        self.parameters: dict[str, dict[str, Any]] = row.get("parameters", {})
        self._read: dict[str, Expression] = {}

    def expression(self, text: Any) -> Expression:
        """Compile a text of the file."""
        text = str(text)
        if text not in self._read:
            node = parse(text)
            self._read[text] = Expression(compile_node(node, self.words), names_of(node), cleared_keys(node))
        return self._read[text]

    def clearing_keys(self) -> set[str]:
        """Name the clearing keys that stand anywhere in the rule."""
        texts = [*self.row["hit"].values(), *(line["when"] for line in self.row["severity"] if "when" in line)]
        texts += [self.row["raises"]] if "raises" in self.row else []
        texts += [text for spec in self.features.values() for text in texts_of(spec)]
        return {key for text in texts for key in self.expression(text).cleared}

    def silence(self) -> tuple[str, dict[str, Any]] | None:
        """Give the deadline that follows the last sign of life, with its name."""
        specs = self.row.get("deadlines", {}).items()
        return next(((name, spec) for name, spec in specs if isinstance(spec, dict) and "silent" in spec), None)

    def regroup_days(self) -> int:
        """Give how far apart two points of one episode may be: the longest sliding window unless the file says."""
        episode = self.row.get("episode", {})
        if "regroup_days" in episode:
            return int(episode["regroup_days"])
        spans = [
            spec["within"] for spec in self.features.values() if "of" in spec and spec.get("within", "day") != "day"
        ]
        numbers = [self.parameters[span]["default"] if span in self.parameters else int(span) for span in spans]
        return max(numbers, default=0)

    def judges(self, _: date) -> bool:
        """Say whether this version judges the points of a day; the only one judges all of them."""
        return True

    def clauses(self, day: date, kind: str | None) -> list[Mapping[str, Any]]:
        """Give the law rows to cite on a date for a kind of organization."""
        return [row for row in self.row["law"] if in_force(row, day) and ("kinds" not in row or kind in row["kinds"])]

    def is_silent(self, day: date) -> bool:
        """Say whether neither law nor seed measure is in force."""
        seeded = bool(self.row.get("seed")) and day >= SEED_FROM
        return not seeded and not any(in_force(row, day) for row in self.row["law"])


def in_force(row: Mapping[str, Any], day: date) -> bool:
    start, end = row.get("in_force"), row.get("in_force_to")
    return (start is None or start <= day) and (end is None or day <= end)


def texts_of(spec: Mapping[str, Any]) -> list[str]:
    """Give the texts of a feature that are expressions over a fact."""
    return [spec[key] for key in ("let", "value", "where", "then") if key in spec]


def names_of(node: Node) -> frozenset[str]:
    return frozenset(part.name for part in walk(node) if isinstance(part, Name))


def cleared_keys(node: Node) -> frozenset[str]:
    calls = [part for part in walk(node) if isinstance(part, Call) and part.function == "cleared"]
    return frozenset(str(part.value) for call in calls for part in call.arguments if isinstance(part, Literal))


class PlainLoader(yaml.SafeLoader):
    """YAML where only `true` and `false` are truth values: `on` is a word of the rule language."""


PlainLoader.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"])


class Rules(list[Rule]):
    """All rules, and the files of the patterns that read their alerts."""

    def __init__(self, rules: Iterable[Rule], patterns: Iterable[Mapping[str, Any]]) -> None:
        super().__init__(rules)
        self.patterns = list(patterns)


def read_rules(directory: Path) -> Rules:
    """Read every rule and pattern file of a directory."""
    words = load_words(directory)
    return Rules((Rule(row, words) for row in rows_of(directory, "SO-*.yaml")), rows_of(directory, "TY-*.yaml"))


def rows_of(directory: Path, files: str) -> Iterator[Mapping[str, Any]]:
    for path in sorted(directory.glob(files)):
        yield yaml.load(path.read_text("utf-8"), PlainLoader)  # noqa: S506 - a SafeLoader with less
