"""Which events are believed: corrections, chains, cycles, withdrawals (contracts: Envelope, Correction, Withdrawal)."""

from collections import defaultdict
from collections.abc import Iterable

from contracts import Event
from tests.oracle.facts import Fact, Heard, fact_of, in_order

Node = tuple[str, str, str | None, str]  # source, type, subject, id


def believed_facts(heard: Iterable[Heard]) -> list[Fact]:
    """Give the facts that count, in order of position."""
    events = first_of_each_identity(heard)
    withdrawn = {
        (one.event.source, one.topic, one.event.subject, one.event.data.event_id)
        for one in events
        if one.event.type.endswith(".event.withdrawn.v1")
    }
    content = [one for one in events if not one.event.type.endswith((".event.withdrawn.v1", ".source.completed.v1"))]
    topics = {one.event.type: one.topic for one in content}
    seen = {node_of(one.event): one.event for one in content}
    void = [node for node in all_nodes(seen) if (node[0], topics[node[1]], node[2], node[3]) in withdrawn]
    facts = []
    for chain in chains(seen):
        if any(node in chain for node in void) or has_cycle(chain, seen):
            continue
        corrected = {target_of(seen[node]) for node in chain if node in seen}
        tips = [node for node in chain if node in seen and node not in corrected]
        facts.append(fact_of(seen[max(tips, key=lambda node: node[3].encode())]))
    return in_order(facts)


def first_of_each_identity(heard: Iterable[Heard]) -> list[Heard]:
    """Drop duplicates: the first one committed stands."""
    first: dict[tuple[str, str], Heard] = {}
    for one in heard:
        first.setdefault((one.event.source, one.event.id), one)
    return list(first.values())


def node_of(event: Event) -> Node:
    return (event.source, event.type, event.subject, event.id)


def target_of(event: Event) -> Node | None:
    """Name the event that this one replaces, seen or not."""
    return (event.source, event.type, event.subject, event.corrects) if event.corrects is not None else None


def all_nodes(seen: dict[Node, Event]) -> set[Node]:
    """Name every event heard, and every event spoken of."""
    return set(seen) | {target for event in seen.values() if (target := target_of(event)) is not None}


def chains(seen: dict[Node, Event]) -> list[set[Node]]:
    """Split into connected components over `corrects`."""
    neighbours: dict[Node, set[Node]] = defaultdict(set)
    for node, event in seen.items():
        target = target_of(event)
        if target is not None:
            neighbours[node].add(target)
            neighbours[target].add(node)
    found: list[set[Node]] = []
    done: set[Node] = set()
    for start in seen:
        if start in done:
            continue
        chain, fringe = {start}, [start]
        while fringe:
            fresh = neighbours[fringe.pop()] - chain
            chain |= fresh
            fringe += fresh
        done |= chain
        found.append(chain)
    return found


def has_cycle(chain: set[Node], seen: dict[Node, Event]) -> bool:
    """Follow the corrections from every member: does one come back?"""
    for start in chain:
        node: Node | None = start
        for _ in range(len(chain)):
            node = target_of(seen[node]) if node in seen else None
        if node is not None:  # more steps than members
            return True
    return False
