"""Stories about people who hold posts: officials, their approvals, what they hold elsewhere."""

from typing import Any

from tests.builders.codes import person_of
from tests.builders.events import party
from tests.builders.records import Json
from tests.properties.cast import CODES, PEOPLE, Teller, day_text

APPROVED = "civil-affairs.post-approval.granted.v1"
HELD = ["chair", "vice_chair", "director", "secretary_general", "legal_representative"]
CLOCKS = ["00:00", "10:00", "23:59:59.999999"]


def post_without_approval(teller: Teller) -> None:
    """SO-28: officials in posts with an approval before, after or never; two bodies, terms and ages at the limit."""
    rng, desk = teller.rng, teller.desk
    for code in CODES[: 1 if teller.brief else 2]:
        kind = rng.choice(["association"] * 4 + ["foundation", "service_institution"])
        teller.tell(desk.registered(code, "2024-02-06", changed=True, kind=kind))
        for name in rng.sample(PEOPLE, teller.times(1, 2)):
            _post(teller, code, name)


def _post(teller: Teller, code: str, name: str) -> None:
    rng, desk = teller.rng, teller.desk
    begin, post = rng.randint(-20, 20), rng.choice([*HELD, "staff"])
    on, clock = day_text(begin), rng.choice(CLOCKS)
    data: Json = {
        "official_status": rng.choice(["serving", "serving", "retired", "retired", "none", None]),
        "term_no": rng.choice([None, 1, 2, 3]),
        "birth_year": rng.choice([None, 1955, 1956, 1970]),
    }
    told = f"{day_text(begin + rng.choice([-3, 0, 0, 0, 12, 40]))}T{clock}"
    teller.tell(desk.post_taken(code, told, person=name, post=post, from_on=on, **data))
    if teller.chance(20):
        ends = begin + rng.choice([1, 25, 40])
        teller.tell(desk.post_left(code, f"{day_text(ends)}T10:00", person=name, post=post))
    if teller.chance(45):
        _approval(teller, code, name, post=post, begin=begin)
    if teller.chance(45):
        _elsewhere(teller, name, begin)


def _approval(teller: Teller, code: str, name: str, *, post: str, begin: int) -> None:
    """Approve the post, or another one; before, on the day, after; told then or much later."""
    rng = teller.rng
    day = begin + rng.choice([-400, -5, -1, 0, 0, 1, 10, 45])
    valid = rng.choice([None, None, None, day + 3, begin - 1, begin])
    data: Json = {
        "person": person_of(name if teller.chance(90) else rng.choice(PEOPLE)),
        "post": post if teller.chance(85) else rng.choice(HELD),
        "approved_on": day_text(day),
        "valid_until": day_text(valid) if valid is not None else None,
    }
    at = f"{day_text(max(day, begin) + rng.choice([0, 0, 20, 60]))}T10:00"
    teller.tell(teller.desk.event(APPROVED, code, at, data))


def _elsewhere(teller: Teller, name: str, begin: int) -> None:
    """Let the person hold a post at another organization: still, no longer, not yet, or as staff."""
    rng, desk, other = teller.rng, teller.desk, teller.rng.choice(CODES[2:])
    post, start = rng.choice([*HELD[:3], "staff"]), begin + rng.choice([-300, -20, 0, 1, 5])
    told = f"{day_text(start + rng.choice([0, 0, 30]))}T10:00"
    teller.tell(desk.post_taken(other, told, person=name, post=post, from_on=day_text(start)))
    if teller.chance(45):
        ends = begin + rng.choice([-1, 0, 1, 60])
        teller.tell(desk.post_left(other, f"{day_text(ends)}T{rng.choice(CLOCKS)}", person=name, post=post))


def paid_post(teller: Teller) -> None:
    """SO-29: officials and others in posts who are on payrolls, paid and reimbursed, up to the limits and beyond."""
    rng, desk = teller.rng, teller.desk
    for code in CODES[: 1 if teller.brief else 2]:
        names = rng.sample(PEOPLE, teller.times(1, 2))
        for name in names:
            _holder(teller, code, name)
            for part in rng.sample([_pays, _reimburses, _same_again], teller.times(1, 2)):
                part(teller, code, name)
        if teller.chance(60):
            _payrolls(teller, code, names)
        if teller.chance(30):
            found = rng.choice(["2024-03-10", "2024-03-20", "2025-06-01", day_text(8)])
            teller.tell(desk.finding(code, found, kind=rng.choice(["pay", "pay", "fees"]), finding_id="fi-1"))


def _holder(teller: Teller, code: str, name: str) -> None:
    """Give somebody a post here; the status may be told here, elsewhere, or not at all."""
    rng, desk = teller.rng, teller.desk
    post, begin = rng.choice([*HELD[:3], *HELD[:3], "staff"]), rng.choice([-400, -30, 0, 5])
    status = rng.choice(["serving", "retired", "retired", "none"])
    told = f"{day_text(begin + rng.choice([0, 0, 20, 60]))}T10:00"
    on = day_text(begin)
    teller.tell(desk.post_taken(code, told, person=name, post=post, from_on=on, official_status=status))
    if teller.chance(25):
        ends = rng.choice([1, 10, 30])
        teller.tell(desk.post_left(code, f"{day_text(ends)}T10:00", person=name, post=post))
    if teller.chance(25):
        at = f"{day_text(begin + rng.choice([-100, 1, 45]))}T10:00"
        status = rng.choice(["serving", "retired"])
        teller.tell(desk.post_taken(CODES[2], at, person=name, post="director", official_status=status))


def _to(teller: Teller, code: str, name: str, offset: int, **data: Any) -> None:
    """Pay a person, now and then one whom nothing but the name tells."""
    known: Json = {"person": person_of(name)} if teller.chance(95) else {}
    at = f"{day_text(offset)}T{teller.rng.choice(CLOCKS)}"
    teller.tell(teller.desk.payment(code, at, counterparty=party(f"{name[:1]}*", kind="person", **known), **data))


def _pays(teller: Teller, code: str, name: str) -> None:
    for _ in range(teller.times(1, 2)):
        purpose, amount_fen = teller.rng.choice(["劳务费", None, "津贴"]), teller.rng.choice([1, 120_000])
        _to(teller, code, name, teller.rng.randint(-5, 40), amount_fen=amount_fen, purpose_text=purpose)


def _reimburses(teller: Teller, code: str, name: str) -> None:
    """Costs to the limit of 90 days, one fen more, or when the window has let go of the first."""
    rng, start = teller.rng, teller.rng.randint(-5, 15)
    for offset in (0, rng.choice([10, 80, 89, 90, 91])):
        amount_fen = rng.choice([250_000, 250_000, 250_001, 300_000])
        _to(teller, code, name, start + offset, amount_fen=amount_fen, purpose_text=rng.choice(["差旅费", "报销"]))


def _same_again(teller: Teller, code: str, name: str) -> None:
    """One sum three times in 180 days, or just longer; or once a fen more."""
    rng, start = teller.rng, teller.rng.randint(-90, 0)
    for offset in (0, 40, rng.choice([60, 179, 180, 181])):
        amount_fen = 150_000 if teller.chance(90) else 150_001
        _to(teller, code, name, start + offset, amount_fen=amount_fen, purpose_text="交通费")


def _payrolls(teller: Teller, code: str, names: list[str]) -> None:
    rng = teller.rng
    for month in rng.sample([2, 3, 4], teller.times(1, 2)):
        listed = rng.sample([*names, "孙八"], rng.randint(1, len(names) + 1))
        payees = [{"person": person_of(name), "amount_fen": rng.choice([0, 250_000, 120_000])} for name in listed]
        data: Json = {"period": f"2026-{month:02d}", "headcount": 9, "total_pay_fen": 5_000_000}
        data["payees"] = payees if teller.chance(90) else None
        at = f"2026-{month + 1:02d}-{rng.choice(['01', '10', '12'])}"
        teller.tell(teller.desk.event("tax.payroll.filed.v1", code, at, data))


MONTHS = [f"2025-{number:02d}" for number in range(1, 13)] + ["2026-01", "2026-02", "2026-03"]
PAYROLL = "tax.payroll.filed.v1"


def disguised_distribution(teller: Teller) -> None:
    """SO-12: pay about twice, three and four times the sector's; insiders with about three times their usual."""
    rng, desk = teller.rng, teller.desk
    for code in CODES[: 1 if teller.brief else 2]:
        insider = rng.choice(PEOPLE)
        if teller.chance(85):
            teller.tell(desk.post_taken(code, "2024-03-01", person=insider, post=rng.choice([*HELD, "staff"])))
        if teller.chance(20):
            who = party("某*", kind="person", person=person_of(insider))
            teller.tell(
                desk.payment(
                    code, "2024-03-05", amount_fen=3_000_000, direction="in", counterparty=who, earmark="start_up_funds"
                )
            )
        mean_fen = rng.choice([800_000, 800_000, 800_000, None])
        times = rng.choice([195, 201, 210, 305, 405])
        months = MONTHS[rng.randint(0, 9) :][: rng.choice([5, 6, 6, 7, 8])]
        usual_fen = rng.choice([1_200_000, 1_600_000, 1_700_000, 2_500_000])
        for place, period in enumerate(months):
            is_last = place == len(months) - 1
            amount_fen = rng.choice([4_999_999, 5_000_000, 5_100_000, 6_200_000]) if is_last else usual_fen
            data: Json = {
                "period": period,
                "headcount": 10,
                "total_pay_fen": 80_000 * times,
                "sector_mean_pay_fen": mean_fen,
            }
            data["payees"] = [{"person": person_of(insider), "amount_fen": amount_fen}] if teller.chance(90) else None
            late = teller.chance(10)
            teller.tell(desk.event(PAYROLL, code, f"{_filed(period, 3 if late else 1)}T10:00", data))
            if teller.chance(25):  # filed once more, with another sum for the person
                data |= {"payees": [{"person": person_of(insider), "amount_fen": rng.choice([600_000, usual_fen * 2])}]}
                teller.tell(desk.event(PAYROLL, code, f"{_filed(period, 2)}T10:00", data | {"headcount": 12}))
        for year in (2024, 2025):
            income_fen = rng.choice([240_000_000, 100_000_000, None])
            spending_fen = rng.choice([200_000_000, 90_000_000, 90_000_001])
            at = f"{year + 1}-{rng.choice(['01-05', '02-20', '03-20'])}"
            teller.tell(desk.annual(code, at, year=year, income_fen=income_fen, spending_fen=spending_fen))
        if teller.chance(30):
            teller.tell(desk.finding(code, rng.choice(["2023-06-10", "2024-09-01"]), kind="pay", finding_id="fi-1"))


def _filed(period: str, after: int) -> str:
    """Give the tenth of the month so many months after a period."""
    years, month = divmod(int(period[:4]) * 12 + int(period[5:]) - 1 + after, 12)
    return f"{years}-{month + 1:02d}-10"


def term_and_exit_audit(teller: Teller) -> None:
    """SO-32: terms that end, some renewed in time; heads that change, some audited before or after."""
    rng, desk = teller.rng, teller.desk
    for code in CODES[: 1 if teller.brief else 2]:
        for place in range(teller.times(1, 2)):
            ends = day_text(rng.choice([-330, -60, -50, -40, 0]) + 10 * place)
            teller.due.append(ends)
            begins = rng.choice(["2024-03-01", "2025-01-10"])
            data: Json = {"term_no": place + 1, "from_on": begins, "to_on": ends}
            teller.tell(desk.event("civil-affairs.term.renewed.v1", code, begins, data))
        if teller.chance(50):
            renewed = day_text(rng.choice([-60, 20, 28, 29, 30, 31, 40]))
            at = rng.choice([renewed, renewed, day_text(60)])
            new: Json = {"term_no": 3, "from_on": renewed, "to_on": "2030-01-01"}
            teller.tell(desk.event("civil-affairs.term.renewed.v1", code, at, new))
        heads = rng.sample(PEOPLE, 3)
        teller.tell(desk.registered(code, "2024-02-06", changed=True, legal_representative=person_of(heads[0])))
        teller.tell(desk.post_taken(code, "2024-02-06", person=heads[0], post="legal_representative"))
        for head in heads[1 : teller.times(1, 2) + 1]:
            at = day_text(rng.choice([-20, 0, 10]))
            head_told = person_of(head) if teller.chance(90) else person_of(heads[0])
            teller.tell(desk.registered(code, at, changed=True, legal_representative=head_told))
        for _ in range(rng.choice([0, 1, 1])):
            done = day_text(rng.choice([-800, -30, 5, 29, 30, 31, 41]))
            at = rng.choice([done, done, day_text(35)])
            audit: Json = {"person": person_of(rng.choice(heads[:2])), "completed_on": done, "outcome": "clean"}
            teller.tell(desk.event("audit.exit-audit.completed.v1", code, at, audit))
