"""Who belongs to whom on a date: edges, groups, insiders, founders, steps of relation."""

from collections import defaultdict
from datetime import date
from typing import Any

from funds_monitor.domain.names import norm
from funds_monitor.domain.words import Words
from tests.oracle.books import Books
from tests.oracle.facts import Position
from tests.oracle.parties import Parties

STRONG = {"spouse", "parent", "child", "sibling", "controls"}
GROUPING = STRONG | {"same_address", "same_phone"}
LEADING = {"legal_representative", "chair", "vice_chair", "secretary_general"}
GROUP_MEMBERS_MAX = 20

Edges = dict[str, set[str]]


class Kin:
    """Edges between parties, all of them recomputed for every date that is asked for."""

    def __init__(self, books: Books, parties: Parties, words: Words) -> None:
        self._words = words
        self._books = books
        self._parties = parties
        self._edges: dict[tuple[date, bool], Edges] = {}
        self._groups: dict[date, dict[str, str]] = {}

    def edges(self, day: date, *, grouping: bool) -> Edges:
        """Give the neighbours of everybody on a date: strong edges, or those that make groups."""
        if (day, grouping) not in self._edges:
            pairs = self._relations(day, GROUPING if grouping else STRONG) + self._leading(day)
            edges: Edges = defaultdict(set)
            for one, other in pairs:
                edges[one].add(other)
                edges[other].add(one)
            self._edges[day, grouping] = edges
        return self._edges[day, grouping]

    def _relations(self, day: date, kinds: set[str]) -> list[tuple[str, str]]:
        pairs = []
        for fact in self._books.everywhere("relation"):
            if fact.data.relation in kinds and self._books.lives_on(fact, day):
                one = self._parties.key_of(fact.data.a)
                other = self._parties.key_of(fact.data.b)
                if one and other:
                    pairs.append((one, other))
        return pairs

    def _leading(self, day: date) -> list[tuple[str, str]]:
        pairs = [
            (fact.data.person, fact.code or "")
            for fact in self._books.everywhere("post")
            if fact.data.post in LEADING and self._books.lives_on(fact, day)
        ]
        for code in {fact.code or "" for fact in self._books.everywhere("org")}:
            snapshot = self._books.snapshot_on(code, day)
            if snapshot is not None and snapshot.data.legal_representative:
                pairs.append((snapshot.data.legal_representative, code))
        return pairs

    def group(self, key: str, day: date) -> str:
        """Give the id of a party's group on a date."""
        if day not in self._groups:
            self._groups[day] = self._all_groups(day)
        return self._groups[day].get(key, key)

    def _all_groups(self, day: date) -> dict[str, str]:
        edges = self.edges(day, grouping=True)
        groups: dict[str, str] = {}
        for start in edges:
            if start not in groups:
                members = reach(edges, {start}, steps=len(edges))
                name = min(members) if len(members) <= GROUP_MEMBERS_MAX else None
                groups |= {member: name or member for member in members}
        return groups

    def tied(self, kind: str, *two: str, day: date) -> bool:
        """Say whether a relation of a kind holds between two parties, whichever of them is named first."""
        for fact in self._books.everywhere("relation"):
            ends = {self._parties.key_of(fact.data.a), self._parties.key_of(fact.data.b)}
            if ends == set(two) and fact.data.relation == kind and self._books.lives_on(fact, day):
                return True
        return False

    def grouped(self, one: str, other: str, *, day: date) -> bool:
        """Say whether two parties are in one group."""
        return self.group(one, day) == self.group(other, day)

    def official(self, person: str, *, day: date) -> str:
        """Give the highest official status over all posts of a person: serving, retired, none."""
        posts = [fact for fact in self._books.everywhere("post") if fact.data.person == person]
        held = {fact.data.official_status for fact in posts if self._books.lives_on(fact, day)}
        return "serving" if "serving" in held else "retired" if "retired" in held else "none"

    def bodies(self, person: str, *, day: date) -> int:
        """Count the organizations at which a person holds a post that is not staff's."""
        posts = [fact for fact in self._books.everywhere("post") if fact.data.person == person]
        return len({fact.code for fact in posts if fact.data.post != "staff" and self._books.lives_on(fact, day)})

    def qualified(self, code: str, *, day: date) -> bool:
        """Say whether an organization may raise money in public."""
        snapshot = self._books.snapshot_on(code, day)
        return snapshot is not None and snapshot.data.public_fundraising is True

    def roots(self, code: str, position: Position, day: date) -> set[str]:
        """Give insiders and founders of an organization."""
        roots = {
            fact.data.person
            for fact in self._books.of(code, "post")
            if fact.data.post != "staff" and self._books.lives_on(fact, day)
        }
        snapshot = self._books.snapshot_on(code, day)
        if snapshot is not None and snapshot.data.legal_representative:
            roots.add(snapshot.data.legal_representative)
        for payment in self._parties.external(code):
            given = payment.data.direction == "in" and payment.data.earmark == "start_up_funds"
            if given and payment.position <= position:
                roots.add(self._parties.key(payment))
        for fact in self._books.everywhere("relation"):
            founds = fact.data.relation in ("controls", "founder") and self._books.lives_on(fact, day)
            if founds and self._parties.key_of(fact.data.b) == code:
                roots.add(self._parties.key_of(fact.data.a) or "")
        return roots - {"", code}

    def related(self, party: Any, key: str, *, code: str, position: Position, day: date, steps: int) -> bool:
        """Say whether a party is reached from insiders and founders by at most so many strong edges."""
        snapshot = self._books.snapshot(code, position)
        supervisor = snapshot.data.supervising_body if snapshot is not None else None
        if self._words.matches(party.name, "W.public") or self._words.matches(party.name, "W.hubs"):
            return False
        if supervisor and norm(supervisor) == norm(party.name):
            return False
        edges = {one: others - {code} for one, others in self.edges(day, grouping=False).items() if one != code}
        return key in reach(edges, self.roots(code, position, day), steps=steps)


def reach(edges: Edges, start: set[str], *, steps: int) -> set[str]:
    """Walk breadth first."""
    found, fringe = set(start), set(start)
    for _ in range(steps):
        fringe = {other for one in fringe for other in edges.get(one, ())} - found
        if not fringe:
            break
        found |= fringe
    return found
