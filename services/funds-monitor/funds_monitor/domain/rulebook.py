"""A set of rules, loaded from files as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

from funds_monitor.domain.patterns import Pattern, PatternReader
from funds_monitor.domain.plans import RulePlan, plan_rules
from funds_monitor.domain.rule_files import FILES_MAX, RuleFile
from funds_monitor.domain.rule_reading import RuleReader
from funds_monitor.domain.rules import Rule
from funds_monitor.domain.structure_checking import note_faults
from funds_monitor.domain.words import WORDS_FILE, WordList, Words, load_words

RULE_FILES, PATTERN_FILES = "SO-*.yaml", "TY-*.yaml"


class RuleSetRefused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """The rule files do not hold; `messages` says file, line, column and what is wrong."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


class RuleBook:
    """All rules of one directory, with their word lists, and the patterns that read them."""

    def __init__(self, rules: list[Rule], words: Words, patterns: Sequence[Pattern] = ()) -> None:
        self.rules = rules
        self.words = words
        self.patterns = patterns
        self._by_id = {rule.id: rule for rule in rules}

    @cached_property
    def plans(self) -> list[RulePlan]:
        """The rules made ready to run; plans hold nothing of any organization, so all shards share them."""
        return plan_rules(self.rules, self.words)

    def rule(self, rule_id: str) -> Rule:
        """Find a rule by its id.

        Raises: KeyError when there is none.
        """
        return self._by_id[rule_id]


def load_rules(directory: Path) -> RuleBook:
    """Read and check every rule file (`SO-*.yaml`), pattern file (`TY-*.yaml`) and the word lists of a directory.

    Raises: RuleSetRefused with all messages when any of it does not hold.
    """
    messages: list[str] = []
    words = read_words(directory, messages)
    paths = sorted(directory.glob(RULE_FILES))
    pattern_paths = sorted(directory.glob(PATTERN_FILES))
    if not paths or len(paths) + len(pattern_paths) > FILES_MAX:
        messages.append(f"{directory.name}:1:1: {len(paths)} rule files, expected 1 to {FILES_MAX}")
        raise RuleSetRefused(messages)
    rules: list[Rule] = []
    taken: dict[str, str] = {}  # id -> file
    for path in paths:
        file = RuleFile(path)
        rule = RuleReader(file, words).read() if not file.messages else None
        refuse_id(file, taken)
        messages += file.messages
        rules += [rule] if rule is not None else []
    patterns = read_patterns(pattern_paths, rules, words, taken=taken, messages=messages)
    if messages:
        raise RuleSetRefused(messages)
    return RuleBook(rules, words, patterns)


def read_patterns(
    paths: Iterable[Path], rules: Iterable[Rule], words: Words, *, taken: dict[str, str], messages: list[str]
) -> list[Pattern]:
    """Read pattern files; what does not hold is noted, of those whose rules are broken only what is odd in any case."""
    by_id = {rule.id: rule for rule in rules}
    found, taken_by_patterns = [], dict(taken)
    for path in paths:
        file = RuleFile(path)
        reader = PatternReader(file, by_id, words)
        pattern = reader.read() if reader.has_shape() and by_id.keys() >= taken.keys() else None
        refuse_id(file, taken_by_patterns)
        messages += file.messages
        found += [pattern] if pattern is not None else []
    return found


def read_words(directory: Path, messages: list[str]) -> Words:
    """Read the word lists of a directory, or none with messages noted."""
    path = directory / WORDS_FILE
    if not path.is_file():
        messages.append(f"{WORDS_FILE}:1:1: is missing")
        return Words({})
    file = RuleFile(path)
    if not file.messages:
        note_faults(file, (), file.content, dict[str, WordList])
    messages += file.messages
    return load_words(directory) if not file.messages else Words({})


def refuse_id(file: RuleFile, taken: dict[str, str]) -> None:
    """Note an id that another file has, or that is not how the file is called."""
    name = file.content.get("id")
    if not isinstance(name, str):
        return
    if not file.name.startswith(f"{name}-"):
        file.refuse(("id",), f"id {name!r} does not fit the file's name")
    if name in taken:
        file.refuse(("id",), f"id {name!r} is taken by {taken[name]}")
    taken.setdefault(name, file.name)
