"""Stories about the books of an organization: accounts, income, start-up funds, dealings with one's own, grants."""

from tests.builders.codes import account_of, person_of
from tests.builders.events import party
from tests.builders.records import Json
from tests.properties.cast import BUYER, CODES, FIRMS, GRANTOR, PEOPLE, Teller, day_text

CLOCKS = ("00:00", "10:00", "10:00", "23:59:59.999999")
TITLES = ("社区老年助餐服务", "社区老年助餐服务项目(2025)", "2025年社区老年助餐服务", "社区老年日间照料服务")


def undeclared_account(teller: Teller) -> None:
    """SO-08: accounts first seen here and there, filed in time, late or never, used after they were closed."""
    teller.due += [day_text(30), day_text(31), day_text(40), "2026-04-30"]
    for code in CODES[: 1 if teller.brief else 2]:
        for place in range(teller.times(1, 3)):
            _account(teller, code, account_of(f"{code}-{place}"))


def _account(teller: Teller, code: str, account: str) -> None:
    rng, desk = teller.rng, teller.desk
    seen = rng.choice([-170, -150, -20, 0, 0, 10])
    opened = rng.choice([seen, seen - 1, -200])
    for _ in range(rng.choice([0, 1, 1, 2, 3])):
        at = f"{day_text(seen + rng.choice([0, 0, 1, 20, 29, 30, 40]))}T{rng.choice(CLOCKS)}"
        amount_fen = rng.choice([300_000, 5_000_000, 9_999_999, 10_000_000])
        who = teller.firm()
        teller.tell(desk.payment(code, at, amount_fen=amount_fen, own_account=account, counterparty=who))
    if teller.chance(30):
        teller.tell(desk.branch(code, day_text(seen + rng.choice([0, 5])), account=account))
    if teller.chance(20):
        at = day_text(seen + rng.choice([-3, 6]))
        teller.tell(desk.filing(code, at, ngo="Blue Lake Foundation", to_on=day_text(60), account=account))
    if teller.chance(60):
        filed = seen + rng.choice([-10, 20, 29, 30, 31, 32, 60])
        opened_on = day_text(rng.choice([opened, filed - 30, filed - 31]))
        teller.tell(desk.account_filed(code, day_text(filed), account=account, opened_on=opened_on))
    if teller.chance(40):
        closed = seen + rng.choice([-1, 0, 1, 25])
        data: Json = {"account": account, "closed_on": day_text(closed)}
        at = day_text(closed + rng.choice([0, 0, 20]))
        teller.tell(desk.event("civil-affairs.account.closed.v1", code, at, data))


def off_book_income(teller: Teller) -> None:
    """SO-09: what came in in a quarter or a year beside receipts, returns and reports of about as much."""
    teller.due += ["2026-04-30", "2026-04-29", "2026-01-31", "2026-03-31", "2026-01-30"]
    for code in CODES[: 1 if teller.brief else 2]:
        if teller.chance(15):
            teller.tell(teller.desk.registered(code, "2024-02-06", changed=True, public_fundraising=True))
        if teller.chance(55):
            teller.tell(teller.desk.account_filed(code, "2024-02-10"))
        for quarter in teller.rng.sample(["2025-03", "2025-12", "2026-03", "2026-01"], teller.times(1, 2)):
            _quarter(teller, code, quarter)
        if teller.chance(25):
            found = teller.rng.choice(["2024-04-01", "2025-06-01"])
            teller.tell(teller.desk.finding(code, found, kind=teller.rng.choice(["off_book", "fees"])))


def _quarter(teller: Teller, code: str, month: str) -> None:
    rng, desk = teller.rng, teller.desk
    came, short = rng.choice([40_000_000, 62_000_000, 64_000_000]), rng.choice([0, 4_500_000, 5_000_001, 9_000_000])
    short = rng.choice([short, 12_000_000, 10_000_000, 50_000_000])
    for place, amount_fen in enumerate((came // 2, came - came // 2)):
        day = f"{month}-{rng.choice(['01', '15', '31'])}"
        data: Json = {"direction": "in", "amount_fen": amount_fen, "counterparty": teller.firm(place)}
        if teller.chance(15):
            data |= {"counterparty": party(BUYER["name"], code=BUYER["code"])}
        if teller.chance(15):
            data |= rng.choice([{"purpose_text": "退款"}, {"earmark": "start_up_funds"}, {"booked_on": "2026-04-01"}])
        if teller.chance(10):
            data["own_account"] = account_of(f"{code}-other")
        if teller.chance(10):
            data |= {"counterparty": party("张三", kind="person"), "amount_fen": rng.choice([500_000, 500_001])}
        teller.tell(desk.payment(code, f"{day}T{rng.choice(CLOCKS)}", **data))
    given = max(came - short, 0)
    receipts = [given] if teller.chance(60) else [given // 3, given - given // 3]
    for place, amount_fen in enumerate(receipts):
        late = {"2025-03": "2025-04-30", "2025-12": "2026-01-30", "2026-03": "2026-04-30", "2026-01": "2026-04-30"}[
            month
        ]
        day = rng.choice([f"{month}-20", f"{month}-20", late, late[:8] + "29", "2026-05-01"])
        payer = rng.choice([teller.firm(), teller.firm(), party(BUYER["name"], code=BUYER["code"])])
        no = f"r-{month}-{place}"
        teller.tell(
            desk.receipt(code, f"{day}T{rng.choice(CLOCKS)}", amount_fen=amount_fen, payer=payer, receipt_no=no)
        )
    if teller.chance(40):
        teller.tell(desk.award(code, f"{month}-01", amount_fen=came, award_id="aw-9", buyer=BUYER))
    if month.startswith("2025") and teller.chance(60):
        told = came - rng.choice([0, 2_000_000, 5_000_000, 5_000_001, 9_000_000])
        teller.tell(desk.annual(code, rng.choice(["2026-01-15", "2026-02-20"]), year=2025, income_fen=told))
        data = {"period_from": "2025-01-01", "period_to": "2025-12-31", "filed_on": "2026-01-20"}
        if teller.chance(40):
            income = told + rng.choice([0, -100, 5_000_000])
            teller.tell(desk.event("tax.return.filed.v1", code, "2026-01-20T10:00", data | {"income_fen": income}))


def _own_people(teller: Teller, code: str) -> list[Json]:
    """Let a person lead, be kin to another, and that one hold a firm; give all three as parties."""
    rng, desk = teller.rng, teller.desk
    chair, kin = rng.sample(PEOPLE, 2)
    own = [party("某*", kind="person", person=person_of(one)) for one in (chair, kin)]
    firm = party("第3公司", code=FIRMS[3])
    post = rng.choice(["chair", "director", "supervisor", "chair", "staff"])
    teller.tell(desk.post_taken(code, "2025-09-01", person=chair, post=post))
    kind = rng.choice(["sibling", "spouse", "child", "other"])
    to_on = rng.choice([None, None, None, day_text(10)])
    at = rng.choice(["2025-09-02", day_text(35)])
    teller.tell(desk.relation(code, at, a=own[0], b=own[1], relation=kind, to_on=to_on, from_on="2025-09-01"))
    holder = rng.choice(own)
    teller.tell(desk.relation(code, "2025-09-02", a=holder, b=firm, relation="controls"))
    return [*own, firm]


def _paid_to_own(teller: Teller, code: str, own: list[Json], amounts: list[int]) -> None:
    rng, desk = teller.rng, teller.desk
    for place in range(teller.times(2, 5)):
        data: Json = {"amount_fen": rng.choice(amounts), "counterparty": rng.choice([*own, *own, teller.firm(0)])}
        data["purpose_text"] = rng.choice([None, None, None, "差旅报销", "工资", "退款"])
        at = f"{day_text(rng.choice([-40, -2, 0, 1, 12, 28, 29]))}T{rng.choice(CLOCKS)}"
        if teller.chance(8):
            data["project_ref"] = "aw-1"
        teller.tell(desk.payment(code, at, **(data | {"payment_id": f"own-{place}"})))
    for month, filed in (("2026-02", "2026-03-20"), ("2026-03", "2026-04-20"), ("2026-03", "2026-04-21")):
        if teller.chance(35):
            person = next((one["person"] for one in own if "person" in one), None)
            listed = [{"person": person, "amount_fen": rng.choice([1_000_000, 9_000_000])}] if person else None
            payroll: Json = {"period": month, "headcount": 3, "total_pay_fen": 20_000_000, "payees": listed}
            teller.tell(desk.event("tax.payroll.filed.v1", code, f"{filed}T17:00", payroll))
    if teller.chance(25):
        passed = rng.choice(["2025-06-01", day_text(-5)])
        kind = rng.choice(["related_party_deal", "lending"])
        teller.tell(desk.resolution(code, day_text(20), kind=kind, passed_on=passed, votes_for=rng.choice([5, 7])))
    if teller.chance(20):
        kind = rng.choice(["related_party", "start_up", "fees"])
        teller.tell(desk.finding(code, rng.choice(["2024-03-10", "2025-06-01"]), kind=kind))


def start_up_funds_leave(teller: Teller) -> None:
    """SO-10: young organizations that pay founders, officers and their firms about three tenths of what they got."""
    teller.due += ["2026-04-20", "2026-03-20", day_text(1), day_text(29)]
    for code in CODES[: 1 if teller.brief else 2]:
        rng, desk = teller.rng, teller.desk
        registered = rng.choice(["2025-09-01", "2025-09-01", day_text(-366), day_text(-364)])
        funds = rng.choice([30_000_000, 100_000_000, 100_000_000])
        told: Json = {"registered_on": registered, "start_up_funds_fen": funds}
        teller.tell(desk.registered(code, "2024-02-06", changed=True, **told))
        own = _own_people(teller, code)
        if teller.chance(70):
            founder = teller.firm(5)
            own.append(founder)
            paid: Json = {"earmark": "start_up_funds", "direction": "in", "counterparty": founder}
            teller.tell(desk.payment(code, "2025-09-05T10:00", amount_fen=funds, **paid))
        _paid_to_own(teller, code, own, [9_000_000, 14_000_000, 18_000_000, 29_900_000, 30_000_000, 50_000_000])
        if teller.chance(55):
            assets = rng.choice([funds - 1, funds, funds // 2])
            year = rng.choice([2025, 2025, 2024])
            teller.tell(desk.annual(code, rng.choice(["2026-02-20", day_text(20)]), year=year, net_assets_fen=assets))


def related_dealing(teller: Teller) -> None:
    """SO-11: foundations and others that pay their own people, within limits and beyond them, told and untold."""
    teller.due += ["2026-04-20", "2026-03-20", day_text(12), day_text(0)]
    for code in CODES[: 1 if teller.brief else 2]:
        rng, desk = teller.rng, teller.desk
        kind = rng.choice(["foundation", "association", "association"])
        teller.tell(desk.registered(code, "2024-02-06", changed=True, kind=kind))
        own = _own_people(teller, code)
        base = rng.choice([None, 30_000_000, 60_000_000, 400_000_000])
        teller.tell(desk.annual(code, "2026-02-20", year=2025, spending_fen=base))
        amounts = [380_000, 500_000, 720_000, 1_900_000, 3_300_000, 5_200_000, 9_500_000, 10_400_000]
        _paid_to_own(teller, code, own, amounts)
        if teller.chance(40):
            at = f"{day_text(rng.choice([-330, -300, -80]))}T10:00"
            data: Json = {
                "amount_fen": rng.choice([5_200_000, 16_000_000, 13_000_000]),
                "counterparty": rng.choice(own),
            }
            teller.tell(desk.payment(code, at, **data))
        if teller.chance(50):
            told = rng.choice([None, 0, 4_000_000])
            at = rng.choice(["2026-02-25", day_text(35)])
            teller.tell(desk.annual(code, at, year=rng.choice([2025, 2026]), related_party_deals_fen=told))


def double_funding(teller: Teller) -> None:
    """SO-20: grants and awards under titles that are alike or nearly, some of them never spent."""
    teller.due += ["2026-04-30", day_text(10), day_text(15)]
    for code in CODES[: 1 if teller.brief else 2]:
        rng, desk = teller.rng, teller.desk
        bodies = [GRANTOR, {"code": BUYER["code"], "name": BUYER["name"]}]
        for place in range(teller.times(1, 3) + (1 if teller.chance(60) else 0)):
            dated = rng.choice([day_text(-365 + 10), day_text(-365 + 15), "2025-12-31", "2025-05-01", "2025-05-01"])
            data: Json = {"amount_fen": rng.choice([1_999_999, 2_000_000, 3_800_000, 20_000_000])}
            data["title"] = rng.choice(TITLES)
            body, at = rng.choice(bodies), rng.choice([dated, day_text(5)])
            if teller.chance(25):
                more = {"award_id": f"tw-{place}", "awarded_on": dated, "buyer": body}
                teller.tell(desk.award(code, at, **(data | more)))
                continue
            more = {"grant_id": f"tg-{place}", "granted_on": dated, "grantor": body}
            more["purpose_text"] = rng.choice([None, None, None, "县级配套"])
            more["used_until"] = rng.choice([None, None, day_text(40), "2025-12-31"])
            teller.tell(desk.grant(code, at, **(data | more)))
        for place in range(rng.choice([0, 1, 2, 3])):
            spent: Json = {"amount_fen": rng.choice([190_000, 200_000, 380_000, 2_000_000])}
            ref = rng.choice([None, f"tg-{place}", f"tg-{place}", f"tw-{place}"])
            spent |= {"project_ref": ref, "counterparty": teller.firm(place % 2)}
            at = f"{rng.choice(['2025-06-01', '2025-12-31', day_text(9), day_text(11)])}T{rng.choice(CLOCKS)}"
            teller.tell(desk.payment(code, at, **spent))
