"""Scenarios side by side in one county: each one's organizations, people, accounts, names and references renamed.

A scenario is written as if it were alone in the world: all of them speak of 甲公司, of `p_…02` and of `aw-1`. Told of
one county as they are, they would be one large story. A `Renaming` turns one scenario's events into the same story
about others, and what is then said of them back into the words of the scenario:

- codes keep kind and division and get another number;
- tokens of persons and accounts, ids of events and references carry the scenario's number;
- names and addresses change sign by sign: a sign becomes the same other one wherever the scenario writes it, and no
  two scenarios share one. So names within a scenario are as alike as before, and unlike those of all others. What
  rules look for in a name stays: the words of `words.yaml`, and whatever is no letter. Case is lost, as rules lose it.

Codes, tokens, references and letters keep their order, for rules name what they found in order.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import yaml

from tests.builders.codes import code_of
from tests.builders.engine import RULES
from tests.builders.records import Json

CODES_MAX = 100  # bodies with a code in one scenario
NAMES = {"name", "name_masked", "organization_name", "supervising_body", "budget_payees", "address"}
REFERENCES = {"id", "corrects", "supplement_of", "phone"}
REFERENCES_END = ("_id", "_ref", "_no")
CODE = re.compile(r"[0-9A-Z]{18}")
TOKEN = re.compile(r"([ap])_0{8}([0-9a-f]{24})")
FORWARDED = "转来"  # between the names of 「X转来Y」
WORDS = [
    FORWARDED,
    *(
        word
        for each in yaml.safe_load((RULES / "words.yaml").read_text(encoding="utf-8")).values()
        for word in (*each["words"], *each.get("unless", ()))
    ),
]


def fresh_signs() -> Iterator[str]:
    """Give ideographs that no scenario writes, each once: from where the rare ones begin to where they change."""
    return map(chr, range(0x20000, 0x2F800))


class Renaming:
    """One scenario's events as a story about others; `signs` are those that no other scenario has taken."""

    def __init__(self, number: int, events: Sequence[Json], signs: Iterator[str]) -> None:
        texts = [*texts_of(list(events))]
        codes = sorted({text for _, text in texts if CODE.fullmatch(text)})
        letters = sorted({sign for member, text in texts if member in NAMES for sign in _proper(text.lower()).values()})
        self._number = number
        self._codes = {
            code: code_of(number * CODES_MAX + place, kind=code[:2], division=code[2:8])
            for place, code in enumerate(codes)
        }
        self._letters = {letter: next(signs) for letter in letters}
        self._wholes: dict[str, str] = {}
        self._signs = str.maketrans({sign: letter for letter, sign in self._letters.items()})
        self.events: list[Json] = self._renamed(list(events))

    def code(self, code: str) -> str:
        """Give the code by which a body of the scenario is known in the county."""
        return self._codes[code]

    def told_back(self, value: Any) -> Any:
        """Give what is said in the county in the scenario's own words; what is no text says itself."""
        return self._wholes.get(value, value.translate(self._signs)) if isinstance(value, str) else value

    def _renamed(self, value: Any, member: str = "") -> Any:
        match value:
            case dict():
                return {name: self._renamed(each, name) for name, each in value.items()}
            case list():
                return [self._renamed(each, member) for each in value]
            case str():
                text = self._text(value, member)
                self._wholes[text] = value
                return text
        return value

    def _text(self, text: str, member: str) -> str:
        if text in self._codes:
            return self._codes[text]
        if token := TOKEN.fullmatch(text):
            return f"{token[1]}_{self._number:08x}{token[2]}"
        if member in NAMES:
            proper = _proper(text.lower())
            return "".join(self._letters[proper[place]] if place in proper else sign for place, sign in enumerate(text))
        return f"{text}.{self._number}" if member in REFERENCES or member.endswith(REFERENCES_END) else text


def texts_of(value: Any, member: str = "") -> Iterator[tuple[str, str]]:
    """Give every text of some JSON with the member that holds it."""
    match value:
        case dict():
            for name, each in value.items():
                yield from texts_of(each, name)
        case list():
            for each in value:
                yield from texts_of(each, member)
        case str():
            yield member, value


@cache
def _proper(text: str) -> Mapping[int, str]:
    """Give the letters of a name that belong to no word of a rule, by their places."""
    kept = {
        place
        for word in WORDS
        if word in text
        for found in re.finditer(f"(?={re.escape(word)})", text)
        for place in range(found.start(), found.start() + len(word))
    }
    return {place: sign for place, sign in enumerate(text) if sign.isalpha() and place not in kept}
