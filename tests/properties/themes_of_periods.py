"""Stories that are judged once a period is over: months of pay and cash, years of returns and reports."""

from tests.builders.codes import person_of
from tests.builders.events import party
from tests.builders.records import Json
from tests.properties.cast import ABROAD, BUYER, CODES, PEOPLE, Teller, day_text, rng_code

MONTHS = ("2025-12", "2026-01", "2026-02", "2026-03", "2026-04")
CLOCKS = ("00:00", "10:00", "10:00", "23:59:59.999999")
PAYROLL_FEN = 11_800_000
YEAR = 2024  # reports and returns of this year are due in the next one
QUARTERS = (("01-01", "03-31"), ("04-01", "06-30"), ("07-01", "09-30"), ("10-01", "12-31"))


def public_to_private(teller: Teller) -> None:
    """SO-05: months in which persons get about what the payroll says, or more; payrolls in time, late and never."""
    rng, desk = teller.rng, teller.desk
    teller.due += ["2026-01-20", "2026-04-20", "2026-05-20", "2026-03-31"]
    if teller.brief and teller.chance(50):
        _two_wages(teller)
        return
    for code in CODES[: 1 if teller.brief else 2]:
        paid = rng.sample(MONTHS, teller.times(1, 3))
        if teller.chance(50):
            _family(teller, code)
        for month in paid:
            _wages(teller, code, month)
        for month in MONTHS if teller.chance(75) else ():
            if teller.chance(70):
                filed = f"{_next(month)}-{rng.choice(['10', '10', '20', '21', '25'])}T17:00"
                data: Json = {"period": month, "headcount": 9, "total_pay_fen": PAYROLL_FEN}
                data["sector_mean_pay_fen"] = rng.choice([620_000, None])
                if teller.chance(40):
                    listed = [{"person": person_of(rng.choice(PEOPLE)), "amount_fen": 2_000_000} for _ in range(2)]
                    data["payees"] = listed
                teller.tell(desk.event("tax.payroll.filed.v1", code, filed, data))
        if teller.chance(25):
            teller.tell(desk.finding(code, rng.choice(["2024-04-01", "2025-06-01"]), kind=rng.choice(["pay", "fees"])))
        month = rng.choice(paid)
        act: Json = {"activity_id": "act-5", "budget_fen": 4_000_000, "held_from": f"{month}-01"}
        if teller.chance(15):
            teller.tell(desk.activity(code, rng.choice([f"{month}-01", f"{month}-28"]), **act))


def _two_wages(teller: Teller) -> None:
    """Let only both together be too much, and nothing come after the second."""
    for place, day in enumerate(("2026-03-03", "2026-03-20")):
        who = party("张*", kind="person", person=person_of(PEOPLE[place]))
        teller.tell(teller.desk.payment(CODES[0], f"{day}T10:00", amount_fen=900_000, counterparty=who))


def _family(teller: Teller, code: str) -> None:
    """Make somebody chair, somebody else a relative, and now and then the relative staff."""
    desk, rng = teller.desk, teller.rng
    chair, relative = rng.sample(PEOPLE, 2)
    teller.tell(desk.post_taken(code, "2024-03-01", person=chair))
    ends = {
        "a": party("某*", kind="person", person=person_of(chair)),
        "b": party("某*", kind="person", person=person_of(relative)),
    }
    to_on = rng.choice([None, None, "2026-03-15", "2026-04-20"])
    teller.tell(desk.relation(code, rng.choice(["2024-03-02", "2026-05-30"]), relation="sibling", to_on=to_on, **ends))
    if teller.chance(40):
        at = rng.choice(["2024-03-03", "2026-03-25", "2026-05-10"])
        teller.tell(desk.post_taken(code, at, person=relative, post="staff"))


def _wages(teller: Teller, code: str, month: str) -> None:
    """Pay persons about the payroll, a little or much more, and firms the rest of the month's outflow."""
    rng, desk = teller.rng, teller.desk
    beyond = rng.choice([900_000, 1_000_001, 1_500_000, 4_500_000, 5_000_000, 5_000_001, 6_400_000])
    left = beyond + rng.choice([0, PAYROLL_FEN, PAYROLL_FEN, 2 * PAYROLL_FEN])
    for place in range(rng.randint(1, 4), 0, -1):
        amount_fen = left // place
        left -= amount_fen
        day = f"{month}-{rng.choice(['01', '05', '15', '28', '31' if month != '2026-02' else '28'])}"
        if day.endswith("04-31"):
            day = f"{month}-30"
        who = rng.choice(PEOPLE)
        data: Json = {"counterparty": party(f"{who[:1]}*", kind="person", person=person_of(who))}
        if teller.chance(10):
            data["project_ref"] = "act-5"
        if teller.chance(10):
            data["counterparty"] = party(who, kind="person")
        at = f"{day}T{rng.choice(CLOCKS)}"
        if teller.chance(8):
            data["booked_on"] = f"{_next(month)}-01"
        teller.tell(desk.payment(code, at, amount_fen=amount_fen, **data))
    rest = rng.choice([0, 2_000_000, 30_000_000, 70_000_000])
    if rest:
        teller.tell(desk.payment(code, f"{month}-20T10:00", amount_fen=rest, counterparty=teller.firm()))


def _next(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02d}"


def cash_intensity(teller: Teller) -> None:
    """SO-06: cash drawn and paid in around the tier, receipts some working days off, months with much cash."""
    rng, desk, code = teller.rng, teller.desk, rng_code(teller)
    teller.due += ["2026-03-31", "2026-04-30", day_text(14), day_text(21)]
    for _ in range(teller.times(1, 3)):
        start = rng.randint(0, 40)
        for _ in range(rng.randint(1, 3)):
            data: Json = {"direction": rng.choice(["in", "out"]), "method": "cash"}
            data["amount_fen"] = rng.choice([1_900_000, 2_000_000, 2_800_000, 4_999_999, 5_000_000, 25_000_000])
            if teller.chance(15):
                dollars = rng.choice([980_000, 1_000_000, 500_000])
                data |= {"original_currency": "USD", "original_amount_minor": dollars, "amount_fen": 100_000}
            offset = start + rng.choice([0, 0, 0, 1])
            if teller.chance(8):
                data["booked_on"] = day_text(offset + 1)
            at = f"{day_text(offset)}T{rng.choice(CLOCKS)}"
            teller.tell(desk.payment(code, at, counterparty=teller.somebody(), **data))
        for _ in range(rng.choice([0, 1, 1, 2])):
            offset = start + rng.choice([-9, -8, -7, -5, 0, 4, 6, 7, 8, 9])
            amount_fen = rng.choice([500_000, 1_800_000, 4_500_000, 4_499_999])
            teller.tell(desk.receipt(code, f"{day_text(offset)}T{rng.choice(CLOCKS)}", amount_fen=amount_fen))
        if teller.chance(60):
            amount_fen = rng.choice([2_800_000, 11_200_000, 11_199_999, 40_000_000])
            at = f"{day_text(start + rng.choice([-3, 2, 5]))}T10:00"
            teller.tell(desk.payment(code, at, amount_fen=amount_fen, counterparty=teller.firm()))


def investment_lending(teller: Teller) -> None:
    """SO-13: money into products and loans, resolutions that carry it or do not, reports of net assets."""
    rng, desk = teller.rng, teller.desk
    teller.due += [day_text(30), day_text(45)]
    for code in CODES[: 1 if teller.brief else 2]:
        if teller.chance(60):
            charity = rng.choice([True, None])
            teller.tell(desk.registered(code, "2024-02-06", changed=True, kind="foundation", charity=charity))
        for _ in range(teller.times(2, 5)):
            amount_fen = rng.choice([900_000, 1_000_000, 5_000_000, 5_000_001, 10_000_000, 10_000_001, 15_000_000])
            data: Json = {"purpose_text": rng.choice(["购买理财产品", "借款", "借款", "定期存款", None])}
            who = rng.choice([party("瓯越证券营业部"), teller.firm(0), teller.firm(1), teller.somebody()])
            if teller.chance(20):
                data["earmark"] = rng.choice(["subsidy", "purchase", "restricted_donation", "start_up_funds"])
            at = f"{day_text(rng.choice([-70, -60, -50, 0, 10, 20, 30, 40]))}T{rng.choice(CLOCKS)}"
            teller.tell(desk.payment(code, at, amount_fen=amount_fen, counterparty=who, **data))
        if teller.chance(30):
            kind, passed = rng.choice(["investment", "lending"]), rng.choice(["2025-06-01", day_text(-5), day_text(15)])
            at = day_text(rng.choice([-4, 16, 60]))
            votes = rng.choice([5, 6, 7])
            teller.tell(desk.resolution(code, at, kind=kind, passed_on=passed, votes_for=votes))
        if teller.chance(40):
            assets = rng.choice([30_000_000, 75_000_000, 100_000_000])
            teller.tell(desk.annual(code, rng.choice(["2026-02-20", day_text(12)]), year=2025, net_assets_fen=assets))
        if teller.chance(20):
            teller.tell(desk.finding(code, rng.choice(["2024-03-10", "2025-06-01"]), kind="investment"))
        if teller.chance(20):
            teller.tell(desk.post_taken(code, "2024-03-01", person="张三"))


def exempt_trading(teller: Teller) -> None:
    """SO-23: returns of a year, whole and in quarters, some beyond the day that they are due; receipts of all kinds."""
    teller.due += ["2025-06-30", "2024-12-31", "2025-06-29"]
    for code in CODES[: 1 if teller.brief else 2]:
        _traded(teller, code)


def _traded(teller: Teller, code: str) -> None:
    rng, desk = teller.rng, teller.desk
    year = rng.choice([YEAR, YEAR, YEAR - 1])
    is_split = teller.chance(85)
    for place, (first, last) in enumerate(QUARTERS if teller.chance(60) else [("01-01", "12-31")]):
        filed = rng.choice([f"{year + 1}-01-20", f"{year + 1}-06-30", f"{year + 1}-07-01"]) if place % 2 else None
        income = rng.choice([4_500_000, 9_000_000, 18_000_000])
        taxable = income * rng.choice([40, 50, 51, 55, 60, 70, 71, 80, 90]) // 100
        data: Json = {"period_from": f"{year}-{first}", "period_to": f"{year}-{last}", "income_fen": income}
        if is_split and teller.chance(85):
            data |= {"taxable_sales_fen": taxable, "exempt_income_fen": income - taxable}
        elif teller.chance(50):
            data["taxable_sales_fen"] = taxable
        teller.tell(_return(teller, code, filed or f"{year + 1}-02-10", data))
    if teller.chance(50):
        before: Json = {"period_from": f"{year - 1}-01-01", "period_to": f"{year - 1}-12-31", "income_fen": 100}
        teller.tell(_return(teller, code, f"{year}-02-10", before | {"exempt_income_fen": rng.choice([0, 100])}))
    if teller.chance(30):
        until = rng.choice([None, f"{year - 1}-12-31", f"{year}-01-01"])
        state: Json = {"status": "normal", "exempt_from": f"{year - 1}-01-01", "exempt_until": until}
        teller.tell(desk.tax_state(code, rng.choice([f"{year - 1}-01-05", "2025-08-01"]), **state))
    for _ in range(rng.choice([0, 2, 3, 4])):
        at = rng.choice([f"{year}-03-05", f"{year}-12-31T23:59", f"{year + 1}-01-01", f"{year}-09-09"])
        amount_fen = rng.choice([2_500_000, 4_999_999, 5_000_000, 6_400_000])
        kind = rng.choice(["service", "service", "service", "donation", "membership", "other"])
        teller.tell(desk.receipt(code, at, amount_fen=amount_fen, kind=kind))


def _return(teller: Teller, code: str, filed: str, data: Json) -> Json:
    return teller.desk.event("tax.return.filed.v1", code, f"{filed}T17:00", data | {"filed_on": filed})


def unreported_overseas(teller: Teller) -> None:
    """SO-27: reports that say yes, no or nothing, and what stands on record of the year that they are for."""
    rng, desk = teller.rng, teller.desk
    teller.due += ["2024-12-31", "2025-12-31", "2025-12-30"]
    for code in CODES[: 1 if teller.brief else 2]:
        for year in rng.sample([2024, 2025], teller.times(1, 2)):
            at = rng.choice([f"{year + 1}-01-15", f"{year + 1}-03-01"])
            teller.tell(desk.annual(code, at, year=year, overseas_activity=rng.choice([False, False, None, True])))
        if teller.chance(20):
            teller.tell(desk.annual(code, rng.choice(["2026-04-01", "2026-02-20"]), year=2025, overseas_activity=True))
        if teller.chance(60):
            first, last = rng.choice(
                [("2025-05-01", "2025-08-31"), ("2024-05-01", "2024-12-31"), ("2024-11-01", "2025-01-01")]
            )
            teller.tell(desk.filing(code, rng.choice([first, "2026-04-10"]), ngo=ABROAD[0], to_on=last, from_on=first))
        if teller.chance(40):
            held = rng.choice(["2025-05-20", "2024-12-31", "2025-12-31"])
            data: Json = {"held_from": held, "overseas": rng.choice([True, True, None])}
            data["held_to"] = rng.choice([None, "2026-01-02"])
            teller.tell(desk.activity(code, rng.choice(["2024-05-01", "2026-04-05"]), activity_id="abroad", **data))
        for _ in range(rng.choice([0, 1, 1, 2])):
            at = rng.choice(["2025-01-01T00:00", "2025-06-06T10:00", "2025-12-31T23:50", "2026-01-01T00:00"])
            who = party(rng.choice(ABROAD), kind="overseas", person=person_of("约翰") if teller.chance(15) else None)
            amount_fen = rng.choice([500_000, 999_999, 1_000_000, 1_200_000])
            money: Json = {"direction": rng.choice(["in", "in", "out"]), "counterparty": who}
            teller.tell(desk.payment(code, at, amount_fen=amount_fen, **money))


def contradicted_report(teller: Teller) -> None:
    """SO-40: an annual report beside returns, payrolls, purchases and receipts of its year, about a fifth apart."""
    teller.due += ["2025-06-30", "2024-12-31", "2025-06-29", "2025-08-20"]
    for code in CODES[: 1 if teller.brief else 2]:
        _contradicted(teller, code)


def _contradicted(teller: Teller, code: str) -> None:
    rng, desk = teller.rng, teller.desk
    filed = rng.choice(["2025-03-20", "2025-03-20", "2025-06-30", "2025-08-20"])
    report: Json = {"income_fen": rng.choice([31_000_000, 31_000_000, 15_000_000, None])}
    report["purchase_income_fen"] = rng.choice([None, 16_000_000, 20_000_000])
    report["staff_count"] = rng.choice([None, 10, 11, 12])
    teller.tell(desk.annual(code, filed, year=YEAR, **report))
    for place in range(rng.choice([1, 1, 2])):
        first, last = [("01-01", "06-30"), ("07-01", "12-31")][place]
        data: Json = {"period_from": f"{YEAR}-{first}", "period_to": f"{YEAR}-{last}"}
        data["income_fen"] = rng.choice([19_500_000, 38_000_000, 39_000_000])
        teller.tell(_return(teller, code, rng.choice(["2025-01-20", "2025-06-30", "2025-07-01"]), data))
    for number in range(rng.choice([0, 5, 6, 7])):
        payroll: Json = {"period": f"{YEAR}-{number + 3:02d}", "headcount": rng.choice([8, 8, 8, 9, 7])}
        at = f"{YEAR}-{number + 4:02d}-10T10:00"
        teller.tell(desk.event("tax.payroll.filed.v1", code, at, payroll | {"total_pay_fen": 100}))
    if teller.chance(50):
        award: Json = {"award_id": "aw-1", "buyer": BUYER, "amount_fen": rng.choice([30_000_000, 15_000_000])}
        teller.tell(
            desk.award(code, rng.choice([f"{YEAR}-03-01", "2025-09-01"]), **(award | {"awarded_on": f"{YEAR}-03-01"}))
        )
        for _ in range(rng.randint(1, 2)):
            who = party(BUYER["name"], code=BUYER["code"])
            at = rng.choice([f"{YEAR}-05-05T10:00", f"{YEAR}-12-31T23:59", "2025-01-01T00:00"])
            teller.tell(desk.payment(code, at, amount_fen=12_000_000, direction="in", counterparty=who))
    for _ in range(rng.choice([0, 1, 2])):
        at = rng.choice([f"{YEAR}-06-01", f"{YEAR}-12-31", "2025-01-01"])
        teller.tell(desk.receipt(code, at, amount_fen=rng.choice([20_000_000, 36_000_001, 38_800_000])))
    if teller.chance(25):
        found = rng.choice(["2023-06-30", "2024-06-30", "2025-02-01"])
        teller.tell(desk.finding(code, found, kind=rng.choice(["off_book", "fees"])))
