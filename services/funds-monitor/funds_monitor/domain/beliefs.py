"""Which facts are believed: corrections, chains, cycles and withdrawals of one organization.

Source: contracts.md §1 (Correction, Withdrawal).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from funds_monitor.domain.facts import Fact
from funds_monitor.domain.outcome import PendingCorrection
from funds_monitor.domain.streams import COMPLETED, WITHDRAWN


class Node(NamedTuple):
    """One event of a chain, seen or only spoken of."""

    source: str
    type: str
    id: str


class Change(Struct):
    """What one fact did to what is believed."""

    fresh: bool
    removed: Fact | None = None
    added: Fact | None = None
    pending: PendingCorrection | None = None
    extra_removed: tuple[Fact, ...] = ()  # a fact that ties several chains together takes several beliefs away


UNCHANGED = Change(fresh=False)
NOTHING_BELIEVED = Change(fresh=True)


class Beliefs:
    """All facts heard of one organization, and which of them count."""

    def __init__(self) -> None:
        self.heard: dict[tuple[str, str], Fact] = {}
        self._children: dict[Node, list[Node]] = {}
        self._withdrawn: set[tuple[str, str, str]] = set()  # source, topic, id
        self._spoken_of: dict[tuple[str, str], set[Node]] = {}  # nodes of chains by identity

    def is_plain(self, fact: Fact) -> bool:
        """Say whether a fact is new, corrects nothing, and nothing heard so far corrects or withdraws it."""
        identity = (fact.position.source, fact.position.id)
        if fact.corrects is not None or identity in self.heard or identity in self._spoken_of:
            return False
        return not self._withdrawn or (identity[0], fact.place.topic, identity[1]) not in self._withdrawn

    def add(self, fact: Fact) -> Change:
        """Take one fact in and say what is believed differently.

        Shape: O(1) without corrections, else O(chain).
        """
        identity = (fact.position.source, fact.position.id)
        if identity in self.heard:
            return UNCHANGED
        if fact.stream == COMPLETED:
            return NOTHING_BELIEVED
        if fact.stream == WITHDRAWN:
            return self._withdraw(fact, identity)
        node = Node(identity[0], fact.event_type, identity[1])
        if fact.corrects is None and node not in self._children:
            self.heard[identity] = fact
            void = bool(self._withdrawn) and (identity[0], fact.place.topic, identity[1]) in self._withdrawn
            return NOTHING_BELIEVED if void else Change(fresh=True, added=fact)
        return self._join(fact, identity, node)

    def _join(self, fact: Fact, identity: tuple[str, str], node: Node) -> Change:
        near = [node, *self._children.get(node, ())]
        target = Node(node.source, node.type, fact.corrects) if fact.corrects is not None else None
        if target is not None:
            near.append(target)
        before = {believed.position: believed for each in near if (believed := self._believed(each)) is not None}
        waited = node in self._children and identity not in self.heard
        self.heard[identity] = fact
        pending = None
        if target is not None:
            self._children.setdefault(target, []).append(node)
            for each in (node, target):
                self._spoken_of.setdefault((each.source, each.id), set()).add(each)
            if not self._is_seen(target):
                pending = PendingCorrection(fact.organization or "", node.source, node.id, target.id)
        if waited and pending is None:
            child = self._children[node][0]
            pending = PendingCorrection(fact.organization or "", child.source, child.id, node.id, arrived=True)
        after = self._believed(node)
        if after is not None and before.pop(after.position, None) is not None:
            after = None
        gone = list(before.values())
        return Change(
            fresh=True,
            removed=gone[0] if gone else None,
            added=after,
            pending=pending,
            extra_removed=tuple(gone[1:]),
        )

    def _withdraw(self, fact: Fact, identity: tuple[str, str]) -> Change:
        self.heard[identity] = fact
        key = (fact.position.source, fact.place.topic, fact.data.event_id)
        target = self.heard.get((fact.position.source, fact.data.event_id))
        nodes = set(self._spoken_of.get((fact.position.source, fact.data.event_id), ()))
        if target is not None and target.stream != WITHDRAWN:
            nodes.add(Node(target.position.source, target.event_type, target.position.id))
        before = {found.position: found for node in nodes if (found := self._believed(node)) is not None}
        self._withdrawn.add(key)
        after = {found.position for node in nodes if (found := self._believed(node)) is not None}
        gone = [found for position, found in before.items() if position not in after]
        return Change(fresh=True, removed=gone[0] if gone else None, extra_removed=tuple(gone[1:]))

    def _is_seen(self, node: Node) -> bool:
        found = self.heard.get((node.source, node.id))
        return found is not None and found.event_type == node.type

    def _seen(self, node: Node) -> Fact | None:
        found = self.heard.get((node.source, node.id))
        return found if found is not None and found.event_type == node.type else None

    def _around(self, node: Node) -> Iterator[Node]:
        fact = self._seen(node)
        if fact is not None and fact.corrects is not None:
            yield Node(node.source, node.type, fact.corrects)
        yield from self._children.get(node, ())

    def _believed(self, start: Node) -> Fact | None:
        """Give the member of a chain that counts: not corrected, of several the greatest id; void: none."""
        chain, fringe = {start}, [start]
        while fringe:
            fresh = [node for node in self._around(fringe.pop()) if node not in chain]
            chain.update(fresh)
            fringe += fresh
        facts = [fact for node in chain if (fact := self._seen(node)) is not None]
        if not facts:
            return None
        topic = facts[0].place.topic
        if self._withdrawn and any((node.source, topic, node.id) in self._withdrawn for node in chain):
            return None
        corrected = {fact.corrects for fact in facts if fact.corrects is not None}
        # A connected chain of n members in which each corrects at most one has a cycle if no member is a root.
        roots = [node for node in chain if (fact := self._seen(node)) is None or fact.corrects is None]
        tips = [fact for fact in facts if fact.position.id not in corrected]
        if not roots or not tips:
            return None
        return max(tips, key=lambda fact: fact.position.id.encode())
