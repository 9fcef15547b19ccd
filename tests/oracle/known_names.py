"""Which codes and names the register knows, and whom police and complaints name, by looking at everything."""

from typing import TYPE_CHECKING

from funds_monitor.domain.names import name_score, norm
from tests.oracle.facts import Fact, end_of

if TYPE_CHECKING:
    from tests.oracle.points import Point


def entries(point: "Point") -> list[Fact]:
    """Give all entries of the register up to the end of the day."""
    told = point.world.books.everywhere("org")
    return [fact for fact in told if fact.position[0] < end_of(point.d) and norm(fact.data.name)]


def registered(point: "Point", code: str) -> bool:
    return any(fact.code == code for fact in entries(point))


def name_known(point: "Point", name: str) -> bool:
    names = [norm(fact.data.name) for fact in entries(point)]
    return any(known in norm(name) or norm(name) in known for known in names)


def nearest(point: "Point", name: str, least: int) -> str | None:
    """Give the most alike of the names that score enough, of several the first by signs."""
    scores = {norm(fact.data.name): name_score(fact.data.name, name) for fact in entries(point)}
    enough = [(-score, known) for known, score in scores.items() if score >= least]
    return min(enough)[1] if enough else None


def accused(point: "Point", name: str) -> bool:
    books = point.world.books
    told = [*books.everywhere("police_case"), *books.everywhere("complaint")]
    names = [fact.data.organization_name for fact in told if fact.data.kind == "illegal_organization"]
    return norm(name) in [norm(each) for each in names]
