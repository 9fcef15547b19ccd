"""What civil affairs knows of an organization: its entry, its people, its yearly paper."""

from collections.abc import Iterator
from datetime import date, timedelta

from qinglian.sample.cast import Organization, bureau, person
from qinglian.sample.chance import chance
from qinglian.sample.names import masked
from qinglian.sample.pen import Json, Pen
from qinglian.sample.rhythms.public_security import visit_of
from qinglian.sample.rhythms.purchases import Purchase
from qinglian.sample.span import Span

REPORTED_YEARS_BEFORE = 2  # so that the first year told has a year to compare with
DUES_SHARE = 20  # one member's dues: a part of the yearly spending
POSTS = {
    "association": ("chair", "vice_chair", "secretary_general"),
    "service_institution": ("chair", "director", "supervisor"),
    "foundation": ("chair", "secretary_general", "supervisor"),
}


def dues_fen(organization: Organization) -> int:
    """Give the dues of a member as filed, in whole hundreds of yuan."""
    return max(organization.spending_fen // DUES_SHARE // 10_000, 1) * 10_000


def civil_affairs(
    organization: Organization, span: Span, purchases: tuple[Purchase, ...], *, seed: int, abroad: bool = False
) -> Iterator[Json]:
    """Tell what civil affairs says of an organization; `abroad`: it deals with bodies abroad, and reports so."""
    pen = Pen(f"s{seed}-c{organization.number:04d}")
    yield from _register(organization, pen)
    yield from _posts(organization, pen, seed=seed)
    if organization.reports:
        yield from _years(organization, span, pen, seed=seed, abroad=abroad)
    for purchase in purchases:
        if purchase.resolved:
            yield _resolution(organization, purchase, pen)
    if organization.quiet:
        yield from _meetings(organization, span, pen)
    else:
        yield from _activities(organization, span, pen, seed=seed)
        yield from _complaint(organization, span, pen, seed=seed)


def _register(organization: Organization, pen: Pen) -> Iterator[Json]:
    day, code = organization.registered_on, organization.code
    entry = organization.entry | {
        "sector": organization.sector,
        "public_fundraising": organization.public_fundraising,
        "charity": organization.charity,
        "trade_association": organization.trade_association,
        "charter_has_party_clause": organization.number % 7 != 0,
        "has_party_organization": organization.number % 3 != 0,
    }
    yield pen.write("civil-affairs.organization.registered.v1", code, str(day), entry)
    filed = {"account": organization.account, "bank": "青澜农村信用社", "opened_on": str(day + timedelta(6))}
    yield pen.write("civil-affairs.account.filed.v1", code, str(day + timedelta(12)), filed)
    if organization.kind == "association":
        fee = {"fee_item": "会费", "amount_fen": dues_fen(organization), "valid_from": str(day)}
        yield pen.write("civil-affairs.fee-standard.filed.v1", code, str(day + timedelta(20)), fee)


def _posts(organization: Organization, pen: Pen, *, seed: int) -> Iterator[Json]:
    day = str(organization.registered_on)
    holders = [organization.chair, *(person(seed, organization.number, f"post {n}") for n in (1, 2))]
    for post, holder in zip(POSTS[organization.kind], holders, strict=True):
        taken = {"person": holder.token, "name_masked": masked(holder.name), "post": post, "from_on": day}
        yield pen.write("civil-affairs.post.taken.v1", organization.code, day, taken | {"official_status": "none"})


def _years(organization: Organization, span: Span, pen: Pen, *, seed: int, abroad: bool) -> Iterator[Json]:
    first = max(span.begin_on.year - REPORTED_YEARS_BEFORE, organization.registered_on.year)
    for year in range(first, span.end_on.year):
        dice = chance(seed, organization.number, "report", year)
        filed_on = date(year + 1, 3, 1) + timedelta(dice.randrange(85))
        concluded_on = date(year + 1, 7, 1) + timedelta(dice.randrange(60))
        if filed_on < span.end_on:
            visit = visit_of(organization, span, seed=seed)
            is_visited = visit is not None and visit[0].year <= year <= visit[1].year
            yield _report(organization, year, filed_on, pen, overseas=abroad or is_visited)
        if concluded_on < span.end_on:
            outcome = "passed" if dice.randrange(12) else "basically_passed"
            data = {"year": year, "outcome": outcome, "concluded_on": str(concluded_on)}
            yield pen.write("civil-affairs.inspection.concluded.v1", organization.code, str(concluded_on), data)


def _report(organization: Organization, year: int, filed_on: date, pen: Pen, *, overseas: bool) -> Json:
    spending_fen = organization.spending_in(year)
    data = {
        "year": year,
        "filed_on": str(filed_on),
        "income_fen": spending_fen * 103 * organization.quarters_in(year) // 400,
        "spending_fen": spending_fen,
        "programme_spending_fen": spending_fen * 3 // 4,
        "management_cost_fen": spending_fen // 12,
        "net_assets_fen": organization.start_up_funds_fen + spending_fen // 5,
        "overseas_activity": overseas,
        "related_party_deals_fen": 0,
    }
    return pen.write("civil-affairs.annual-report.filed.v1", organization.code, f"{filed_on}T15:00:00", data)


def _resolution(organization: Organization, purchase: Purchase, pen: Pen) -> Json:
    passed_on = purchase.paid_on - timedelta(21)
    data = {
        "resolution_id": f"res-{organization.number}-{purchase.paid_on}",
        "kind": "major_payment",
        "passed_on": str(passed_on),
        "votes_for": 8,
        "votes_total": 9,
    }
    return pen.write("civil-affairs.resolution.filed.v1", organization.code, f"{passed_on}T16:30:00", data)


def _activities(organization: Organization, span: Span, pen: Pen, *, seed: int) -> Iterator[Json]:
    dice = chance(seed, organization.number, "activities")
    kinds = ("training", "exchange", "exhibition") if organization.kind == "association" else ("training", "other")
    for month in (4, 10):
        for day in span.days(month, 1 + dice.randrange(25)):
            if day < organization.registered_on:
                continue
            data = {
                "activity_id": f"act-{organization.number}-{day}",
                "kind": dice.choice(kinds),
                "reported_on": str(day),
                "held_from": str(day + timedelta(10)),
                "held_to": str(day + timedelta(12)),
                "people": dice.randrange(20, 200),
            }
            yield pen.write("civil-affairs.activity.reported.v1", organization.code, f"{day}T09:20:00", data)


def _meetings(organization: Organization, span: Span, pen: Pen) -> Iterator[Json]:
    """Let the members of a quiet organization meet in June and December: it lives, if it does little else."""
    for month in (6, 12):
        for day in span.days(month, 10):
            if organization.meets and day >= organization.registered_on:
                data = {"activity_id": f"met-{day}", "kind": "other", "reported_on": str(day), "held_from": str(day)}
                yield pen.write("civil-affairs.activity.reported.v1", organization.code, f"{day}T09:20:00", data)


def _complaint(organization: Organization, span: Span, pen: Pen, *, seed: int) -> Iterator[Json]:
    dice = chance(seed, organization.number, "complaint")
    day = span.begin_on + timedelta(dice.randrange((span.end_on - span.begin_on).days))
    if dice.randrange(20) or day < organization.registered_on:
        return
    data = {
        "complaint_id": f"cmp-{organization.number}",
        "kind": dice.choice(("fee", "conduct")),
        "received_on": str(day),
        "channel": bureau("civil")["name"] + "来信",
    }
    yield pen.write("civil-affairs.complaint.received.v1", organization.code, f"{day}T11:00:00", data)
