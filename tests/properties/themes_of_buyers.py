"""Stories about buyers: who buys most, who bid, and who of the organization serves the buyer."""

from tests.builders.codes import code_of, person_of
from tests.builders.events import party
from tests.builders.records import Json
from tests.properties.cast import BUYER, CODES, FIRMS, GRANTOR, Teller, day_text

BOUGHT_FEN = 10_000_000  # two make the floor
BIDS = [
    {"code": code_of(41, kind="91"), "name": "第41公司", "outcome": "lost"},
    {"code": code_of(42, kind="91"), "name": "第42公司", "outcome": "won"},
    {"code": code_of(43, kind="91"), "name": "第43公司", "outcome": "disqualified"},
]
BEFORE = (-733, -730, -729, -500, -400, -300, -200, -100, -40, -2)


def single_buyer(teller: Teller) -> None:
    """SO-18: a few purchases of one buyer over two years, some of another; officers who serve it, or served it."""
    for code in teller.rng.sample(CODES[:2], teller.times(1, 2)):
        _two_years(teller, code, teller.rng.choice([BOUGHT_FEN, *[20 * BOUGHT_FEN] * 3]))


def _two_years(teller: Teller, code: str, each_fen: int) -> None:
    """Sell to one buyer or two, and to others; the smaller sums lie about the floor."""
    rng, desk = teller.rng, teller.desk
    days = sorted(rng.sample(BEFORE, rng.randint(2, 3)))
    closed = teller.chance(70)
    for number, day in enumerate(days):
        buyer = BUYER if number < 2 or teller.chance(70) else GRANTOR
        _bought(teller, code, number, day=day, each_fen=each_fen, buyer=buyer, closed=closed or teller.chance(30))
    if teller.chance(75):  # the two purchases of 1,000 make four fifths with 500 from others
        other_fen = each_fen * rng.choice([10, 10, 49, 50, 51, 80]) // 100
        at = f"{day_text(rng.choice([*BEFORE, 0]))}T10:00"
        teller.tell(desk.payment(code, at, amount_fen=other_fen, direction="in", counterparty=teller.firm(5)))
    if teller.chance(60):
        _officer(teller, code)
    if teller.chance(50):
        who = {"counterparty": teller.firm(5), "direction": "in"}
        teller.tell(desk.payment(code, teller.at(-1, 20), amount_fen=rng.choice([100, 100, 500_000]), **who))


def _bought(teller: Teller, code: str, number: int, *, day: int, each_fen: int, buyer: Json, closed: bool) -> None:
    """Award a purchase and pay it; now and then told late, or paid by somebody who names it."""
    rng, desk = teller.rng, teller.desk
    data: Json = {"award_id": f"aw-{number}", "buyer": buyer, "awarded_on": day_text(day)}
    data["procedure"] = rng.choice(["single_source", "single_source", "inquiry"] if closed else ["open_tender"])
    data["bidders"] = rng.choice([BIDS[1:], BIDS[1:], []] if closed else [BIDS, BIDS, BIDS[:2], None])
    told = day if teller.chance(80) else 5
    amount_fen = each_fen + rng.choice([0, 0, 0, 1, -1])
    teller.tell(desk.award(code, f"{day_text(told)}T09:00", amount_fen=amount_fen, **data))
    if teller.chance(15):
        more = data | {"award_id": f"aw-{number}-more", "supplement_of": f"aw-{number}"}
        teller.tell(desk.award(code, f"{day_text(told)}T09:00", amount_fen=500_000, **more))
    paid: Json = {"counterparty": party(buyer["name"], code=buyer["code"] if teller.chance(80) else None)}
    if teller.chance(15):
        paid = {"counterparty": teller.firm(6), "earmark": "purchase", "project_ref": f"aw-{number}"}
    at = f"{day_text(day + 1)}T{rng.choice(['09:00', '10:00'])}"
    teller.tell(desk.payment(code, at, amount_fen=amount_fen, direction="in", **paid))


def _officer(teller: Teller, code: str) -> None:
    """Let somebody hold a post here who is employed by a buyer, or a serving official by a post here or elsewhere."""
    rng, desk = teller.rng, teller.desk
    taken = day_text(rng.choice([-600, -300, -30, 3]))
    post = rng.choice(["vice_chair", "director", "director", "staff"])
    status = rng.choice([None, None, "serving", "retired"])
    teller.tell(desk.post_taken(code, taken, person="张三", post=post, official_status=status))
    if teller.chance(30):
        teller.tell(desk.post_left(code, day_text(rng.choice([-50, 10])), person="张三", post=post))
    if teller.chance(60):
        ends = [party("张*", kind="person", person=person_of("张三")), party(**rng.choice([BUYER, BUYER, GRANTOR]))]
        rng.shuffle(ends)
        held: Json = {"from_on": rng.choice([None, day_text(-500)]), "to_on": rng.choice([None, None, day_text(-60)])}
        relation = rng.choice(["employs", "employs", "employs", "controls"])
        at = day_text(rng.choice([-550, -20, 8]))
        teller.tell(desk.relation(rng.choice(CODES), at, relation=relation, a=ends[0], b=ends[1], **held))
    if teller.chance(50):
        name = rng.choice([BUYER["name"], f"{BUYER['name'][:3]} {BUYER['name'][3:]}", GRANTOR["name"]])
        teller.tell(desk.registered(code, day_text(-650), changed=True, supervising_body=name))
        teller.tell(desk.post_taken(CODES[3], day_text(-650), person="张三", post="staff", official_status="serving"))


def passed_on(teller: Teller) -> None:
    """SO-16: purchase money that goes on to one payee, and money to those around the buyer."""
    rng, desk = teller.rng, teller.desk
    for number, code in enumerate(rng.sample(CODES[:2], teller.times(1, 2))):
        buyer = rng.choice([BUYER, BUYER, GRANTOR])
        begins = rng.choice([-360, -200, -20, -20, 0])
        ends = rng.choice([None, begins + 30, begins + 300])
        data: Json = {"award_id": f"aw-{number}", "contract_ref": f"ct-{number}", "buyer": buyer}
        data["budget_payees"] = rng.choice([*[["第0公司", FIRMS[1]]] * 5, None])
        if teller.chance(60):
            data |= {"term_from": day_text(begins), "term_to": day_text(ends) if ends is not None else None}
        told = begins - rng.choice([5, 5, 0]) if teller.chance(80) else 20
        awarded = day_text(begins - 5)
        teller.tell(desk.award(code, day_text(told), awarded_on=awarded, amount_fen=20 * BOUGHT_FEN, **data))
        for part in rng.choice([(100,), (60, 40)]):
            at = f"{day_text(begins + rng.choice([-2, 1, 1, 2]))}T{rng.choice(['09:00', '10:00'])}"
            who = party(buyer["name"], code=buyer["code"])
            amount_fen = 20 * BOUGHT_FEN * part // 100
            teller.tell(desk.payment(code, at, amount_fen=amount_fen, direction="in", counterparty=who))
        _onwards(teller, code, number, begins)
        if teller.chance(60):
            _around_buyer(teller, code, number, buyer=buyer, begins=begins)


def _onwards(teller: Teller, code: str, number: int, begins: int) -> None:
    """Pay firms parts of a half, or four fifths, of what came in, within the term or beside it."""
    rng, desk = teller.rng, teller.desk
    if teller.chance(40):
        ends = {"a": party("第2公司", code=FIRMS[2]), "b": party("第3公司", code=FIRMS[3])}
        relation, to_on = rng.choice(["same_phone", "controls"]), rng.choice([None, None, day_text(begins + 20)])
        teller.tell(desk.relation(code, "2025-02-01", relation=relation, to_on=to_on, **ends))
    for _ in range(rng.randint(2, 4)):
        at = f"{day_text(begins + rng.choice([-1, 0, 3, 3, 10, 10, 20, 30, 31, 300, 301, 360, 361]))}T10:00"
        amount_fen = 20 * BOUGHT_FEN * rng.choice([2, 25, 49, 50, 50, 55, 80]) // 100 + rng.choice([0, 0, 1, -1])
        ref = rng.choice([*[f"ct-{number}", f"aw-{number}"] * 2, "act-7", None, None])
        who = teller.firm(rng.choice([2, 2, 2, 3, 0, 1]))
        teller.tell(desk.payment(code, at, amount_fen=amount_fen, counterparty=who, project_ref=ref))


def _around_buyer(teller: Teller, code: str, number: int, *, buyer: Json, begins: int) -> None:
    """Pay the buyer, whom it employs or whom it is grouped with; or give back what was not accepted."""
    rng, desk = teller.rng, teller.desk
    buying = party(buyer["name"], code=buyer["code"])
    servant = party("钱*", kind="person", person=person_of("钱七"))
    for who in (servant, party("第4公司", code=FIRMS[4])):
        ends = rng.sample([buying, who], 2)
        relation = rng.choice(["employs", "employs", "controls", "same_address", "other"])
        to_on = rng.choice([None, None, day_text(begins + 10)])
        teller.tell(
            desk.relation(code, day_text(rng.choice([-400, 6])), relation=relation, a=ends[0], b=ends[1], to_on=to_on)
        )
    if teller.chance(40):
        data: Json = {"award_id": f"aw-{number}", "outcome": rng.choice(["failed", "partial", "passed"])}
        accepted = day_text(begins + rng.choice([9, 10, 11]))
        teller.tell(desk.accepted(code, day_text(begins + rng.choice([9, 15])), accepted_on=accepted, **data))
    for _ in range(rng.randint(1, 3)):
        who = rng.choice([servant, servant, teller.firm(4), buying, buying])
        at = f"{day_text(begins + rng.choice([0, 5, 10, 10, 11, 31, 301, 361, 395, 396, 725, 726]))}T11:00"
        purpose = rng.choice([None, None, None, "项目结余退回"])
        amount_fen = rng.choice([1, 300_000])
        teller.tell(desk.payment(code, at, amount_fen=amount_fen, counterparty=who, purpose_text=purpose))
