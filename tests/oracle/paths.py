"""Ways on which money comes back, found by walking from every payment; no links, no limits but those of the rule."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tests.oracle.facts import DAY_US, Fact, Position, day_of
from tests.oracle.kin import GROUPING

if TYPE_CHECKING:
    from tests.oracle.points import Point, World

FLOOR_FEN = 500_000
LEADING = ("legal_representative", "chair", "vice_chair", "secretary_general")


@dataclass(frozen=True, eq=False)
class Edge:
    """A payment between two parties, reported by one of them or by both."""

    position: Position
    payer: str
    payee: str
    amount_fen: int
    first_time: bool
    facts: tuple[Fact, ...]


Route = tuple[Edge, ...]


def edges_of(world: "World") -> list[Edge]:
    """Give all edges in order of position."""
    alike: dict[tuple[str, str, int, date], tuple[list[Fact], list[Fact]]] = defaultdict(lambda: ([], []))
    people = people_with_ties(world)
    for code in world.books.codes():
        for payment in world.parties.external(code):
            party, pays = told_party(world, payment, people), payment.data.direction == "out"
            if party is not None and payment.data.amount_fen >= FLOOR_FEN:
                ends = (code, party) if pays else (party, code)
                alike[(*ends, payment.data.amount_fen, payment.day)][0 if pays else 1].append(payment)
    edges = []
    for (payer, payee, amount_fen, _), (paid, received) in alike.items():
        for out, into in zip_longest(paid, received):
            if out is not None and world.clearing.holds(out, "C9"):
                continue
            said = out or into
            facts = tuple(fact for fact in (out, into) if fact is not None)
            edges.append(Edge(said.position, payer, payee, amount_fen, world.first_time(said), facts))
    return sorted(edges, key=lambda edge: edge.position)


def told_party(world: "World", payment: Fact, people: set[str]) -> str | None:
    """Name the other side of a payment if it is an organization, or a person who has ties."""
    party, key = payment.data.counterparty, world.parties.key(payment)
    if key in (party.account, payment.code) or ":" in key:
        return None
    return None if key.startswith("p_") and key not in people else key


def people_with_ties(world: "World") -> set[str]:
    """Name everybody who ever led an organization, or stands in a relation that makes groups."""
    books, parties = world.books, world.parties
    found = {fact.data.person for fact in books.everywhere("post") if fact.data.post in LEADING}
    for fact in books.everywhere("relation"):
        ends = [parties.key_of(fact.data.a), parties.key_of(fact.data.b)]
        if fact.data.relation in GROUPING and all(ends):
            found.update(str(end) for end in ends)
    for snapshot in books.everywhere("org"):
        if books.snapshot_on(snapshot.code or "", snapshot.day) is snapshot:
            found.add(snapshot.data.legal_representative)
    return found


def way_at(point: "Point", spec: dict[str, Any]) -> SimpleNamespace | None:
    """Give what a rule sees of the ways through the payment at hand, or through the last ones of the organization."""
    world, code, is_ring = point.world, point.code, spec["operator"] == "ring_back"
    window_us = point.evaluate(spec["window_days"]) * DAY_US
    edges = world.edges()
    here, until = None, point.position
    if point.this.stream == "payment":
        here = next((edge for edge in edges if point.this in edge.facts), None)
        if here is None:
            return None
        until = here.position
    elif is_ring:
        return None
    of_code = [e for e in edges if code in (e.payer, e.payee) and e.position <= until]
    around = [edge for edge in of_code if edge.position[0] > until[0] - window_us]
    routes = [route for route in all_routes(point, spec, window_us) if any(edge in route[0] for edge in around)]
    if is_ring:
        rings = [found for found in routes if here in found[0]]
        chosen = [min(rings, key=lambda found: order_of(found[0])[1:])] if rings else []
    else:
        chosen = disjoint(routes)
    mine = [found for found in chosen if here is None or here in found[0]]
    return seen(mine[0][0], chosen, code) if mine else None


def all_routes(point: "Point", spec: dict[str, Any], window_us: int) -> Iterator[tuple[Route, bool]]:
    """Give every closed way near a point, and whether somebody on it had more payments than are looked at."""
    edges_max, fanout_max = point.evaluate(spec["edges_max"]), point.evaluate(spec["fanout_max"])
    fits = fitting(point, spec)
    near = [e for e in point.world.edges() if abs(e.position[0] - point.position[0]) <= 2 * window_us + 2 * DAY_US]
    leaving: dict[str, list[Edge]] = defaultdict(list)
    for edge in near:
        leaving[edge.payer].append(edge)

    def home(origin: str, party: str) -> bool:
        kin = point.world.kin
        return party == origin or (spec["operator"] == "path_back" and kin.grouped(origin, party, day=point.d))

    def walk(route: Route, cut: bool) -> Iterator[tuple[Route, bool]]:  # noqa: FBT001 - one inner function
        first, last = route[0], route[-1]
        if home(first.payer, last.payee):
            if len(route) >= 3 or (len(route) == 2 and last.payee != first.payer):
                yield route, cut
        elif len(route) < edges_max and last.payee not in [edge.payer for edge in route]:
            further = [
                edge
                for edge in leaving[last.payee]
                if edge.position > last.position
                and first.position[0] > edge.position[0] - window_us
                and fits(first, edge)
            ]
            for edge in further[:fanout_max]:
                yield from walk((*route, edge), cut or len(further) > fanout_max)

    for edge in near:
        if fits(edge, edge):
            yield from walk((edge,), False)  # noqa: FBT003


def fitting(point: "Point", spec: dict[str, Any]) -> Callable[[Edge, Edge], bool]:
    """Give the test whether an edge may be on a way that began with another."""
    if spec["operator"] == "ring_back":
        floor_fen = point.evaluate(spec["floor_fen"])
        return lambda _, edge: edge.first_time and edge.amount_fen >= floor_fen
    least, most = point.evaluate(spec["back_bp"]), point.evaluate(spec["edge_max_bp"])
    return lambda first, edge: (
        edge is first or least * first.amount_fen <= edge.amount_fen * 10_000 <= most * first.amount_fen
    )


def order_of(route: Route) -> tuple[Any, ...]:
    """The earliest first edge, then the way that brings most, then the shortest."""
    positions = tuple(edge.position for edge in route)
    return positions[0], -min(edge.amount_fen for edge in route), len(route), positions


def disjoint(routes: list[tuple[Route, bool]]) -> list[tuple[Route, bool]]:
    """Take one way after the other unless an edge of it is taken."""
    taken: set[Edge] = set()
    chosen = []
    for route, cut in sorted(routes, key=lambda found: order_of(found[0])):
        if not taken & set(route):
            taken |= set(route)
            chosen.append((route, cut))
    return chosen


def seen(mine: Route, chosen: list[tuple[Route, bool]], code: str) -> SimpleNamespace:
    """Say what a rule sees of ways."""
    edges = [edge for route, _ in chosen for edge in route]
    ends = [(route[0].payer, route[-1].payee) for route, _ in chosen]
    role = "carrier"
    if code in (mine[-1].payer, mine[-1].payee):
        role = "closer"
    if code == mine[0].payer:
        role = "origin"
    return SimpleNamespace(
        sent_fen=sum(route[0].amount_fen for route, _ in chosen),
        returned_fen=sum(min(edge.amount_fen for edge in route) for route, _ in chosen),
        smallest_fen=min(edge.amount_fen for edge in edges),
        edges=len(edges),
        fresh=len([edge for edge in edges if edge.first_time]),
        related=any(origin != end for origin, end in ends),
        role=role,
        path=" → ".join(f"{day_of(edge.position)} {yuan(edge.amount_fen)}" for edge in mine),
        cut=any(cut for _, cut in chosen),
        facts=[fact for edge in edges for fact in edge.facts if fact.code == code],
    )


def yuan(amount_fen: int) -> str:
    return f"{amount_fen // 100:,}.{amount_fen % 100:02d}"
