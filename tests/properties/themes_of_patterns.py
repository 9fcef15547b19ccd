"""Stories in which several rules speak of one organization: what binds them holds, or just does not."""

from tests.builders.codes import account_of, person_of
from tests.builders.events import party
from tests.builders.records import Json
from tests.properties.cast import ABROAD, BUYER, CODES, FIRMS, PEOPLE, Teller, day_text


def laundering_channel(teller: Teller) -> None:
    """TY-03: sums cut small come in, leave at once and find a way back; or leave, or come back, elsewhere."""
    rng, desk = teller.rng, teller.desk
    for code, other in zip(CODES[:2], CODES[2:4], strict=True):
        if code == CODES[1] and teller.brief:
            return
        teller.tell(desk.registered(code, "2024-02-06", changed=True, kind="association", public_fundraising=None))
        old = party("老伙伴")
        teller.tell(desk.payment(code, f"{day_text(-60)}T10:00", amount_fen=100, direction="in", counterparty=old))
        payer, elsewhere = (party(f"第{n}公司", code=FIRMS[n]) for n in rng.sample(range(8, len(FIRMS)), 2))
        start, parts = rng.randint(-10, 5), rng.choice([3] * 7 + [2])
        gap = rng.choice([2] * 9 + [6])
        for place in range(parts):
            at = f"{day_text(start + place % 2)}T1{place}:00"
            money: Json = {"amount_fen": rng.choice([190_000_000, 199_000_000]), "direction": "in"}
            teller.tell(desk.payment(code, at, counterparty=payer, **money))
        payee = teller.sister(other) if teller.chance(90) else elsewhere
        for place in range(parts):
            at = f"{day_text(start + gap)}T1{place}:30"
            teller.tell(desk.payment(code, at, amount_fen=180_000_000, direction="out", counterparty=payee))
        returns = start + rng.choice([20, 20, 20, 20, 20, 60, 95])
        _back(teller, other, payer if teller.chance(90) else elsewhere, returns, parts)
        if teller.chance(20):
            teller.tell(desk.relation(code, teller.at(-40, 20), a=payer, b=elsewhere, relation="same_phone"))


def _back(teller: Teller, other: str, payee: Json, day: int, parts: int) -> None:
    """Let whoever was paid pay on; now and then too little to count."""
    amount_fen = teller.rng.choice([170_000_000] * 7 + [100_000_000])
    for place in range(parts):
        at = f"{day_text(day)}T1{place}:45"
        teller.tell(teller.desk.payment(other, at, amount_fen=amount_fen, direction="out", counterparty=payee))


def shadow_foreign_funding(teller: Teller) -> None:
    """TY-05: money from abroad without filing, months in which persons are paid, reports that keep silent of it."""
    rng, desk = teller.rng, teller.desk
    for code in CODES[: 1 if teller.brief else 2]:
        month = rng.choice([5, 5, 5, 10])
        at = f"2025-{month:02}-{rng.choice(['03', '12', '31'])}T10:00"
        who = party(rng.choice(ABROAD[:3]), kind="overseas")
        money: Json = {"original_currency": "USD", "original_amount_minor": 1_200_000, "amount_fen": 8_400_000}
        teller.tell(desk.payment(code, at, direction="in", counterparty=who, **money))
        if teller.chance(8):
            teller.tell(
                desk.filing(code, teller.at(-30, 20), ngo=who["name"], to_on="2025-12-31", from_on="2025-01-01")
            )
        paid = month + rng.choice([0, 1, 1, 2, 2, 2, 2, 2, 3, -1])
        year, paid = (2026, paid - 12) if paid > 12 else (2025, paid)
        for place in range(3):
            name = rng.choice(PEOPLE)
            person = party(f"{name[:1]}*", kind="person", person=person_of(name))
            day = f"{year}-{paid:02}-{rng.choice(['01', '15', '28'])}T1{place}:00"
            amount_fen = rng.choice([2_000_000, 2_600_000, 2_600_000])
            teller.tell(desk.payment(code, day, amount_fen=amount_fen, counterparty=person))
        said = rng.choice([False] * 5 + [None, None, True])
        teller.tell(desk.annual(code, f"2026-03-{rng.choice(['01', '20'])}", year=2025, overseas_activity=said))


def shadow_official(teller: Teller) -> None:
    """TY-06: officials without approval, who is paid, and whose family's firm is dealt with: one person, or several."""
    rng, desk = teller.rng, teller.desk
    for code in CODES[: 1 if teller.brief else 2]:
        teller.tell(desk.registered(code, "2024-02-06", changed=True, kind="association"))
        official, another, spouse, _ = rng.sample(PEOPLE, 4)
        of_official, of_spouse = (party("某*", kind="person", person=person_of(name)) for name in (official, spouse))
        late = rng.choice(["2024-08-20", "2024-12-01"]) if teller.chance(8) else None
        _office(teller, code, official, approved_on=late)
        paid = official if teller.chance(88) else another
        holder = of_spouse if teller.chance(85) else party("某*", kind="person", person=person_of(another))
        if paid == another or holder != of_spouse:
            _office(teller, code, another, approved_on="2024-01-01")
        _reward(teller, code, paid)
        firm = party(f"第{8}公司", code=FIRMS[8])
        ends = rng.choice([None] * 7 + [day_text(-60)])
        at = teller.at(-40, 20)
        teller.tell(desk.relation(code, at, a=of_official, b=of_spouse, relation="spouse", from_on="2020-01-01"))
        tie: Json = {"relation": "controls", "from_on": "2020-01-01", "to_on": ends}
        teller.tell(desk.relation(code, at, a=holder, b=firm, **tie))
        for _ in range(2):
            amount_fen = rng.choice([5_200_000, 10_200_000, 10_200_000, 10_200_000, 4_900_000])
            teller.tell(desk.payment(code, teller.at(-30, 20), amount_fen=amount_fen, counterparty=firm))


def _office(teller: Teller, code: str, name: str, *, approved_on: str | None) -> None:
    """Let an official take a leading post, with an approval or without."""
    status = {"official_status": teller.rng.choice(["serving", "serving", "retired"])}
    post: Json = {"person": name, "post": "vice_chair", "from_on": "2024-09-01"}
    teller.tell(teller.desk.post_taken(code, "2024-09-01", **post, **status))
    if approved_on is not None:
        data: Json = {"person": person_of(name), "post": "vice_chair", "approved_on": approved_on}
        teller.tell(teller.desk.event("civil-affairs.post-approval.granted.v1", code, "2024-12-01", data))


def _reward(teller: Teller, code: str, name: str) -> None:
    """Pay somebody for a post: by payroll, or by transfer."""
    rng, desk = teller.rng, teller.desk
    if teller.chance(50):
        listed: Json = {"period": "2025-12", "headcount": 2, "total_pay_fen": 1_000_000}
        listed["payees"] = [{"person": person_of(name), "amount_fen": rng.choice([250_000] * 5 + [0])}]
        teller.tell(desk.event("tax.payroll.filed.v1", code, f"2026-01-{rng.choice(['10', '25'])}T10:00", listed))
    else:
        who = party(f"{name[:1]}*", kind="person", person=person_of(name))
        purpose = rng.choice(["劳务费"] * 5 + ["差旅费"])
        at = teller.at(-60, 20)
        teller.tell(desk.payment(code, at, amount_fen=120_000, counterparty=who, purpose_text=purpose))


def shell(teller: Teller) -> None:
    """TY-01: start-up funds leave, persons are paid, and then nothing; or in another order, or to other people."""
    rng, desk = teller.rng, teller.desk
    for code in CODES[: 1 if teller.brief else 3]:
        moved = {"registered_on": "2024-02-05", "start_up_funds_fen": 100_000_000}
        teller.tell(desk.registered(code, "2024-02-06", changed=True, **moved))
        founder, sister, stranger = (
            party("某*", kind="person", person=person_of(name)) for name in rng.sample(PEOPLE, 3)
        )
        money: Json = {"direction": "in", "counterparty": founder, "earmark": "start_up_funds"}
        teller.tell(desk.payment(code, "2024-02-10T10:00", amount_fen=100_000_000, **money))
        teller.tell(desk.relation(code, "2024-02-10", a=founder, b=sister, relation="sibling", from_on="2020-01-01"))
        left_fen = rng.choice([32_000_000, 32_000_000, 85_000_000, 28_000_000])
        at = f"2024-{rng.choice(['03', '03', '06'])}-03T10:00"
        teller.tell(desk.payment(code, at, amount_fen=left_fen, counterparty=founder if teller.chance(90) else sister))
        at = f"2024-{rng.choice(['04', '04', '05'])}-{rng.choice(['03', '20'])}T10:00"
        who = rng.choice([founder, sister, sister, sister, stranger])
        teller.tell(desk.payment(code, at, amount_fen=rng.choice([6_400_000, 6_400_000, 4_900_000]), counterparty=who))
        for year in (2022, 2023):
            outcome = rng.choice(["not_filed"] * 7 + ["passed"])
            teller.tell(desk.inspection(code, f"{year + 1}-06-30", outcome=outcome, year=year))


def captured_purchasing(teller: Teller) -> None:
    """TY-02: tied bidders, money passed on and one buyer who pays nearly everything; or awards that differ."""
    rng, desk = teller.rng, teller.desk
    other, head = CODES[3], person_of("张三")
    teller.tell(desk.registered(other, "2024-02-06", changed=True, legal_representative=head))
    for code in CODES[: 1 if teller.brief else 3]:
        tied = head if teller.chance(90) else None
        teller.tell(desk.registered(code, "2024-02-07", changed=True, legal_representative=tied))
        won, lost = ({"code": each, "name": "某会", "price_fen": price} for each, price in ((code, 100), (other, 180)))
        bids = {"bidders": [won, lost | {"outcome": rng.choice(["disqualified"] * 5 + ["lost"])}]}
        alone: Json = {"procedure": "single_source"}
        passed_first = teller.chance(70)
        terms: Json = {
            "contract_ref": "ct-1",
            "term_from": "2026-01-10",
            "term_to": "2026-10-31",
            "budget_payees": [FIRMS[1]],
        }
        first, second = (terms | bids, alone) if passed_first else (terms | alone, bids)
        items = rng.choice([("D1", "D1"), ("D1", "D1"), ("D1", "D2")])
        teller.tell(
            desk.award(code, "2026-01-05", award_id="aw-7", amount_fen=18_000_000, catalogue_item=items[0], **first),
            desk.award(
                code, teller.at(-30, 0), award_id="aw-8", amount_fen=11_000_000, catalogue_item=items[1], **second
            ),
        )
        buyer = party(BUYER["name"], code=BUYER["code"])
        money: Json = {"direction": "in", "counterparty": buyer}
        teller.tell(desk.payment(code, teller.at(-40, -31), amount_fen=18_000_000, **money))
        teller.tell(
            desk.payment(code, teller.at(2, 20), amount_fen=rng.choice([11_000_000, 11_000_000, 1_000_000]), **money)
        )
        passed_fen = rng.choice([9_500_000, 9_500_000, 9_500_000, 8_500_000])
        payee = party("第9公司", code=FIRMS[9])
        on: Json = {"direction": "out", "counterparty": payee, "project_ref": rng.choice(["ct-1", "aw-7", "aw-7"])}
        teller.tell(desk.payment(code, teller.at(-20, 20), amount_fen=passed_fen, **on))


def collector(teller: Teller) -> None:
    """TY-04: firms complain of fees, a branch takes or hands up money, a related firm is paid; or in another order."""
    rng, desk = teller.rng, teller.desk
    for code in CODES[: 1 if teller.brief else 3]:
        teller.tell(desk.registered(code, "2024-02-06", changed=True, kind="association", public_fundraising=None))
        branch, firm = account_of(f"{code}-branch"), party("第8公司", code=FIRMS[8])
        data: Json = {"branch_id": "b-1", "name": "青年工作委员会", "opened_on": "2024-06-01", "account": branch}
        teller.tell(desk.event("civil-affairs.branch.opened.v1", code, "2024-06-01", data))
        chair = party("某*", kind="person", person=person_of("赵六"))
        teller.tell(desk.post_taken(code, "2024-03-01", person="赵六"))
        teller.tell(desk.relation(code, "2024-03-01", a=chair, b=firm, relation="controls", from_on="2020-01-01"))
        for place in range(rng.choice([3] * 7 + [2])):
            voice = {"complaint_id": f"c-{place}", "kind": "fee", "received_on": day_text(-40 + place)}
            teller.tell(desk.event("civil-affairs.complaint.received.v1", code, f"{voice['received_on']}T10:00", voice))
        at = teller.at(-60, -5) if teller.chance(85) else teller.at(20, 30)
        taken: Json = {"own_account": branch, "direction": "in", "counterparty": party("第3公司", code=FIRMS[3])}
        main = party("本会", account=account_of(code))
        up: Json = {"own_account": branch, "direction": "out", "counterparty": main, "purpose_text": "管理费"}
        teller.tell(desk.payment(code, at, amount_fen=200_000, **rng.choice([taken, taken, up])))
        day = teller.at(0, 18) if teller.chance(85) else teller.at(-80, -61)
        teller.tell(desk.payment(code, day, amount_fen=rng.choice([10_400_000] * 9 + [9_900_000]), counterparty=firm))
