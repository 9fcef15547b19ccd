"""Conditions over facts alone, compiled to run on an entry: what is given besides is fixed as constants.

Most conditions of sets and waking need nothing of the point, and kinds of organizations are few: each is compiled once
per combination of what is given, and costs a fraction of an evaluation in surroundings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from funds_monitor.domain.clearing import ANY_KEYS
from funds_monitor.domain.compiling import Compiler, Cost, Fixed, Run, Value
from funds_monitor.domain.entries import Entry
from funds_monitor.domain.expressions import Field, Literal, Name, Node
from funds_monitor.domain.parties import fair_bids, is_named
from funds_monitor.domain.words import Words

WITH_FIELDS = frozenset({"org", "this"})
OF_ENTRY: dict[str, Run] = {
    "party": attrgetter("party"),
    "first_time": attrgetter("first_time"),
    "award": attrgetter("award"),
    "budgeted": attrgetter("budgeted"),
    "buyer_code": attrgetter("buyer_code"),
    "fair_bids": lambda entry: fair_bids(entry.fact),
    "named": lambda entry: is_named(entry.party),
    "stream": attrgetter("stream"),
}


class MemberCompiler(Compiler):
    """Compiles names to attributes of an entry, and what is given to constants."""

    def __init__(self, words: Words, given: Mapping[str, Value], fields: frozenset[str]) -> None:
        super().__init__(words, None)
        self._given = given
        self._fields = fields

    def run(self, node: Node) -> Run:
        """Compile a node; attributes of the organization and lists of the point are constants here."""
        return super().run(self._settled(node))

    def _settled(self, node: Node) -> Node:
        if (
            isinstance(node, Field)
            and isinstance(node.holder, Name)
            and node.holder.name in WITH_FIELDS & self._given.keys()
        ):
            return Literal(getattr(self._given[node.holder.name], node.name))
        return node

    def fixed(self, node: Node) -> Fixed | None:
        """Give what is given, too."""
        node = self._settled(node)
        if isinstance(node, Name) and node.name in self._given:
            return Fixed(self._given[node.name])
        return super().fixed(node)

    def name(self, name: str) -> Run:
        """Compile a bare name."""
        if name in self._given:
            value = self._given[name]
            return lambda _: value
        if name in OF_ENTRY:
            return OF_ENTRY[name]
        if name in self._fields:
            return attrgetter(f"data.{name}")
        return lambda entry: getattr(entry.data, name, None)

    def ask(self, function: str, arguments: tuple[Value, ...]) -> Run:
        """Compile `cleared`; nothing else can be asked of a fact alone."""
        if function != "cleared":
            raise KeyError(function)
        keys = ANY_KEYS if "any" in arguments else frozenset(arguments)
        return lambda entry: not entry.cleared.isdisjoint(keys)


def compile_member(
    node: Node, words: Words, given: Mapping[str, Value], fields: frozenset[str]
) -> Callable[[Entry], Any]:
    """Compile a condition over the facts of one stream; `fields` are those that all of them have."""
    return MemberCompiler(words, given, fields).run(node)


class PointCompiler(Compiler):
    """Compiles names to attributes of a point where nothing has to be computed, and fixed parameters to constants."""

    def __init__(
        self, words: Words, cost: Cost, *, constants: Mapping[str, Value], fields: frozenset[str], known: frozenset[str]
    ) -> None:
        super().__init__(words, cost)
        self._constants = constants
        self._fields = fields
        self._known = known

    def fixed(self, node: Node) -> Fixed | None:
        """Give parameters that are the same for every kind and size, too."""
        if isinstance(node, Name) and node.name in self._constants:
            return Fixed(self._constants[node.name])
        return super().fixed(node)

    def name(self, name: str) -> Run:
        """Compile a bare name."""
        if name in self._constants:
            value = self._constants[name]
            return lambda _: value
        if name in {"d", "org"}:
            return attrgetter("day" if name == "d" else "org")
        if name in self._fields and name not in self._known:
            return attrgetter(f"entry.data.{name}")
        return lambda point: point[name]

    def ask(self, function: str, arguments: tuple[Value, ...]) -> Run:
        """Compile a call that depends on the point."""
        if function != "cleared":
            return super().ask(function, arguments)
        keys = ANY_KEYS if "any" in arguments else frozenset(arguments)
        return lambda point: not point.entry.cleared.isdisjoint(keys)
