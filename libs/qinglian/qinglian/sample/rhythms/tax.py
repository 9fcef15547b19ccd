"""What the tax bureau sees of an organization: registration, returns, payroll."""

from collections.abc import Iterator
from datetime import date, timedelta

from qinglian.sample.cast import YUAN, Organization
from qinglian.sample.chance import chance
from qinglian.sample.pen import Json, Pen
from qinglian.sample.span import Span

SECTOR_PAY_FEN = 6_200 * YUAN


def tax(organization: Organization, span: Span, *, seed: int) -> Iterator[Json]:
    """Tell what the tax bureau says of an organization."""
    if not organization.taxed:
        return
    pen = Pen(f"s{seed}-t{organization.number:04d}")
    dice = chance(seed, organization.number, "tax")
    opened_on = organization.registered_on + timedelta(5 + dice.randrange(20))
    opened = {"registered_on": str(opened_on)}
    yield pen.write("tax.registration.opened.v1", organization.code, str(opened_on), opened)
    if organization.quiet:
        return
    yield from _returns(organization, span, pen)
    if organization.kind == "service_institution":
        yield from _payroll(organization, span, pen)


def _returns(organization: Organization, span: Span, pen: Pen) -> Iterator[Json]:
    """Quarterly where there are staff, else once a year."""
    months = 3 if organization.kind == "service_institution" else 12
    for first in span.months():
        period_to = _month_end(first, months)
        filed_on = period_to + timedelta(14 + organization.number % 5)
        if (first.month - 1) % months or first < organization.registered_on or filed_on >= span.end_on:
            continue
        income_fen = organization.spending_in(first.year) * 103 * months // 1_200
        data = {
            "period_from": str(first),
            "period_to": str(period_to),
            "filed_on": str(filed_on),
            "income_fen": income_fen,
            "taxable_sales_fen": 0,
            "exempt_income_fen": income_fen,
        }
        yield pen.write("tax.return.filed.v1", organization.code, f"{filed_on}T17:00:00", data)


def _payroll(organization: Organization, span: Span, pen: Pen) -> Iterator[Json]:
    paid_fen = organization.spending_fen * 4 // 100 // 100 * 100
    for first in span.months():
        filed_on = _month_end(first, 1) + timedelta(10)
        if first.replace(day=15) < organization.registered_on + timedelta(40) or filed_on >= span.end_on:
            continue
        data = {
            "period": f"{first:%Y-%m}",
            "headcount": max(paid_fen // SECTOR_PAY_FEN, 1),
            "total_pay_fen": paid_fen,
            "sector_mean_pay_fen": SECTOR_PAY_FEN,
        }
        yield pen.write("tax.payroll.filed.v1", organization.code, f"{filed_on}T17:30:00", data)


def _month_end(first: date, months: int) -> date:
    """Give the last day of a period that begins with a month."""
    after = first
    for _ in range(months):
        after = (after + timedelta(32)).replace(day=1)
    return after - timedelta(1)
