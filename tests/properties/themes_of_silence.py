"""Stories about organizations of which nothing is heard for a long time."""

from tests.builders.codes import account_of
from tests.builders.events import party
from tests.builders.records import Json
from tests.properties.cast import CODES, FIRMS, Teller, day_text

LETTER = "civil-affairs.contact.failed.v1"
DUE = ("2025-02-04", "2025-04-01", "2025-05-31", "2026-03-31")


def zombie(teller: Teller) -> None:
    """SO-36: signs of life about a year apart, inspections missed and letters that came back before and after."""
    rng, desk = teller.rng, teller.desk
    teller.due += DUE
    for code in CODES[: 1 if teller.brief else 3]:
        at = rng.choice(["2024-02-10", "2024-04-01", "2024-04-01", "2024-04-01T23:59:59.999999", "2024-05-31"])
        if teller.chance(75):
            teller.tell(_sign(teller, code, at))
        if teller.chance(40):  # a sign just in time, or just too late, or a year that is told afterwards
            later = rng.choice(["2025-02-04", "2025-03-31", "2025-04-01", "2025-04-02", "2025-05-31"])
            teller.tell(_sign(teller, code, later))
        for year in rng.sample([2022, 2023, 2024], rng.choice([0, 1, 2, 2, 3])):
            outcome = rng.choice(["not_filed", "not_filed", "not_filed", "passed"])
            day = rng.choice([f"{year + 1}-06-30", "2025-04-01", "2025-08-01"])
            teller.tell(desk.inspection(code, day, outcome=outcome, year=year))
        for _ in range(rng.choice([0, 0, 2, 3])):
            _letter(teller, code)
        if teller.chance(70):
            _covered(teller, code)
        if teller.chance(15):
            teller.tell(
                desk.registered(
                    code, "2024-06-01", changed=True, registered_on=rng.choice(["2024-02-05", "2024-03-01"])
                )
            )


def _letter(teller: Teller, code: str) -> None:
    rng = teller.rng
    sent = rng.choice(["2024-03-30", "2024-05-01", "2024-05-20", "2024-05-21", "2025-05-10", "2025-06-01"])
    told = rng.choice([sent, sent, "2025-07-01"])
    teller.tell(teller.desk.event(LETTER, code, f"{told}T10:00", {"letter_no": "l-1", "letter_sent_on": sent}))


def _covered(teller: Teller, code: str) -> None:
    """Let everybody know which account there is, and for how long it is delivered."""
    account, ends = account_of(code), teller.rng.choice(["2026-12-31", "2026-12-31", "2025-03-01"])
    teller.tell(teller.desk.account_filed(code, "2024-02-05", account=account, opened_on="2024-02-05"))
    basis = {"instrument": "AGREEMENT", "purpose": "supervision", "valid_until": "2035-12-31"}
    data: Json = {"account": account, "covered_from": "2024-02-05", "covered_to": ends, "legal_basis": basis}
    teller.tell(teller.desk.event("finance.account-coverage.declared.v1", code, "2024-02-06T10:00", data))


def _sign(teller: Teller, code: str, at: str) -> Json:
    """Let something happen; some of it is no sign of life."""
    rng, desk, on = teller.rng, teller.desk, at[:10]
    firm = party("第1公司", code=FIRMS[1])
    returned: Json = {"period_from": "2024-01-01", "period_to": "2024-03-31", "filed_on": on}
    payroll: Json = {"period": on[:7], "headcount": rng.choice([0, 2]), "total_pay_fen": 900_000}
    makers = [
        lambda: desk.payment(code, at, amount_fen=30_000, direction=rng.choice(["in", "out"]), counterparty=firm),
        lambda: desk.payment(code, day_text(-5), amount_fen=30_000, counterparty=firm, booked_on=on),
        lambda: desk.payment(code, at, amount_fen=30, counterparty=party("农商银行"), purpose_text="利息"),
        lambda: desk.receipt(code, at, amount_fen=30_000, payer=firm, cancelled=rng.choice([None, None, True])),
        lambda: desk.event("tax.return.filed.v1", code, at, returned | {"income_fen": rng.choice([0, 500_000])}),
        lambda: desk.event("tax.payroll.filed.v1", code, at, payroll),
        lambda: desk.activity(code, at, activity_id="act-9", held_from=on, held_to=rng.choice([None, on])),
        lambda: desk.annual(code, at, year=2023, spending_fen=rng.choice([0, 800_000])),
        lambda: desk.award(code, at, award_id="aw-9", amount_fen=1_000_000),
        lambda: desk.resolution(code, at, kind="other", passed_on=on),
    ]
    return rng.choice(makers)()
