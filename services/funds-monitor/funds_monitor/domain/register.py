"""What the register says of everybody on a date: who shares a head, a phone or premises with whom.

Source: docs/rule-language.md §4 (sharers).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from funds_monitor.domain.attributes import ACTIVE, status_on
from funds_monitor.domain.facts import Fact, Position, day_of, end_us
from funds_monitor.domain.lives import lives_on, start_of
from funds_monitor.domain.names import norm
from funds_monitor.domain.registered_names import ACCUSED, CODE, NAMES

HEAD, FOUNDATION_HEAD, PHONE, ADDRESS = "head", "foundation_head", "phone", "address"
SHARED = (HEAD, FOUNDATION_HEAD, PHONE, ADDRESS)
FILER = "filer:"  # before a code: the key of those who asked which accounts it filed
LEADS = "legal_representative"
FOUNDATION = "foundation"
KEY_CHARS = 32  # half a digest: an address may be longer than a key of the database
NAMES_MAX = 10  # that a sentence lists

Posts = Mapping[str, Mapping[str, tuple[list[Fact], list[Fact]]]]  # organization -> person -> taken, left


def shared_key(by: str, value: str | None) -> str | None:
    """Give the key of reference data under which a head, a phone or an address is shared; None: of nothing."""
    if by in {HEAD, FOUNDATION_HEAD}:
        return f"{HEAD}:{value}" if value else None
    text = norm(value)
    return f"{by}:{sha256(text.encode()).hexdigest()[:KEY_CHARS]}" if text else None


def is_of_register(key: str) -> bool:
    """Say whether a key of reference data is one of these."""
    return key.startswith((f"{HEAD}:", f"{PHONE}:", f"{ADDRESS}:", FILER, CODE, ACCUSED)) or key == NAMES


class Register:
    """Snapshots, heads by post and ends of all organizations; snapshots and posts are kept by the reference book.

    Shape:  a question looks at the organizations that ever had the value, and at the snapshots of each.
    """

    def __init__(self, snapshots: Mapping[str, list[Fact]], posts: Posts) -> None:
        self._snapshots = snapshots
        self._posts = posts
        self._ended: dict[str, list[Fact]] = {}
        self._keys: dict[str, Counter[str]] = {}  # organization -> keys that its facts name
        self._named: dict[str, Counter[str]] = {}  # key -> organizations that name it

    def take(self, fact: Fact, *, present: bool) -> set[str]:
        """Take a snapshot, a post or an end in or out, and name the keys of which somebody may be asked otherwise."""
        code = fact.organization or ""
        if fact.stream == "ended":
            ended = [each for each in self._ended.get(code, ()) if each.position != fact.position]
            self._ended[code] = [*ended, fact] if present else ended
        named = keys_in(fact)
        for key in named:
            move(self._keys.setdefault(code, Counter()), key, present=present)
            move(self._named.setdefault(key, Counter()), code, present=present)
        return named | set(self._keys.get(code, ()))

    def snapshot(self, code: str, day: date) -> Any:
        """Give the entry of an organization at the end of a date; None: it is not registered."""
        known = [each for each in self._snapshots.get(code, ()) if each.position.time_us < end_us(day)]
        return known[-1].data if known else None

    def is_active(self, code: str, day: date) -> bool:
        """Say whether an organization is registered and in force at the end of a date."""
        if self.snapshot(code, day) is None:
            return False
        end = Position(end_us(day), "", "")
        ends, snapshots = self._ended.get(code, ()), self._snapshots.get(code, [])
        return status_on(day, end, ends=ends, snapshots=snapshots) == ACTIVE

    def others(self, by: str, value: str, *, day: date, without: str) -> list[str]:
        """Name the active organizations that share something on a date, one of them left out."""
        key = shared_key(by, value)
        asked = sorted(self._named.get(key or "", {}))
        found = [code for code in asked if code != without and self.since(by, value, code=code, day=day) is not None]
        return [code for code in found if self.is_active(code, day)]

    def since(self, by: str, value: str, *, code: str, day: date) -> date | None:
        """Give the date from which an organization has had a value up to a date; None: it has not on that date."""
        field = LEADS if by in {HEAD, FOUNDATION_HEAD} else by
        snapshot = self.snapshot(code, day)
        if snapshot is None or (by == FOUNDATION_HEAD and snapshot.kind != FOUNDATION):
            return None
        starts = [] if field != LEADS else list(self._led_from(code, value, day))
        wanted, start = shared_key(by, value), None
        for each in reversed(self._snapshots[code]):
            if each.position.time_us < end_us(day):
                if shared_key(by, getattr(each.data, field)) != wanted:
                    break
                start = day_of(each.position)
        return min([*starts, *([start] if start is not None else [])], default=None)

    def _led_from(self, code: str, person: str, day: date) -> Iterator[date]:
        """Give since when somebody holds the post of the head on a date."""
        taken, left = self._posts.get(code, {}).get(person, ([], []))
        for fact in taken:
            if fact.data.post == LEADS and lives_on(fact, day, left):
                yield start_of(fact)

    def joined_last(self, by: str, value: str, *, code: str, day: date) -> bool:
        """Say whether an organization began last to share something with those who do; of one date the greater code."""
        own = (self.since(by, value, code=code, day=day) or day, code)
        others = self.others(by, value, day=day, without=code)
        return all((self.since(by, value, code=other, day=day) or day, other) < own for other in others)

    def names(self, codes: list[str], day: date) -> str:
        """List organizations by name, as many as a sentence holds."""
        listed = [self.snapshot(code, day).name for code in codes[:NAMES_MAX]]
        return "、".join(listed) + ("…" if len(codes) > NAMES_MAX else "")


def keys_in(fact: Fact) -> set[str]:
    """Name what a snapshot or a post says that others may share."""
    found: list[str | None] = []
    if fact.stream == "org":
        data = fact.data
        found = [shared_key(HEAD, data.legal_representative)]
        found += [shared_key(PHONE, data.phone), shared_key(ADDRESS, data.address)]
    elif fact.stream == "post" and fact.data.post == LEADS:
        found = [shared_key(HEAD, fact.data.person)]
    return {key for key in found if key is not None}


def move(counts: Counter[str], name: str, *, present: bool) -> None:
    """Count one more or one less; what is counted no more is gone."""
    counts[name] += 1 if present else -1
    if counts[name] <= 0:
        del counts[name]
