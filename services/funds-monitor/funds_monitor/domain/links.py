"""Links: payments that other shards have to know of. Every process keeps the links of everybody.

A link is one side's account of a payment. The accounts of both sides are one edge between two parties: the k-th report
of the payer and the k-th of the payee about the same amount on the same day.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from datetime import date
from itertools import zip_longest

from msgspec import Struct

from funds_monitor.domain.facts import Position, date_of

TOPIC = "monitor.links.v1"
FLOOR_FEN = 500_000  # 5,000 yuan; what is smaller is told to nobody, which keeps the traffic small
PATH = "path:"  # before a party: the key of those who searched the payments of it

Identity = tuple[str, str]  # source and id of a fact


class Report(Struct, frozen=True):
    """What one side says of a payment."""

    position: Position
    organization: str  # whose books it stands in
    payer: str
    payee: str
    amount_fen: int
    first_time: bool  # as those books know it
    refund: bool  # the payer gives back what the payee paid in (C9)

    @property
    def identity(self) -> Identity:
        """The fact behind it."""
        return self.position.source, self.position.id

    @property
    def ends(self) -> tuple[str, str]:
        """From whom to whom."""
        return self.payer, self.payee


class Link(Struct, frozen=True):
    """A report as told to everybody; of two with one fact the higher revision holds."""

    report: Report
    revision: int
    asserted: bool  # else taken back


class Edge(Struct, frozen=True, eq=False):
    """One payment between two parties; it stands where the payer has it, or else the payee."""

    position: Position
    payer: str
    payee: str
    amount_fen: int
    first_time: bool
    reports: tuple[Report, ...]


Alike = tuple[str, str, int, date]  # payer, payee, amount, day


class LinkBook:
    """All links that hold, as edges in order of time by party.

    Shape:  a link comes or goes in O(edges of its parties) at worst, O(log n) to find its place.
    """

    def __init__(self) -> None:
        self._links: dict[Identity, Link] = {}
        self._alike: dict[Alike, list[Report]] = {}
        self._edges: dict[Alike, list[Edge]] = {}
        self._by_fact: dict[Identity, Edge] = {}
        self._out: dict[str, list[Edge]] = {}
        self._into: dict[str, list[Edge]] = {}
        self.messages = 0  # told so far of all that is known: each revision is one

    def __len__(self) -> int:
        return len(self._links)

    def apply(self, link: Link) -> frozenset[str]:
        """Take a link and name the parties whose payments may differ.

        One that is known, or older than what is known, changes nothing and names its parties all the same: a shard may
        have judged before it came, with a copy that has been loaded anew since.
        """
        report = link.report
        touched, known = set(report.ends), self._links.get(report.identity)
        if known is not None:
            touched.update(known.report.ends)
        if known is None or link.revision > known.revision:
            if known is not None and known.asserted:
                self._drop(known.report)
            self._links[report.identity] = link
            self.messages += link.revision - (known.revision if known is not None else 0)
            if link.asserted:
                self._add(report)
        return frozenset(touched)

    def _add(self, report: Report) -> None:
        alike = alike_of(report)
        self._alike.setdefault(alike, []).append(report)
        self._lay(alike)

    def _drop(self, report: Report) -> None:
        alike = alike_of(report)
        self._alike[alike].remove(report)
        self._by_fact.pop(report.identity, None)
        self._lay(alike)

    def _lay(self, alike: Alike) -> None:
        """Pair the reports of alike payments anew."""
        for edge in self._edges.pop(alike, ()):
            take_out(self._out[edge.payer], edge)
            take_out(self._into[edge.payee], edge)
            for report in edge.reports:
                self._by_fact.pop(report.identity, None)
        reports = self._alike[alike]
        if not reports:
            del self._alike[alike]
            return
        edges = self._edges[alike] = list(edges_of(reports))
        for edge in edges:
            insort(self._out.setdefault(edge.payer, []), edge, key=position_of)
            insort(self._into.setdefault(edge.payee, []), edge, key=position_of)
            self._by_fact.update((report.identity, edge) for report in edge.reports)

    def edge_of(self, position: Position) -> Edge | None:
        """Give the edge that a fact reports."""
        return self._by_fact.get((position.source, position.id))

    def out_of(self, party: str, *, after: Position) -> Iterator[Edge]:
        """Give what a party paid after a position, in order."""
        edges = self._out.get(party, [])
        for place in range(bisect_right(edges, after, key=position_of), len(edges)):
            yield edges[place]

    def into(self, party: str, *, after_us: int, before: Position) -> list[Edge]:
        """Give what a party was paid after a time and before a position, in order."""
        edges = self._into.get(party, [])
        low = bisect_left(edges, (after_us + 1, "", ""), key=position_of)
        return edges[low : bisect_left(edges, before, key=position_of)]

    def around(self, party: str, *, after_us: int, until: Position) -> list[Edge]:
        """Give what a party paid and was paid after a time and up to a position, in order."""
        found: list[Edge] = []
        for edges in (self._out.get(party, []), self._into.get(party, [])):
            low = bisect_left(edges, (after_us + 1, "", ""), key=position_of)
            found += edges[low : bisect_right(edges, until, key=position_of)]
        return sorted(found, key=position_of)


def edges_of(reports: list[Report]) -> Iterator[Edge]:
    """Pair the reports of one amount, day and two parties in order of position; a refund is no edge."""
    ordered = sorted(reports, key=lambda each: each.position)
    paid = [each for each in ordered if each.organization == each.payer]
    received = [each for each in ordered if each.organization != each.payer]
    for payer, payee in zip_longest(paid, received):
        said = payer or payee
        if said is None or (payer is not None and payer.refund):
            continue
        both = tuple(each for each in (payer, payee) if each is not None)
        yield Edge(said.position, said.payer, said.payee, said.amount_fen, said.first_time, both)


def alike_of(report: Report) -> Alike:
    """Give what two reports of one payment have in common."""
    return report.payer, report.payee, report.amount_fen, date_of(report.position.time_us)


def position_of(edge: Edge) -> Position:
    """Give the position of an edge, for sorting."""
    return edge.position


def take_out(edges: list[Edge], edge: Edge) -> None:
    """Take an edge out of a list in order of position."""
    del edges[bisect_left(edges, edge.position, key=position_of)]
