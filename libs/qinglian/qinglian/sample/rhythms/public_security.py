"""What the police know of foreign bodies: offices here, and visits that were filed and reported."""

from collections.abc import Iterator
from datetime import date, timedelta

from qinglian.sample.cast import YUAN, Organization
from qinglian.sample.chance import chance
from qinglian.sample.pen import Json, Pen
from qinglian.sample.span import Span

OFFICES = (("OF-0001", "Quiet Harbour Trust", "GB"), ("OF-0002", "Maple Ridge Institute", "CA"))
VISITED_PERCENT = 3
REPORT_DAYS = 20  # of the thirty allowed


def offices(span: Span, *, seed: int) -> Iterator[Json]:
    """Tell which foreign bodies have an office in the county."""
    pen = Pen(f"s{seed}-po")
    for place, (office_code, name, country) in enumerate(OFFICES):
        day = span.begin_on - timedelta(400 * (place + 1))
        data = {"office_code": office_code, "name": name, "country": country}
        yield pen.write("public-security.overseas-office.registered.v1", None, str(day), data)


def visit_of(organization: Organization, span: Span, *, seed: int) -> tuple[date, date] | None:
    """Give from when to when a foreign body visits an organization, where one does."""
    dice = chance(seed, organization.number, "overseas")
    if organization.quiet or dice.randrange(100) >= VISITED_PERCENT:
        return None
    from_on = span.begin_on + timedelta(250 + dice.randrange(500))
    return None if from_on < organization.registered_on else (from_on, from_on + timedelta(60))


def public_security(organization: Organization, span: Span, *, seed: int) -> Iterator[Json]:
    """Tell what the police say of an organization."""
    visit = visit_of(organization, span, seed=seed)
    if visit is None:
        return
    pen = Pen(f"s{seed}-p{organization.number:04d}")
    from_on, to_on = visit
    filing = {
        "filing_id": f"fl-{organization.number}",
        "overseas_ngo": {"name": f"Paper Boat Exchange {organization.number}", "country": "NZ"},
        "from_on": str(from_on),
        "to_on": str(to_on),
        "budget_fen": 80_000 * YUAN,
        "activity": "文化交流",
    }
    accepted_on, reported_on = from_on - timedelta(18), to_on + timedelta(REPORT_DAYS)
    kind = "public-security.overseas-filing"
    yield pen.write(f"{kind}.accepted.v1", organization.code, f"{accepted_on}T10:00:00", filing)
    if reported_on < span.end_on:
        report = {"filing_id": filing["filing_id"], "reported_on": str(reported_on), "spent_fen": 60_000 * YUAN}
        yield pen.write(f"{kind}.reported.v1", organization.code, f"{reported_on}T10:00:00", report)
