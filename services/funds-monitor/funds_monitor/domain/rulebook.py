"""Rules as typed objects, loaded from files as a whole set or not at all."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct


class RuleSetRefused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """The rule files do not hold; `messages` says file, line, column and what is wrong."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


class Rule(Struct, frozen=True):
    """One indicator."""

    id: str
    version: int


class RuleBook:
    """All rules of one directory."""

    rules: list[Rule]

    def rule(self, rule_id: str) -> Rule:
        """Find a rule by its id."""
        raise NotImplementedError


def load_rules(directory: Path) -> RuleBook:
    """Read and check every rule file of a directory.

    Raises: RuleSetRefused with all messages when any file does not hold.
    """
    raise NotImplementedError
