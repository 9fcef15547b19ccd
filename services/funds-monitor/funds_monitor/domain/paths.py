"""Operators over links: money that comes back to where it started, along payments in order of time.

Source: indicators.md SO-04, docs/rule-language.md §4 (path_back, ring_back).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from funds_monitor.domain.entries import Entry
from funds_monitor.domain.facts import DAY_US, Position, date_of
from funds_monitor.domain.links import FLOOR_FEN, Edge, LinkBook
from funds_monitor.domain.points import Point

WHOLE_BP = 10_000
EDGES_MIN = 3  # two parties who pay each other go no way round; two edges do that end at somebody else of the group

Numbers = Mapping[str, int]
Fits = Callable[[Edge, Edge], bool]


class Path(Struct, frozen=True, eq=False):
    """A closed way."""

    edges: tuple[Edge, ...]
    cut: bool  # somebody on it paid more often than was looked at

    @property
    def smallest_fen(self) -> int:
        """What came all the way round."""
        return min(edge.amount_fen for edge in self.edges)

    @property
    def is_at_origin(self) -> bool:
        """Say whether it ends with whom it began."""
        return self.edges[-1].payee == self.edges[0].payer

    @property
    def order(self) -> tuple[Any, ...]:
        """The earliest first; of those with one first edge the one that brings most, then the shortest."""
        positions = tuple(edge.position for edge in self.edges)
        return positions[0], -self.smallest_fen, len(positions), positions


class Way(Struct, frozen=True):
    """What a rule sees of the ways round through an organization."""

    sent_fen: int
    returned_fen: int
    smallest_fen: int
    edges: int
    fresh: int  # edges between parties that were new to each other
    related: bool  # some way ends with somebody else of the origin's group
    role: str
    path: str
    cut: bool
    own: tuple[Position, ...]  # the organization's payments on them


class Aim(Struct, frozen=True, eq=False):
    """Where a way is to lead: over an edge to one of some parties; `leads` are the edges that can."""

    through: Edge
    members: Collection[str]
    leads: Collection[Position]


class Search(Struct):
    """Where ways may lead; `seen` gathers everybody whose payments or group were looked at."""

    links: LinkBook
    window_us: int
    edges_max: int
    fanout_max: int
    fits: Fits  # first edge and another of one way
    near: Fits  # two edges that may be of one way
    members: Callable[[str], Collection[str]]  # parties at which a way of an origin ends
    seen: set[str]

    def through(self, edge: Edge) -> Iterator[Path]:
        """Give the closed ways that an edge is part of.

        Shape:  both reaches of the edge are looked at once; ways are walked only from origins that both lead to.
        """
        before, after = self._before(edge), self._after(edge)
        ends: dict[str, int] = {edge.payee: 0}
        for reached, hops in after.values():
            ends.setdefault(reached.payee, hops)  # the fewest come first
        for first, hops in sorted(before.values(), key=lambda each: each[0].position):
            members = self.members(first.payer)
            fewest = min((ends[party] for party in members if party in ends), default=self.edges_max)
            if hops + 1 + fewest > self.edges_max or first.payee in members or not self.fits(first, first):
                continue
            leads = before.keys() | leading(after, members)
            yield from self._extend((first,), Aim(edge, members, leads), cut=False)

    def _before(self, edge: Edge) -> dict[Position, tuple[Edge, int]]:
        """Give the edges from which money may have come to an edge in time, itself among them, with the hops to it."""
        found, level = {edge.position: (edge, 0)}, [edge]
        after_us = edge.position.time_us - self.window_us
        for hops in range(1, self.edges_max):
            fresh: list[Edge] = []
            for each in level:
                self.seen.add(each.payer)
                for before in self.links.into(each.payer, after_us=after_us, before=each.position):
                    if before.position not in found and self.near(edge, before):
                        found[before.position] = (before, hops)
                        fresh.append(before)
            level = fresh
        self.seen.update(each.payer for each in level)
        return found

    def _after(self, edge: Edge) -> dict[Position, tuple[Edge, int]]:
        """Give the edges that money may have gone on to in time, with the hops from an edge."""
        found: dict[Position, tuple[Edge, int]] = {}
        level, until_us = [edge], edge.position.time_us + self.window_us
        for hops in range(1, self.edges_max):
            fresh: list[Edge] = []
            for each in level:
                self.seen.add(each.payee)
                for after in self.links.out_of(each.payee, after=each.position):
                    if after.position.time_us >= until_us:
                        break
                    if after.position not in found and self.near(edge, after):
                        found[after.position] = (after, hops)
                        fresh.append(after)
            level = fresh
        self.seen.update(each.payee for each in level)
        return found

    def _extend(self, way: tuple[Edge, ...], aim: Aim, *, cut: bool) -> Iterator[Path]:
        if len(way) >= self.edges_max:
            return
        passed, visited = aim.through in way, {edge.payer for edge in way}
        following, more = self._next(way)
        for edge in following:
            if edge.position not in aim.leads or (not passed and edge.position > aim.through.position):
                continue
            longer = (*way, edge)
            if edge.payee in aim.members:
                closes = len(longer) >= EDGES_MIN or edge.payee != way[0].payer
                if closes and (passed or edge is aim.through):
                    yield Path(longer, cut or more)
            elif edge.payee not in visited:
                yield from self._extend(longer, aim, cut=cut or more)

    def _next(self, way: tuple[Edge, ...]) -> tuple[list[Edge], bool]:
        """Give the edges that a way may go on with, the earliest; and whether there are more."""
        first, last = way[0], way[-1]
        until_us, found = first.position.time_us + self.window_us, list[Edge]()
        for edge in self.links.out_of(last.payee, after=last.position):
            if edge.position.time_us >= until_us:
                break
            if self.fits(first, edge):
                if len(found) == self.fanout_max:
                    return found, True
                found.append(edge)
        return found, False


def path_back(point: Point, _: object, numbers: Numbers) -> Way | None:
    """Find the ways on which money that left a party comes back to it, or to somebody of its group."""
    least_bp, most_bp = numbers["back_bp"], numbers["edge_max_bp"]
    low_bp, high_bp = min(least_bp, WHOLE_BP), max(most_bp, WHOLE_BP)

    def fits(first: Edge, edge: Edge) -> bool:
        amount = edge.amount_fen * WHOLE_BP
        return edge is first or least_bp * first.amount_fen <= amount <= most_bp * first.amount_fen

    def near(edge: Edge, other: Edge) -> bool:
        return (
            other.amount_fen * high_bp >= edge.amount_fen * low_bp
            and other.amount_fen * low_bp <= edge.amount_fen * high_bp
        )

    kinship, day = point.timeline.book.kinship, point.day
    return found_at(point, numbers, fits=fits, near=near, members=lambda party: kinship.group(party, day)[1])


def ring_back(point: Point, _: object, numbers: Numbers) -> Way | None:
    """Find the best ring of payments between parties new to each other; it ends where it began."""
    if point.entry.stream != "payment":
        return None
    floor_fen = numbers["floor_fen"]

    def fits(_: Edge, edge: Edge) -> bool:
        return edge.first_time and edge.amount_fen >= floor_fen

    return found_at(point, numbers, fits=fits, near=fits, members=lambda party: {party}, best_only=True)


def found_at(
    point: Point,
    numbers: Numbers,
    *,
    fits: Fits,
    near: Fits,
    members: Callable[[str], Collection[str]],
    best_only: bool = False,
) -> Way | None:
    """Search the ways through the payment at hand, and those through what the organization moved before it."""
    timeline = point.timeline
    links, code, edge, until = timeline.book.links, timeline.code, None, point.position
    if point.entry.stream == "payment":
        if point.entry.data.amount_fen < FLOOR_FEN:
            return None
        edge = links.edge_of(until)
    point.asked |= point.plan.path_bit
    if edge is None and point.entry.stream == "payment":
        return None
    if edge is not None and not near(edge, edge):
        return None
    search = Search(
        links=links,
        window_us=numbers["window_days"] * DAY_US,
        edges_max=numbers["edges_max"],
        fanout_max=numbers["fanout_max"],
        fits=fits,
        near=near,
        members=members,
        seen=timeline.searched,
    )
    here = sorted(search.through(edge), key=order_of) if edge is not None else []
    if best_only or (edge is not None and not here):
        return way_of(min(here, key=best_of), [], code) if here else None
    until = edge.position if edge is not None else until
    around = links.around(code, after_us=until.time_us - search.window_us, until=until)
    found = [path for each in around if each is not edge for path in search.through(each)]
    chosen = disjoint([*here, *found])
    mine = [path for path in chosen if edge is None or edge in path.edges]
    return way_of(mine[0], chosen, code) if mine else None


def leading(after: Mapping[Position, tuple[Edge, int]], members: Collection[str]) -> Collection[Position]:
    """Give those of the edges after an edge that may lead to some parties."""
    last: dict[str, Position] = {}  # party -> its latest payment that leads there
    found: set[Position] = set()
    for position in sorted(after, reverse=True):
        each = after[position][0]
        further = last.get(each.payee)
        if each.payee in members or (further is not None and further > position):
            found.add(position)
            last.setdefault(each.payer, position)
    return found


def order_of(path: Path) -> tuple[Any, ...]:
    """Give the order of a path, for sorting."""
    return path.order


def best_of(path: Path) -> tuple[Any, ...]:
    """Give the order of rings: the one that brings most, then the shortest, then the earliest."""
    return path.order[1:]


def disjoint(paths: Iterable[Path]) -> list[Path]:
    """Take paths in their order, each that shares no edge with one before."""
    chosen: list[Path] = []
    used: set[Position] = set()
    for path in sorted(paths, key=order_of):
        positions = {edge.position for edge in path.edges}
        if used.isdisjoint(positions):
            used |= positions
            chosen.append(path)
    return chosen


def way_of(shown: Path, chosen: list[Path], code: str) -> Way:
    """Put together what a rule sees; `shown` is the way that the payment at hand is on."""
    paths = chosen or [shown]
    edges = [edge for path in paths for edge in path.edges]
    reports = [report for edge in edges for report in edge.reports]
    return Way(
        sent_fen=sum(path.edges[0].amount_fen for path in paths),
        returned_fen=sum(path.smallest_fen for path in paths),
        smallest_fen=min(path.smallest_fen for path in paths),
        edges=len(edges),
        fresh=sum(edge.first_time for edge in edges),
        related=any(not path.is_at_origin for path in paths),
        role=role_of(shown, code),
        path=" → ".join(f"{date_of(edge.position.time_us)} {yuan(edge.amount_fen)}" for edge in shown.edges),
        cut=any(path.cut for path in paths),
        own=tuple(sorted(report.position for report in reports if report.organization == code)),
    )


def role_of(path: Path, code: str) -> str:
    """Say what part an organization has on a way."""
    if path.edges[0].payer == code:
        return "origin"
    return "closer" if code in {path.edges[-1].payer, path.edges[-1].payee} else "carrier"


def yuan(amount_fen: int) -> str:
    """Write an amount in yuan."""
    return f"{amount_fen // 100:,}.{amount_fen % 100:02d}"


def own_entries(way: Way | None, point: Point) -> list[Entry]:
    """Give the organization's payments on the ways found, as evidence."""
    entries = [point.timeline.payments.at(position) for position in way.own] if way is not None else []
    return [entry for entry in entries if entry is not None]
