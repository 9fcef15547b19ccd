"""A set of rules, loaded from files as a whole or not at all."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import msgspec
import yaml

from funds_monitor.domain.plans import RulePlan, plan_rules
from funds_monitor.domain.rule_files import FILES_MAX, RuleFile
from funds_monitor.domain.rule_reading import RuleReader
from funds_monitor.domain.rules import Rule
from funds_monitor.domain.words import WORDS_FILE, Words, load_words


class RuleSetRefused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """The rule files do not hold; `messages` says file, line, column and what is wrong."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


class RuleBook:
    """All rules of one directory, with their word lists."""

    def __init__(self, rules: list[Rule], words: Words) -> None:
        self.rules = rules
        self.words = words
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
    """Read and check every rule file (`SO-*.yaml`) and the word lists of a directory.

    Raises: RuleSetRefused with all messages when any of it does not hold.
    """
    try:
        words = load_words(directory)
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise RuleSetRefused([f"{WORDS_FILE}:1:1: {error}"]) from error
    paths = sorted(directory.glob("SO-*.yaml"))
    if not paths or len(paths) > FILES_MAX:
        raise RuleSetRefused([f"{directory.name}:1:1: {len(paths)} rule files, expected 1 to {FILES_MAX}"])
    messages: list[str] = []
    rules: list[Rule] = []
    for path in paths:
        file = RuleFile(path)
        rule = RuleReader(file, words).read() if not file.messages else None
        messages += file.messages
        if rule is not None:
            rules.append(rule)
            if not path.name.startswith(f"{rule.id}-") or any(other.id == rule.id for other in rules[:-1]):
                messages.append(f"{path.name}:1:1: id {rule.id!r} is taken or does not fit the file's name")
    if messages:
        raise RuleSetRefused(messages)
    return RuleBook(rules, words)
