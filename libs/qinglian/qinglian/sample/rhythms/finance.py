"""What the treasury sees of an organization: money in and out, receipts, public purchases and grants."""

from collections.abc import Iterator
from datetime import date, timedelta

from qinglian.sample.cast import YUAN, Organization, bureau, firm, paying_bureau, person
from qinglian.sample.chance import chance
from qinglian.sample.pen import Json, Pen
from qinglian.sample.rhythms.civil_affairs import dues_fen
from qinglian.sample.rhythms.purchases import Purchase
from qinglian.sample.span import Span

FIRMS = 400  # more than deal with any one organization, fewer than there are organizations × members
MEMBERS_MIN, MEMBERS_MAX = 8, 15
PARENTS = 8
DONORS = 14
QUIET_FEN = 300 * YUAN


def finance(organization: Organization, span: Span, purchases: tuple[Purchase, ...], *, seed: int) -> Iterator[Json]:
    """Tell what finance says of an organization."""
    pen = Pen(f"s{seed}-f{organization.number:04d}")
    hand = _Hand(organization, span, pen, seed)
    if organization.registered_on >= span.begin_on and organization.taxed:
        yield hand.start_up()
    if organization.rents:
        yield from hand.rent()
    if organization.quiet:
        return
    kinds = {"association": hand.dues, "service_institution": hand.tuition, "foundation": hand.gifts}
    yield from kinds[organization.kind]()
    if organization.kind == "service_institution":
        yield from hand.wages()
        yield from hand.public_money()
    for purchase in purchases:
        yield hand.purchase(purchase)


class _Hand:
    """Writes the money of one organization."""

    def __init__(self, organization: Organization, span: Span, pen: Pen, seed: int) -> None:
        self._organization, self._span, self._pen, self._seed = organization, span, pen, seed
        self._first_on = max(span.begin_on, organization.registered_on + timedelta(40))
        self._neighbour = organization.number * 7 % FIRMS

    def _told(self, day: date) -> bool:
        return self._first_on <= day < self._span.end_on

    def start_up(self) -> Json:
        """Write the deposit of a young organization's start-up funds."""
        organization = self._organization
        return self._pen.payment(
            organization,
            f"{organization.registered_on + timedelta(9)}T10:00:00",
            organization.start_up_funds_fen,
            direction="in",
            party=person(self._seed, organization.number, "founder").party,
            earmark="start_up_funds",
            purpose_text="开办资金",
        )

    def rent(self) -> Iterator[Json]:
        """Write the quarterly rent."""
        organization, dice = self._organization, chance(self._seed, self._organization.number, "rent")
        amount_fen = QUIET_FEN if organization.quiet else organization.spending_fen * 2 // 10_000 * 100
        day_of_month = 3 + dice.randrange(20)
        for month in self._span.months():
            day = month.replace(day=day_of_month)
            if month.month % 3 == 1 and self._told(day):
                at = f"{day}T09:{organization.number % 60:02d}:00"
                landlord = firm(self._neighbour)
                yield self._pen.payment(
                    organization, at, amount_fen, direction="out", party=landlord, purpose_text="房租物业"
                )

    def dues(self) -> Iterator[Json]:
        """Write the members' yearly dues and their receipts."""
        organization, dice = self._organization, chance(self._seed, self._organization.number, "dues")
        amount_fen = dues_fen(organization)
        for place in range(dice.randrange(MEMBERS_MIN, MEMBERS_MAX + 1)):
            member = firm((self._neighbour + 1 + place) % FIRMS)
            for march in self._span.days(3, 5):
                day = march + timedelta(dice.randrange(16))
                if not self._told(day):
                    continue
                at = f"{day}T{9 + dice.randrange(8):02d}:{dice.randrange(60):02d}:00"
                known = {"earmark": "membership_fee", "purpose_text": f"{day.year}年度会费"}
                yield self._pen.payment(organization, at, amount_fen, direction="in", party=member, **known)
                yield self._pen.receipt(organization, at, amount_fen, kind="membership", payer=member, fee_item="会费")

    def tuition(self) -> Iterator[Json]:
        """Write what families pay twice a year, and their receipts."""
        organization, dice = self._organization, chance(self._seed, self._organization.number, "tuition")
        each_fen = organization.spending_fen // (PARENTS * 2) // 10_000 * 100 * dice.choice((40, 50, 60))
        for place in range(PARENTS):
            parent = person(self._seed, organization.number, "parent", place).party
            for month in (2, 9):
                for first in self._span.days(month, 1):
                    day = first + timedelta(dice.randrange(9))
                    if not self._told(day):
                        continue
                    at = f"{day}T{8 + dice.randrange(10):02d}:{dice.randrange(60):02d}:00"
                    yield self._pen.payment(
                        organization, at, each_fen, direction="in", party=parent, purpose_text="服务费学费"
                    )
                    yield self._pen.receipt(organization, at, each_fen, kind="service", payer=parent)

    def wages(self) -> Iterator[Json]:
        """Write the monthly pay, one sum to the one who hands it on."""
        organization = self._organization
        amount_fen = organization.spending_fen * 4 // 100 // 100 * 100
        for month in self._span.months():
            day = month.replace(day=15)
            if self._told(day):
                yield self._pen.payment(
                    organization,
                    f"{day}T10:30:00",
                    amount_fen,
                    direction="out",
                    party=organization.treasurer.party,
                    purpose_text="发放工资",
                )

    def gifts(self) -> Iterator[Json]:
        """Write a foundation's donors, month by month, and what it grants under reported activities."""
        organization, dice = self._organization, chance(self._seed, self._organization.number, "gifts")
        each_fen = organization.spending_fen // (DONORS * 12) // 10_000 * 10_000
        for month in self._span.months():
            for place in range(DONORS // 4):
                day = month + timedelta(dice.randrange(27))
                if not self._told(day):
                    continue
                donor = firm((self._neighbour + 40 + (place + month.month * 3) % DONORS) % FIRMS)
                at = f"{day}T{9 + dice.randrange(8):02d}:{dice.randrange(60):02d}:00"
                amount_fen = each_fen * dice.choice((3, 4, 5))
                yield self._pen.payment(
                    organization, at, amount_fen, direction="in", party=donor, purpose_text="捐赠款"
                )
                yield self._pen.receipt(organization, at, amount_fen, kind="donation", payer=donor)

    def public_money(self) -> Iterator[Json]:
        """Write a yearly award, paid in two parts, where an institution works for the county."""
        organization, dice = self._organization, chance(self._seed, self._organization.number, "award")
        if dice.randrange(4):
            return
        buyer = dice.choice(("civil", "education", "health"))
        amount_fen = dice.randrange(60_000, 200_000, 1_000) * YUAN
        for awarded_on in self._span.days(4, 1 + dice.randrange(25)):
            if not self._told(awarded_on):
                continue
            yield self._award(awarded_on, buyer, amount_fen)
            for days in (20, 200):
                day = awarded_on + timedelta(days)
                if self._told(day):
                    yield self._pen.payment(
                        organization,
                        f"{day}T11:00:00",
                        amount_fen // 2,
                        direction="in",
                        party=paying_bureau(buyer),
                        earmark="purchase",
                        project_ref=f"aw-{organization.number}-{awarded_on.year}",
                        purpose_text="政府购买服务款",
                    )

    def _award(self, awarded_on: date, buyer: str, amount_fen: int) -> Json:
        organization = self._organization
        award = {
            "award_id": f"aw-{organization.number}-{awarded_on.year}",
            "buyer": bureau(buyer),
            "catalogue_item": "D0201",
            "procedure": "open_tender",
            "amount_fen": amount_fen,
            "awarded_on": str(awarded_on),
            "term_from": str(awarded_on),
            "term_to": str(awarded_on + timedelta(330)),
            "title": f"{awarded_on.year}年社区服务项目",
        }
        return self._pen.write("finance.procurement.awarded.v1", organization.code, f"{awarded_on}T09:00:00", award)

    def purchase(self, purchase: Purchase) -> Json:
        """Write one large purchase."""
        return self._pen.payment(
            self._organization,
            f"{purchase.paid_on}T14:10:00",
            purchase.amount_fen,
            direction="out",
            party=firm((self._neighbour + 90) % FIRMS),
            purpose_text="修缮及设备",
        )
