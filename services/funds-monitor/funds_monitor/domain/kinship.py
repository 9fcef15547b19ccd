"""Who belongs to whom on a date: edges between party keys, groups, steps of relation.

Source: docs/rule-language.md §4 (Edges, Group, Insiders).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from datetime import date

from msgspec import Struct

STRONG = frozenset({"spouse", "parent", "child", "sibling", "controls"})
GROUPING = STRONG | {"same_address", "same_phone"}
LEADING = frozenset({"legal_representative", "chair", "vice_chair", "secretary_general"})
GROUP_MEMBERS_MAX = 20  # a larger set is a shared address, not a family; the indicators fix the number
ANSWERS_CACHED_MAX = 200_000  # about 60 MB; then all are dropped, as after a change


class Edge(Struct, frozen=True, gc=False):
    """A tie to another party while it lives."""

    other: str
    from_on: date
    to_on: date | None
    strong: bool

    def holds_on(self, day: date) -> bool:
        """Say whether it lives on a date."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


class Kinship:
    """The graph of all parties that have ties; whoever has none is its own group."""

    def __init__(self) -> None:
        self._edges: dict[str, dict[Hashable, Edge]] = {}
        self._groups: dict[tuple[str, date], tuple[str, frozenset[str]]] = {}
        self._reaches: dict[Hashable, frozenset[str]] = {}

    def knows(self, key: str) -> bool:
        """Say whether a party has any tie at any time."""
        return key in self._edges

    def tie(self, tie_id: Hashable, one: str, other: str, *, from_on: date, to_on: date | None, strong: bool) -> None:
        """Add an edge under an id of its own."""
        self._edges.setdefault(one, {})[tie_id] = Edge(other, from_on, to_on, strong)
        self._edges.setdefault(other, {})[tie_id] = Edge(one, from_on, to_on, strong)
        self.forget_answers()

    def untie(self, tie_id: Hashable, one: str, other: str) -> None:
        """Remove an edge by its id."""
        for key in {one, other}:
            edges = self._edges.get(key)
            if edges is not None and edges.pop(tie_id, None) is not None and not edges:
                del self._edges[key]
        self.forget_answers()

    def forget_answers(self) -> None:
        """Drop cached answers after a change."""
        self._groups.clear()
        self._reaches.clear()

    def component(self, keys: Iterable[str]) -> set[str]:
        """Give everybody tied to these parties at any time, themselves included."""
        found = set(keys)
        fringe = list(found)
        while fringe:
            for edge in self._edges.get(fringe.pop(), {}).values():
                if edge.other not in found:
                    found.add(edge.other)
                    fringe.append(edge.other)
        return found

    def neighbours(self, key: str) -> set[str]:
        """Give those who are tied to a party at any time."""
        return {edge.other for edge in self._edges.get(key, {}).values()}

    def _around(self, key: str, day: date) -> Iterator[str]:
        for edge in self._edges.get(key, {}).values():
            if edge.holds_on(day):
                yield edge.other

    def group(self, key: str, day: date) -> tuple[str, frozenset[str]]:
        """Give the id and the members of a party's group on a date."""
        if key not in self._edges:
            return key, frozenset((key,))
        known = self._groups.get((key, day))
        if known is not None:
            return known
        members = self._members(key, day, without=None)
        self._limit()
        answer = self._groups[key, day] = (min(members), members)
        return answer

    def circle(self, key: str, day: date, *, without: str) -> str:
        """Give the id of a party's group on a date with one party left out: who meets only there is apart."""
        return min(self._members(key, day, without=without)) if key in self._edges else key

    def _members(self, key: str, day: date, *, without: str | None) -> frozenset[str]:
        members, fringe = {key}, [key]
        while fringe and len(members) <= GROUP_MEMBERS_MAX:
            fresh = set(self._around(fringe.pop(), day)) - members - {without}
            members |= fresh
            fringe += fresh
        return frozenset(members if len(members) <= GROUP_MEMBERS_MAX else (key,))

    def reach(self, roots: frozenset[str], day: date, steps: int, *, without: str) -> frozenset[str]:
        """Give everybody at most so many strong ties away on a date, never through `without`."""
        question = (roots, day, steps, without)
        known = self._reaches.get(question)
        if known is not None:
            return known
        found, fringe = set(roots), set(roots)
        for _ in range(steps):
            fringe = {
                edge.other
                for key in fringe
                for edge in self._edges.get(key, {}).values()
                if edge.strong and edge.other != without and edge.holds_on(day)
            } - found
            if not fringe:
                break
            found |= fringe
        self._limit()
        self._reaches[question] = frozenset(found)
        return self._reaches[question]

    def _limit(self) -> None:
        if len(self._groups) + len(self._reaches) > ANSWERS_CACHED_MAX:
            self.forget_answers()
