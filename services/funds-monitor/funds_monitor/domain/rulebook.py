"""A set of rules, loaded from files as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

from funds_monitor.domain.patterns import Pattern, PatternReader
from funds_monitor.domain.plans import RulePlan, plan_rules
from funds_monitor.domain.rule_files import FILES_MAX, RuleFile
from funds_monitor.domain.rule_reading import RuleReader
from funds_monitor.domain.rules import Rule
from funds_monitor.domain.structure_checking import note_faults
from funds_monitor.domain.versions import Step, versions_of
from funds_monitor.domain.words import WORDS_FILE, WordList, Words, load_words

RULE_FILES, PATTERN_FILES = "SO-*.yaml", "TY-*.yaml"
Taken = tuple[str, int | None]  # an id, and the version where a rule may have several; which file has it


def is_pattern(rule: str) -> bool:
    """Say whether an id is a pattern's."""
    return fnmatchcase(f"{rule}-.yaml", PATTERN_FILES)


class RuleSetRefused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """The rule files do not hold; `messages` says file, line, column and what is wrong."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


class RuleBook:
    """Every version of all rules, which of them judges when, their word lists, and the patterns that read them.

    Without steps there is one version of each rule, and it always judges. A rule that is retired keeps its name here:
    what it said has to be taken back.
    """

    def __init__(
        self, rules: Sequence[Rule], words: Words, patterns: Sequence[Pattern] = (), steps: Sequence[Step] | None = None
    ) -> None:
        self.rules = rules
        self.words = words
        self.patterns = patterns
        self.steps = steps if steps is not None else [Step(rule.id, rule.version) for rule in rules]
        self.names = tuple(dict.fromkeys([*(step.rule for step in self.steps), *(each.id for each in patterns)]))

    @cached_property
    def plans(self) -> list[RulePlan]:
        """The versions made ready to run; plans hold nothing of any organization, so all shards share them.

        Raises: KeyError when a step names a version that is not here.
        """
        versions = {(rule.id, rule.version): rule for rule in self.rules}
        in_order = versions_of(self.steps)
        return plan_rules([(versions[each.rule, each.version], each.span) for each in in_order], self.words)

    @cached_property
    def _plans_of(self) -> dict[str, list[RulePlan]]:
        return {plan.rule.id: plan.versions for plan in self.plans}

    def plan_on(self, rule: str, day: date) -> RulePlan | None:
        """Give the version of a rule that judges the points of a day; None: there is none."""
        return next((plan for plan in self._plans_of.get(rule, ()) if plan.judges_on(day)), None)

    def topics_of(self, rule: str) -> set[str]:
        """Name the topics that some version of a rule waits for."""
        return {topic for each in self.rules if each.id == rule for topic in each.topics}

    def rule(self, rule_id: str) -> Rule:
        """Find a rule by its id; of several versions the last one that judges.

        Raises: KeyError when there is none.
        """
        return self._plans_of[rule_id][-1].rule


def load_rules(directory: Path, steps: Sequence[Step] | None = None) -> RuleBook:
    """Read and check every rule file (`SO-*.yaml`), pattern file (`TY-*.yaml`) and the word lists of a directory.

    With steps a rule may have several files, a version each; patterns are read against its greatest version.

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
    taken: dict[Taken, str] = {}
    for path in paths:
        file = RuleFile(path)
        rule = RuleReader(file, words).read() if not file.messages else None
        refuse_id(file, taken, by_version=steps is not None)
        messages += file.messages
        rules += [rule] if rule is not None else []
    rules.sort(key=lambda rule: (rule.id, rule.version))
    patterns = read_patterns(pattern_paths, rules, words, taken=taken, messages=messages)
    if messages:
        raise RuleSetRefused(messages)
    return RuleBook(rules, words, patterns, steps)


def read_patterns(
    paths: Iterable[Path], rules: Iterable[Rule], words: Words, *, taken: dict[Taken, str], messages: list[str]
) -> list[Pattern]:
    """Read pattern files; what does not hold is noted, of those whose rules are broken only what is odd in any case."""
    by_id = {rule.id: rule for rule in rules}
    found, taken_by_patterns = [], dict(taken)
    for path in paths:
        file = RuleFile(path)
        reader = PatternReader(file, by_id, words)
        pattern = reader.read() if reader.has_shape() and by_id.keys() >= {each[0] for each in taken} else None
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


def refuse_id(file: RuleFile, taken: dict[Taken, str], *, by_version: bool = False) -> None:
    """Note an id (with its version, where there may be several) that another file has, or that is not the file's."""
    name, version = file.content.get("id"), file.content.get("version")
    if not isinstance(name, str):
        return
    if not file.name.startswith(f"{name}-"):
        file.refuse(("id",), f"id {name!r} does not fit the file's name")
    key = (name, version if by_version and isinstance(version, int) else None)
    if key in taken:
        file.refuse(("id",), f"id {name!r} is taken by {taken[key]}")
    taken.setdefault(key, file.name)
