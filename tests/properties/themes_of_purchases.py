"""Stories about public purchases: who was paid out of them, and under which award."""

from tests.builders.codes import person_of
from tests.builders.events import party
from tests.builders.records import Json
from tests.properties.cast import BUYER, CODES, FIRMS, GRANTOR, Teller, day_text

FISCAL_FEN = 11_000_000


def off_budget(teller: Teller) -> None:
    """SO-15: purchases with budgets, paid once or twice; money to payees in and beside them, named and unnamed."""
    rng, desk = teller.rng, teller.desk
    code = rng.choice(CODES[: 1 if teller.brief else 2])
    for number in range(teller.times(1, 2)):
        buyer = (BUYER, GRANTOR)[number if teller.chance(90) else 0]  # one buyer of two: neither explains it all
        _award(teller, code, number, buyer)
        start = rng.randint(0, 12)
        for day, part in rng.choice([((0, 100),), ((0, 100),), ((0, 60), (12, 40))]):
            data: Json = {"counterparty": party(buyer["name"], code=buyer["code"])}
            if teller.chance(25):
                data = {"counterparty": teller.firm(5), "earmark": "purchase", "project_ref": f"aw-{number}"}
            at = f"{day_text(start + day)}T{rng.choice(['09:00', '10:00'])}"
            teller.tell(desk.payment(code, at, amount_fen=FISCAL_FEN * part // 100, direction="in", **data))
        _spent(teller, code, number, start)
    if teller.chance(25):
        insider = party("张*", kind="person", person=person_of("张三"))
        teller.tell(desk.post_taken(code, "2024-03-01", person="张三", post="chair"))
        teller.tell(desk.relation(code, "2025-06-01", a=insider, b=party("第2公司", code=FIRMS[2])))
    if teller.chance(35):
        found = rng.choice(["2024-03-10", "2024-03-20", "2025-06-01", day_text(8)])
        kind = rng.choice(["procurement", "subsidy", "conduct"])
        teller.tell(desk.finding(code, found, kind=kind, finding_id="fi-1"))
        if teller.chance(40):
            teller.tell(desk.rectified(code, rng.choice(["2025-12-01", day_text(10)]), finding_id="fi-1"))


def _award(teller: Teller, code: str, number: int, buyer: Json) -> None:
    """Award a purchase, now and then known late or supplemented."""
    rng, desk = teller.rng, teller.desk
    awarded = rng.choice(["2026-02-20", "2026-02-25", "2026-02-25", "2026-02-26", day_text(2)])
    told = awarded if teller.chance(75) else day_text(rng.choice([6, 30]))
    payees = rng.choice([*[["第0公司", FIRMS[1]]] * 5, [FIRMS[1]], [FIRMS[1], "第3公司"], None])
    data: Json = {"award_id": f"aw-{number}", "contract_ref": f"ct-{number}", "budget_payees": payees, "buyer": buyer}
    promised_fen = FISCAL_FEN * rng.choice([100, 100, 100, 100, 60]) // 100
    teller.tell(desk.award(code, told, awarded_on=awarded, amount_fen=promised_fen, **data))
    if teller.chance(30):
        more: Json = {"award_id": f"aw-{number}-more", "supplement_of": f"aw-{number}", "buyer": buyer}
        more["contract_ref"] = rng.choice([None, f"ct-{number}-more"])
        teller.tell(desk.award(code, awarded, awarded_on=awarded, amount_fen=FISCAL_FEN * 40 // 100, **more))


def _spent(teller: Teller, code: str, number: int, start: int) -> None:
    """Pay payees of the budget and others; sums about a third and two thirds of the purchase."""
    rng, desk = teller.rng, teller.desk
    for _ in range(rng.randint(2, 6)):
        offset = start + rng.choice([-1, 0, 0, 3, 4, 5, 5, 5, 12, 15, 20, 29, 30, 31])
        at = f"{day_text(offset)}T{rng.choice(['09:00', '10:00', '10:00', '11:00'])}"
        amount_fen = FISCAL_FEN * rng.choice([15, 18, 20, 30, 30, 33, 60, 61]) // 100 + rng.choice([0, 0, 7, -1])
        refs = [*[f"ct-{number}", f"aw-{number}"] * 3, f"ct-{number}-more", "act-7", None, None, None]
        who = teller.firm(rng.choice([2, 2, 2, 3, 3, 4, 0, 1]))
        data: Json = {"purpose_text": "退款"} if teller.chance(6) else {}
        teller.tell(
            desk.payment(code, at, amount_fen=amount_fen, counterparty=who, project_ref=rng.choice(refs), **data)
        )
    if teller.chance(40):
        other_fen = FISCAL_FEN * rng.choice([10, 37, 200]) // 100
        at = f"{day_text(start + rng.choice([-31, -30, -29, 2]))}T10:00"
        teller.tell(desk.payment(code, at, amount_fen=other_fen, direction="in", counterparty=teller.firm(6)))
