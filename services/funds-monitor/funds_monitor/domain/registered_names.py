"""Which bodies the register knows by code and name, and which ones police and complaints name as unregistered.

Source: indicators.md SO-37, docs/rule-language.md §4 (registered).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from hashlib import sha256

from funds_monitor.domain.facts import Fact, end_us
from funds_monitor.domain.names import name_score, norm

NAMES = "@names"  # the key of those who asked for a name that nobody is known by
ACCUSED = "accused:"
CODE = "code:"
ILLEGAL = "illegal_organization"
KEY_CHARS = 32  # half a digest: a name may be longer than a key of the database


def accused_key(name: str) -> str:
    """Give the key of reference data under which a body is accused."""
    return ACCUSED + sha256(norm(name).encode()).hexdigest()[:KEY_CHARS]


class NameBook:
    """Names that organizations have or had, and bodies that are said to act without being registered.

    Shape:  a question looks at every name once; most are passed over by their length.
    """

    def __init__(self, snapshots: Mapping[str, list[Fact]]) -> None:
        self._snapshots = snapshots
        self._named: dict[str, dict[str, int]] = {}  # organization -> its names -> since when
        self._since: dict[str, int] = {}  # name -> since when somebody has had it
        self._accused: Counter[str] = Counter()

    def take(self, fact: Fact, *, present: bool) -> set[str]:
        """Take a snapshot or an accusation in or out, and name the keys of which somebody may be asked otherwise.

        The reference book holds the snapshots as they stand by then.
        """
        if fact.stream != "org":
            return self._accuse(fact, present=present)
        code = fact.organization or ""
        names: dict[str, int] = {}
        for each in self._snapshots.get(code, ()):
            if norm(each.data.name):
                names.setdefault(norm(each.data.name), each.position.time_us)
        if names == self._named.get(code, {}):
            return set()
        self._named[code] = names
        self._since.clear()
        return {NAMES, f"{CODE}{code}"}

    def _accuse(self, fact: Fact, *, present: bool) -> set[str]:
        name = fact.data.organization_name
        if fact.data.kind != ILLEGAL or not norm(name):
            return set()
        self._accused[norm(name)] += 1 if present else -1
        return {accused_key(name)}

    def registered(self, code: str, day: date) -> bool:
        """Say whether the register has known a code by the end of a date."""
        return any(since_us < end_us(day) for since_us in self._named.get(code, {}).values())

    def known(self, name: str, day: date) -> bool:
        """Say whether somebody has or had that name by the end of a date, or one that holds it or is held by it."""
        text, until_us = norm(name), end_us(day)
        return any(since < until_us and (each in text or text in each) for each, since in self._all().items())

    def nearest(self, name: str, least: int, day: date) -> str | None:
        """Give the name most alike that somebody has or had by the end of a date, if it scores enough."""
        text, until_us = norm(name), end_us(day)
        best, found = least, None
        for each, since_us in self._all().items():
            both = len(text) + len(each)
            if since_us >= until_us or 200 * min(len(text), len(each)) < best * both:
                continue
            score = name_score(text, each)
            if score > best or (score == best and (found is None or each < found)):
                best, found = score, each
        return found

    def accused(self, name: str) -> bool:
        """Say whether police or a complaint names a body as one that is not registered, whenever that became known."""
        return self._accused[norm(name)] > 0

    def _all(self) -> Mapping[str, int]:
        if not self._since:
            for names in self._named.values():
                for name, since_us in names.items():
                    self._since[name] = min(since_us, self._since.get(name, since_us))
        return self._since
