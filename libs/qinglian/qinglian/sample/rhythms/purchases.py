"""Large purchases: most are decided on first and filed, some are not; the latter are what rules cannot tell apart."""

from dataclasses import dataclass
from datetime import date, timedelta

from qinglian.sample.cast import Organization
from qinglian.sample.chance import chance
from qinglian.sample.span import Span

EVERY_YEARS = 4  # a roof, a bus, a stage
SHARE_MIN_PERCENT, SHARE_MAX_PERCENT = 8, 24  # of a year's spending
FORGOTTEN_PERCENT = 15  # resolutions that nobody filed


@dataclass(frozen=True)
class Purchase:
    """One large purchase."""

    paid_on: date
    amount_fen: int
    resolved: bool


def purchases_of(organization: Organization, span: Span, *, seed: int) -> tuple[Purchase, ...]:
    """Give an organization's large purchases."""
    if organization.quiet:
        return ()
    found = []
    for year in range(span.begin_on.year, span.end_on.year + 1):
        dice = chance(seed, organization.number, "purchase", year)
        paid_on = date(year, 1, 15) + timedelta(dice.randrange(340))
        share = dice.randrange(SHARE_MIN_PERCENT, SHARE_MAX_PERCENT + 1)
        resolved = dice.randrange(100) >= FORGOTTEN_PERCENT
        known = span.holds(paid_on) and paid_on > organization.registered_on + timedelta(200)
        if known and dice.randrange(EVERY_YEARS) == 0:
            found.append(Purchase(paid_on, organization.spending_in(year) * share // 10_000 * 100, resolved))
    return tuple(found)
