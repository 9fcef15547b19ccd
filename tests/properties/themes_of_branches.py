"""Stories about branches: their names and accounts, what comes in there, what goes up, and whether they live."""

from tests.builders.codes import account_of
from tests.builders.events import party
from tests.builders.records import Json
from tests.properties.cast import CODES, FIRMS, Teller, day_text

NAMES = ["青年工作委员会", "国际合作委员会", "青年联谊会", "分会", "平阳县研究会"]
FEES = ["管理费", "上缴", "借款", None]


def branches(teller: Teller) -> None:
    """SO-34: branches of every kind, some closed, some idle; money into, out of and between accounts."""
    rng, desk = teller.rng, teller.desk
    for code in CODES[: 1 if teller.brief else 3]:
        branch = account_of(f"{code}-branch")
        for place in range(teller.times(1, 2)):
            opened = rng.choice(["2024-03-10", "2024-04-20", day_text(-20), day_text(3)])
            told = rng.choice([opened, opened, day_text(8)])
            data: Json = {"branch_id": f"b-{place}", "name": rng.choice(NAMES), "opened_on": opened}
            data["account"] = branch if place == 0 and teller.chance(75) else None
            teller.tell(desk.event("civil-affairs.branch.opened.v1", code, f"{told}T10:00", data))
            if teller.chance(20):
                closed = {"branch_id": f"b-{place}", "closed_on": rng.choice([day_text(5), day_text(25)])}
                teller.tell(desk.event("civil-affairs.branch.closed.v1", code, f"{closed['closed_on']}T09:00", closed))
            if teller.chance(40):
                held = rng.choice(["2024-03-20", "2024-05-01", "2024-05-02", day_text(-40)])
                act: Json = {"branch_id": f"b-{place}", "held_to": rng.choice([None, held])}
                teller.tell(desk.activity(code, f"{held}T10:00", activity_id=f"act-b{place}", held_from=held, **act))
        for _ in range(rng.choice([0, 1, 2, 4])):
            _moves(teller, code, branch)


def _moves(teller: Teller, code: str, branch: str) -> None:
    """Move money on the account of a branch: with a firm, with the main account, or as interest."""
    rng, desk, main = teller.rng, teller.desk, account_of(code)
    day = rng.choice(["2024-04-10", day_text(-35), day_text(1), day_text(9), day_text(30)])
    at = f"{day}T{rng.choice(['10:00', '23:50'])}"
    own, other = rng.choice([(branch, main), (branch, main), (main, branch)])
    firm = party("第2公司", code=FIRMS[2])
    within = party("本会", account=other)
    bank = party("农商银行")
    who = rng.choice([firm, firm, within, within, within, bank])
    money: Json = {"own_account": own, "direction": rng.choice(["in", "out"]), "counterparty": who}
    money["purpose_text"] = "利息" if who is bank else rng.choice(FEES)
    teller.tell(desk.payment(code, at, amount_fen=rng.choice([200_000, 800_000]), **money))
