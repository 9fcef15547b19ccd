"""Stories about silence: receipts without money, quiet accounts, money that is not spent; accounts covered or not."""

from datetime import date

from tests.builders.codes import account_of, person_of
from tests.builders.events import LEGAL_BASIS, party
from tests.builders.records import Json
from tests.properties.cast import CODES, FIRMS, PEOPLE, START, Teller, day_text

CLOCKS = ("00:00", "10:00", "10:00", "23:59:59.999999")


def tell_cover(teller: Teller, code: str, first: int, last: int) -> None:
    """Let accounts be filed and delivered from one day to another: mostly declared or by a lasting basis."""
    rng, desk = teller.rng, teller.desk
    if teller.chance(85):
        teller.tell(desk.account_filed(code, day_text(first - 30), opened_on=day_text(first - rng.choice([0, 1, 40]))))
    if teller.chance(15):
        _second_account(teller, code, first, last)
    if teller.chance(60):
        cut = rng.choice([last, last, last, (first + last) // 2])
        _declare(teller, code, first - rng.choice([0, 0, 0, 1, -1]), cut)
        if cut < last:
            _declare(teller, code, cut + rng.choice([0, 1, 1, 1, 2]), last)
    else:
        basis = LEGAL_BASIS | {"valid_until": day_text(last - rng.choice([0, 0, 0, 1, -1]))}
        at = f"{day_text(first - rng.choice([1, 1, 1, 5, 0]))}T{rng.choice(CLOCKS)}"
        teller.tell(desk.payment(code, at, amount_fen=100, counterparty=teller.firm(7), legal_basis=basis))


def _second_account(teller: Teller, code: str, first: int, last: int) -> None:
    """File another account, which is closed again at once, some time, or never, and covered or not."""
    rng, desk, account = teller.rng, teller.desk, account_of(f"{code}-second")
    opened, closed = rng.choice([first - 50, last - 5, last + 1]), rng.choice([first - 1, first + 20, first + 20, None])
    teller.tell(desk.account_filed(code, day_text(opened), account=account))
    if closed is not None:
        data: Json = {"account": account, "closed_on": day_text(closed)}
        teller.tell(desk.event("civil-affairs.account.closed.v1", code, day_text(rng.choice([closed, last])), data))
    if teller.chance(60):
        _declare(teller, code, first - 50, rng.choice([last, first + 20, first + 19]), account)


def _declare(teller: Teller, code: str, first: int, last: int, account: str | None = None) -> None:
    data: Json = {"account": account or account_of(code), "legal_basis": LEGAL_BASIS}
    data |= {"covered_from": day_text(first), "covered_to": day_text(last)}
    at = day_text(teller.rng.choice([first, last, last, 20]))
    teller.tell(teller.desk.event("finance.account-coverage.declared.v1", code, at, data))


def donation_receipts(teller: Teller) -> None:
    """SO-24: receipts for gifts of which some of the money never comes, or goes back to the donor's people."""
    rng = teller.rng
    for code in CODES[: 1 if teller.brief else 2]:
        day = rng.randint(-5, 20)
        teller.due += [day_text(day + 29), day_text(day + 30)]
        tell_cover(teller, code, day - 365, day + 30)
        if teller.chance(50):
            _related_donors(teller, code)
        if teller.chance(15):
            found = day_text(rng.choice([-720, -710, -300]))
            teller.tell(teller.desk.finding(code, found, kind=rng.choice(["receipts", "receipts", "fees"])))
        for _ in range(teller.times(1, 3)):
            kinds = [_receipts_without_money, _receipts_without_money, _gift_that_goes_back, _small_receipts_of_two]
            rng.choice(kinds)(teller, code, day)


def _related_donors(teller: Teller, code: str) -> None:
    """Let donors belong to each other, now and then from some day on or only by their accounts."""
    rng, desk = teller.rng, teller.desk
    firms = [party(f"第{n}公司", code=FIRMS[n]) for n in (0, 1)]
    persons = [party(f"{name[:1]}*", kind="person", person=person_of(name)) for name in PEOPLE[:2]]
    ends = rng.choice([firms, firms, persons, [persons[0], firms[0]]])
    relation = "spouse" if ends is persons else rng.choice(["controls", "same_phone"])
    from_on = rng.choice([None, None, teller.day(0, 40)])
    at = rng.choice(["2025-01-01", teller.day(0, 40)])
    teller.tell(desk.relation(code, at, a=ends[0], b=ends[1], relation=relation, from_on=from_on))


def _donor(teller: Teller) -> Json:
    """Give a firm, now and then by its account or its name only, or a person."""
    if teller.chance(85):
        return teller.firm(teller.rng.choice([0, 1]))
    name = teller.rng.choice(PEOPLE[:2])
    return party(f"{name[:1]}*", kind="person", person=person_of(name))


def _receipts_without_money(teller: Teller, code: str, day: int) -> None:
    """Give receipts over a year, some of them for goods or voided; let all of the money but a part come."""
    rng, desk = teller.rng, teller.desk
    given_fen = rng.choice([6_000_000, 9_200_000, 15_000_000, 18_000_000])
    short_fen = rng.choice([900_000, 1_000_000, 1_700_000, 6_000_000, given_fen, given_fen])
    before = rng.choice([0, 0, 200, 363, 364, 365])
    for at, amount_fen in ((day - before, given_fen // 3), (day, given_fen - given_fen // 3)):
        data: Json = {"receipt_no": f"r-{code[-3:]}-{at}-{amount_fen}"}
        if teller.chance(12):
            data |= rng.choice([{"in_kind": True}, {"fee_item": "捐赠物资"}, {"kind": "other"}, {"kind": "membership"}])
        clock = rng.choice(CLOCKS)
        teller.tell(desk.receipt(code, f"{day_text(at)}T{clock}", amount_fen=amount_fen, payer=_donor(teller), **data))
        if teller.chance(12):
            voided = day_text(at + rng.choice([1, 30, 31]))
            teller.tell(desk.receipt(code, voided, amount_fen=amount_fen, cancelled=True, payer=_donor(teller), **data))
    paid_fen = max(given_fen - short_fen, 0)
    for part_fen in (paid_fen // 2, paid_fen - paid_fen // 2):
        came = rng.choice([day - 394, day - 395, day - 20, day, day + 29, day + 30, day + 31])
        at = f"{day_text(came)}T{rng.choice(CLOCKS)}"
        if part_fen:
            who = _donor(teller)
            teller.tell(desk.payment(code, at, amount_fen=part_fen, direction="in", counterparty=who))


def _small_receipts_of_two(teller: Teller, code: str, day: int) -> None:
    """Give two firms receipts that are too small to be looked at, unless the firms belong together."""
    rng, desk = teller.rng, teller.desk
    firms = [party(f"第{n}公司", code=FIRMS[n]) for n in (5, 6)]
    for place, firm in enumerate(firms):
        at = f"{day_text(day - rng.choice([0, 1, 20]))}T{rng.choice(CLOCKS)}"
        teller.tell(desk.receipt(code, at, amount_fen=rng.choice([500_000, 900_000]) + place, payer=firm))
    if teller.chance(80):
        teller.tell(desk.relation(code, "2025-01-01", a=firms[0], b=firms[1], relation="same_address"))


def _gift_that_goes_back(teller: Teller, code: str, day: int) -> None:
    """Give a receipt and pay much of it to the same people, some days before or after, in one sum or two."""
    rng, desk = teller.rng, teller.desk
    gift_fen = rng.choice([2_500_000, 5_000_000, 5_000_000])
    donor, number = _donor(teller), f"r-{code[-3:]}-back"
    who = donor if teller.chance(40) else _donor(teller)
    start = f"{day_text(day)}T{rng.choice(CLOCKS)}"
    teller.tell(desk.receipt(code, start, amount_fen=gift_fen, payer=donor, receipt_no=number))
    if teller.chance(70):
        teller.tell(desk.payment(code, start, amount_fen=gift_fen, direction="in", counterparty=donor))
    if teller.chance(20):
        voided = day_text(day + 3)
        teller.tell(desk.receipt(code, voided, amount_fen=gift_fen, cancelled=True, payer=donor, receipt_no=number))
    back_fen = gift_fen * rng.choice([68, 69, 70, 74, 74, 100]) // 100
    for part_fen in rng.choice([(back_fen,), (back_fen // 3, back_fen - back_fen // 3)]):
        at = f"{day_text(day + rng.choice([-1, 0, 1, 50, 89, 90, 91]))}T{rng.choice(CLOCKS)}"
        purpose = rng.choice([None, None, None, "退款"])
        teller.tell(desk.payment(code, at, amount_fen=part_fen, counterparty=who, purpose_text=purpose))


def ratio_breach(teller: Teller) -> None:
    """SO-39: reports of several years around what has to be spent, and payments by which a year's spending is guessed.

    The year that is guessed is 2025: what is told goes on to the middle of 2026 at most.
    """
    rng, desk = teller.rng, teller.desk
    teller.due += ["2025-09-29", "2025-09-30", "2025-09-30"]
    for code in CODES[: 1 if teller.brief else 2]:
        entry: Json = {"kind": rng.choice(["association", "service_institution", "foundation", "foundation"])}
        entry |= {"charity": rng.choice([True, True, True, None]), "public_fundraising": rng.choice([True, True, None])}
        teller.tell(
            desk.registered(code, rng.choice(["2024-02-06", "2024-02-06", "2025-06-01"]), changed=True, **entry)
        )
        tell_cover(teller, code, _offset("2023-01-01"), _offset("2025-09-30"))
        for year in (2022, 2023, 2024, 2025):
            if teller.chance(85):
                _report_of_a_year(teller, code, year)
        pay_in = _paid_as_ever if teller.chance(70) else _paid_in_a_year
        for year in (2023, 2024, 2025):
            pay_in(teller, code, year)
        if teller.chance(15):
            found = rng.choice(["2023-06-01", "2024-04-01", "2025-02-01"])
            teller.tell(desk.finding(code, found, kind=rng.choice(["ratio", "ratio", "fees"])))


def _offset(day: str) -> int:
    """Say how many days after the start of the story a date is."""
    return (date.fromisoformat(day) - START).days


def _report_of_a_year(teller: Teller, code: str, year: int) -> None:
    """Report income and net assets, and spending a little below or above what they ask for in the next year."""
    rng = teller.rng
    assets_fen = rng.choice([90_000_000, 99_999_999, 100_000_000, 400_000_000, 500_000_000, 800_000_000, 6_000_000_000])
    shares = [600, 599, 700, 699, 800, 799] if teller.chance(30) else [5_000]
    programme_fen = rng.choice([279_000_000, 280_000_000, 273_000_000, 270_000_000, 230_000_000])
    if teller.chance(25):
        programme_fen = assets_fen * rng.choice(shares) // 10_000
    data: Json = {
        "income_fen": rng.choice([400_000_000, 400_000_000, 370_000_000, 100_000_000, None]),
        "net_assets_fen": assets_fen if teller.chance(85) else None,
        "programme_spending_fen": programme_fen if teller.chance(90) else None,
        "management_cost_fen": rng.choice([10_000_000, 19_999_999, 20_000_000, 25_000_000, 25_000_001, 32_500_001]),
        "spending_fen": rng.choice([250_000_000, 250_000_000, 150_000_000]),
    }
    filed = f"{year + 1}-{rng.choice(['03-20', '03-20', '06-10', '10-05'])}"
    teller.tell(teller.desk.annual(code, filed, year=year, **data))


def _paid_as_ever(teller: Teller, code: str, year: int) -> None:
    """Pay about as much in spring and in autumn as in other years."""
    for day, sums in (("05-10", [2_000_000, 1_900_000, 1_700_000]), ("11-10", [600_000, 600_000, 780_000])):
        at = f"{year}-{day}T{teller.rng.choice(CLOCKS)}"
        teller.tell(teller.desk.payment(code, at, amount_fen=teller.rng.choice(sums), counterparty=teller.firm()))


def _paid_in_a_year(teller: Teller, code: str, year: int) -> None:
    """Pay much early in a year and some late, on the days around the one that parts them; wages and taxes too."""
    rng, desk = teller.rng, teller.desk
    for day in rng.sample(["01-01", "05-10", "05-11", "09-30", "10-01", "11-10", "12-31"], teller.times(2, 4)):
        amount_fen = rng.choice([600_000, 1_000_000, 1_900_000, 2_000_000])
        who = rng.choice([teller.firm(), teller.firm(), teller.firm(), party("国家税务局平阳分局")])
        data: Json = {"booked_on": f"{year}-{rng.choice([day, day, '10-01'])}"} if teller.chance(10) else {}
        teller.tell(
            desk.payment(code, f"{year}-{day}T{rng.choice(CLOCKS)}", amount_fen=amount_fen, counterparty=who, **data)
        )
    for period, filed in (("08", "09-10"), ("09", "10-10"), ("12", None)):
        if teller.chance(20):
            at = f"{year}-{filed}" if filed is not None else f"{year + 1}-01-10"
            pay: Json = {"period": f"{year}-{period}", "headcount": 5, "total_pay_fen": 400_000}
            teller.tell(desk.event("tax.payroll.filed.v1", code, at, pay))


def dormant_account(teller: Teller) -> None:
    """SO-07: accounts that rest for about half a year and wake to sums of one payer or many, some as a year before."""
    for code in CODES[: 1 if teller.brief else 2]:
        for place in range(teller.times(1, 2)):
            _rests_and_wakes(teller, code, account_of(code) if place == 0 else account_of(f"{code}-second"))
        if teller.chance(30):
            _related_donors(teller, code)
        if teller.chance(25):
            data: Json = {"year": 2025, "income_fen": teller.rng.choice([0, 0, 1])}
            teller.tell(teller.desk.annual(code, teller.rng.choice(["2026-02-20", "2026-03-20"]), **data))
        if teller.chance(15):
            teller.tell(teller.desk.inspection(code, "2026-02-10", outcome=teller.rng.choice(["not_filed", "failed"])))


def _rests_and_wakes(teller: Teller, code: str, account: str) -> None:
    """Move money through an account up to a day, then nothing but interest, then much of a sudden."""
    rng, desk = teller.rng, teller.desk
    day, rested = rng.randint(-10, 30), rng.choice([179, 180, 181, 199, 400, 181])
    cover, refs = rng.choice([True, True, False]), rng.choice([("甲号", "甲号"), ("甲号", "乙号"), (None, None)])
    if cover:
        tell_cover(teller, code, day - rested + 1, day - 1)

    def move(at: str, amount_fen: int, *, direction: str = "in", who: Json, ref: int = 0, **data: str) -> None:
        basis = {name: value for name, value in (LEGAL_BASIS | {"approval_ref": refs[ref]}).items() if value}
        known: Json = {"own_account": account, "legal_basis": basis, **data}
        teller.tell(desk.payment(code, at, amount_fen=amount_fen, direction=direction, counterparty=who, **known))

    usual_fen = rng.choice([100_000, 300_000, 1_200_000])
    for before in rng.choice([(0,), (0, 20), (0, 300, 729), (0, 730, 731), (0, 20, 40)]):
        at, direction = day_text(day - rested - before), rng.choice(["in", "in", "out"])
        move(f"{at}T{rng.choice(CLOCKS)}", usual_fen + before, direction=direction, who=teller.firm(7))
    if teller.chance(30):
        season = day - rng.choice([365, 365, 335, 334, 395, 396])
        move(f"{day_text(season)}T{rng.choice(CLOCKS)}", rng.choice([8_000_000, 4_000_000]), who=teller.firm(7))
    if teller.chance(20):
        move(day_text(day - 60), 300, who=party("农商银行"), purpose_text="利息")
    clock = rng.choice(CLOCKS)
    sums = rng.choice([[13_000_000], [9_000_000, 4_000_000], [6_000_000, 6_000_000], [3_200_000], [1_800_000]])
    for place, amount_fen in enumerate(sums):
        at = f"{day_text(day + place * rng.choice([1, 5, 6, 7, 9]))}T{rng.choice([clock, clock, '10:00'])}"
        move(at, amount_fen, who=teller.firm(rng.choice([0, 0, 0, 1, 2])), ref=1)
