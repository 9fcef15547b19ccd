"""Word lists (`W.…`): data beside the rules, matched on normalised text, longest word first.

Pure functions, shared with the oracle. Source: indicators.md §1.9.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml
from msgspec import Struct, convert

from funds_monitor.domain.names import norm

WORDS_FILE = "words.yaml"
TEXTS_CACHED_MAX = 65_536
NUMBERS = re.compile(r"第[一二三四五六七八九十\d]+[期批次届]|\d+(?:年度|年)?|[()]")


class WordList(Struct, frozen=True, forbid_unknown_fields=True):
    """The words of one list, and longer words that contain one of them and do not count."""

    words: tuple[str, ...]
    unless: tuple[str, ...] = ()


class Words:
    """All word lists of a rule set."""

    def __init__(self, lists: Mapping[str, WordList]) -> None:
        self._lists: dict[str, tuple[tuple[str, bool], ...]] = {}
        for name, words in lists.items():
            both = [(norm(word), True) for word in words.words] + [(norm(word), False) for word in words.unless]
            self._lists[name] = tuple(sorted(both, key=lambda entry: (-len(entry[0]), entry[0], entry[1])))
        self.matches = lru_cache(maxsize=TEXTS_CACHED_MAX)(self._matches)

    def names(self) -> frozenset[str]:
        """Name all lists, as rules write them (`W.tax`)."""
        return frozenset(self._lists)

    def stripped(self, text: str | None, name: str) -> str:
        """Give a normalised text without the words of a list, numbers (with 年 behind them) and brackets.

        Raises: KeyError when there is no such list.
        """
        whole = NUMBERS.sub("", norm(text))
        for word, counts in self._lists[name]:
            whole = whole.replace(word, "") if counts else whole
        return whole

    def ends(self, text: str | None, name: str) -> bool:
        """Say whether a text ends with a word of a list.

        Raises: KeyError when there is no such list.
        """
        return any(counts and norm(text).endswith(word) for word, counts in self._lists[name])

    def _matches(self, text: str | None, name: str) -> bool:
        """Say whether a text holds a word of a list.

        Raises: KeyError when there is no such list.
        """
        entries, whole = self._lists[name], norm(text)
        if not any(counts and word in whole for word, counts in entries):
            return False
        place = 0
        while place < len(whole):
            found = next(((word, counts) for word, counts in entries if whole.startswith(word, place)), None)
            if found is not None and found[1]:
                return True
            place += len(found[0]) if found is not None else 1
        return False


def load_words(directory: Path) -> Words:
    """Read the word lists of a directory of rules.

    Raises: OSError, yaml.YAMLError, msgspec.ValidationError when the file is missing or does not hold.
    """
    text = (directory / WORDS_FILE).read_text(encoding="utf-8")
    return Words(convert(yaml.safe_load(text), dict[str, WordList]))
