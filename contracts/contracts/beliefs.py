"""Which of the facts that were heard are believed.

A source replaces what it said by a correction and takes it back by a withdrawal; both may come before what they speak
of. What is believed depends on the set of facts alone, never on the order in which they came.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol, TypeVar

WITHDRAWN, COMPLETED = ".event.withdrawn.v1", ".source.completed.v1"  # after the department's name


class Told(Protocol):
    """One event as somebody keeps it."""

    @property
    def source(self) -> str: ...  # noqa: D102 - the attribute of CloudEvents
    @property
    def id(self) -> str: ...  # noqa: D102 - the attribute of CloudEvents
    @property
    def type(self) -> str: ...  # noqa: D102 - the attribute of CloudEvents
    @property
    def subject(self) -> str | None: ...  # noqa: D102 - the attribute of CloudEvents
    @property
    def corrects(self) -> str | None: ...  # noqa: D102 - our extension attribute
    @property
    def time_us(self) -> int: ...  # noqa: D102 - the attribute `time`, in microseconds
    @property
    def topic(self) -> str: ...  # noqa: D102 - where it was read
    @property
    def data(self) -> Mapping[str, Any]: ...  # noqa: D102 - the content


ToldT = TypeVar("ToldT", bound=Told)


class ChainKey(NamedTuple):
    """Facts correct each other only within one source, type (hence topic) and subject."""

    source: str
    topic: str
    subject: str | None
    type: str


def believed(facts: Iterable[ToldT]) -> list[ToldT]:
    """Give the facts that stand after corrections and withdrawals, in order of position.

    Of a chain, the member stands that nobody corrects; of several, the one with the greatest id in bytes. A withdrawn
    member, or members that correct each other in a circle, void the whole chain.

    Shape:  O(n log n) in the number of facts given.
    """
    families: dict[ChainKey, dict[str, ToldT]] = defaultdict(dict)
    withdrawn: dict[tuple[str, str, str | None], set[str]] = defaultdict(set)
    for fact in facts:
        if fact.type.endswith(WITHDRAWN):
            withdrawn[fact.source, fact.topic, fact.subject].add(str(fact.data["event_id"]))
        elif not fact.type.endswith(COMPLETED):  # a declaration can be neither corrected nor withdrawn
            families[ChainKey(fact.source, fact.topic, fact.subject, fact.type)][fact.id] = fact
    standing = [fact for key, members in families.items() for fact in _standing(members, void=withdrawn[key[:3]])]
    return sorted(standing, key=lambda fact: (fact.time_us, fact.source, fact.id))


def _standing(members: dict[str, ToldT], *, void: set[str]) -> Iterator[ToldT]:
    """Give what stands of each chain; `void` are the ids that were withdrawn, seen or not."""
    if not any(fact.corrects for fact in members.values()):
        yield from (fact for fact in members.values() if fact.id not in void)
        return
    corrected = {fact.corrects for fact in members.values()}
    for chain in _chains(members):
        heads = [members[id_] for id_ in chain if id_ in members and id_ not in corrected]
        if heads and not _has_circle(chain, members) and void.isdisjoint(chain):
            yield max(heads, key=lambda fact: fact.id.encode())


def _chains(members: dict[str, ToldT]) -> list[set[str]]:
    """Gather ids into connected chains; an id that was only named, never seen, is a member too."""
    neighbours: dict[str, set[str]] = {id_: set() for id_ in members}
    for fact in members.values():
        if fact.corrects:
            neighbours[fact.id].add(fact.corrects)
            neighbours.setdefault(fact.corrects, set()).add(fact.id)
    chains, placed = [], set[str]()
    for start in neighbours:
        if start in placed:
            continue
        chain, ahead = {start}, [start]
        while ahead:
            found = neighbours[ahead.pop()] - chain
            chain |= found
            ahead.extend(found)
        placed |= chain
        chains.append(chain)
    return chains


def _has_circle(chain: set[str], members: dict[str, ToldT]) -> bool:
    """Tell whether following `corrects` comes back to where it was.

    Each member corrects at most one other, so a connected chain without a circle has exactly one link fewer than ids.
    """
    links = sum(1 for id_ in chain if id_ in members and members[id_].corrects)
    return links >= len(chain)
