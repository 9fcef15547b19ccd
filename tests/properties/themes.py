"""Stories made for a rule: plain chance would hit some of them never. Thresholds are approached from both sides."""

from collections.abc import Callable
from random import Random

from tests.builders.codes import person_of
from tests.builders.events import party
from tests.builders.records import Json
from tests.properties.cast import ABROAD, CODES, FIRMS, STRANGER, Teller, day_text, noise


def large_transfer(teller: Teller) -> None:
    """SO-01: days with a great deal of money between the same parties, some of it explained."""
    rng, desk, code = teller.rng, teller.desk, rng_code(teller)
    base_fen = rng.choice([30_000_000, 90_000_000, 600_000_000])
    teller.tell(desk.annual(code, "2026-02-20", year=2025, spending_fen=base_fen, income_fen=base_fen))
    if teller.chance(40):
        one, other = (party(f"第{n}公司", code=FIRMS[n]) for n in (0, 1))
        kind = rng.choice(["controls", "same_phone", "founder"])
        teller.tell(desk.relation(code, "2025-06-01", a=one, b=other, relation=kind))
    if teller.chance(25):
        insider = party("张*", kind="person", person=person_of("张三"))
        teller.tell(desk.post_taken(code, "2024-03-01", person="张三", post="chair"))
        teller.tell(desk.relation(code, "2025-06-01", a=insider, b=party("第0公司", code=FIRMS[0])))
    for _ in range(rng.randint(1, 3)):
        day, direction = teller.day(0, 20), rng.choice(["out", "out", "in"])
        for _ in range(rng.randint(1, 4)):
            amount_fen = rng.choice([70_000_000, 80_000_000, 120_000_000, 130_000_000, 199_000_000, 950_000_000])
            at = f"{day}T{rng.choice(['00:00', '09:00', '10:00', '23:50'])}"
            who = rng.choice([teller.firm(0), teller.firm(1), teller.firm(0), teller.somebody()])
            teller.tell(teller.payment(code, at, amount_fen=amount_fen, direction=direction, counterparty=who))


def pass_through(teller: Teller) -> None:
    """SO-03: in and out within three days, or many new parties at once, in a record that is old enough or not."""
    rng, desk, code = teller.rng, teller.desk, rng_code(teller)
    first = rng.choice([-70, -60, -60, -45, -26])
    teller.tell(desk.payment(code, f"{day_text(first)}T10:00", amount_fen=100_000, counterparty=teller.firm(7)))
    start = rng.randint(0, 8)
    for _ in range(rng.randint(2, 5)):
        if teller.chance(60):
            _in_and_out(teller, code, start)
        else:
            for number in rng.sample(range(8), rng.randint(4, 7)):
                at = f"{day_text(start + rng.choice([0, 0, 1, 2, 2, 3]))}T{rng.choice(['09:00', '10:00', '10:00:01'])}"
                amount_fen = rng.choice([3_000_000, 4_000_000, 5_000_000, 9_000_000])
                teller.tell(
                    desk.payment(code, at, amount_fen=amount_fen, direction="out", counterparty=teller.firm(number))
                )
        start += rng.choice([2, 3, 4, 7, 30, 60])
    if teller.chance(20):
        insider = party("张*", kind="person", person=person_of("张三"))
        teller.tell(desk.post_taken(code, "2024-03-01", person="张三", post="director"))
        teller.tell(desk.relation(code, "2025-06-01", a=insider, b=party("第3公司", code=FIRMS[3])))
    if teller.chance(30):
        who = {"a": party("第1公司", code=FIRMS[1]), "b": party("第2公司", code=FIRMS[2])}
        teller.tell(desk.relation(code, "2025-06-01", relation=rng.choice(["controls", "same_address"]), **who))


def _in_and_out(teller: Teller, code: str, start: int) -> None:
    """Let a sum in and nearly all of it out again; now and then too little, too late or to too many."""
    rng, desk = teller.rng, teller.desk
    numbers = rng.sample(range(7), 7)
    total_fen = rng.choice([19_000_000, 38_000_000, 38_000_000, 60_000_000, 210_000_000])
    old_fen = total_fen * rng.choice([0, 30, 37, 60]) // 100
    for amount_fen, number in ((total_fen - old_fen, numbers[0]), (old_fen, 7)):
        at = f"{day_text(start)}T{rng.choice(['09:00', '10:00'])}"
        who = party(f"第{number}公司", code=FIRMS[number])
        if amount_fen:
            teller.tell(desk.payment(code, at, amount_fen=amount_fen, direction="in", counterparty=who))
    payees = numbers[1 : rng.choice([2, 3, 3, 4, 5])] if teller.chance(85) else [numbers[0], 7]
    left_fen = total_fen * rng.choice([100, 95, 92, 92, 87]) // 100
    for place, number in enumerate(payees):
        part_fen = left_fen // (len(payees) - place)
        left_fen -= part_fen
        at = f"{day_text(start + rng.choice([0, 1, 1, 2, 2, 3]))}T{rng.choice(['09:30', '10:00', '11:00'])}"
        maker = desk.payment if teller.chance(80) else teller.payment
        who = party(f"第{number}公司", code=FIRMS[number])
        teller.tell(maker(code, at, amount_fen=part_fen, direction="out", counterparty=who))


def ineligible_award(teller: Teller) -> None:
    """SO-14: awards and grants around the days on which something stood on record."""
    rng, desk, code = teller.rng, teller.desk, rng_code(teller)
    for _ in range(rng.randint(1, 3)):
        at = teller.at(-10, 30)
        dated = rng.choice([at[:10], teller.day(-10, 30)])
        teller.tell(
            desk.award(code, at, award_id=rng.choice(["aw-1", "aw-2"]), awarded_on=dated)
            if teller.chance(60)
            else desk.grant(code, at, grant_id=rng.choice(["gr-1", "gr-2"]), granted_on=dated)
        )
    for _ in range(rng.randint(1, 4)):
        teller.tell(_on_record(teller, code, teller.at(-20, 25)))


def _on_record(teller: Teller, code: str, at: str) -> Json:
    """Tell something that bars from awards, or the end of it."""
    rng, desk = teller.rng, teller.desk
    case_no, listing_id = rng.choice(["甲1", "甲2"]), rng.choice(["l-1", "l-2"])
    choices: list[Callable[[], Json]] = [
        lambda: desk.debtor(code, at, case_no=case_no),
        lambda: desk.delisted(code, at, case_no=case_no),
        lambda: desk.inspection(code, at, outcome=rng.choice(["failed", "failed", "passed"])),
        lambda: desk.penalty(code, at, kind=rng.choice(["fine", "suspension"]), fine_fen=230_000_000),
        lambda: desk.penalty(code, rng.choice(["2023-03-02", "2023-03-08"]), fine_fen=230_000_000),
        lambda: desk.listing(code, at, listing_id=listing_id),
        lambda: desk.lifted(code, at, listing_id=listing_id),
    ]
    return rng.choice(choices)()


def tax_gap(teller: Teller) -> None:
    """SO-21: young organizations without tax registration, old ones that gave it up; money and deadlines."""
    rng, desk = teller.rng, teller.desk
    code = rng.choice(CODES)
    registered = rng.choice([-70, -45, -20])
    teller.register(code, on=day_text(registered), start_up_funds_fen=rng.choice([3_000_000, 40_000_000]))
    if teller.chance(45):
        teller.tell(desk.tax_opened(code, day_text(registered + rng.choice([5, 29, 30, 31, 60, 89, 92]))))
    if teller.chance(50):
        teller.tell(desk.tax_closed(code, day_text(rng.choice([-5, 5, 12]))))
    for _ in range(rng.randint(1, 6)):
        at = teller.at(registered - 3, 45)
        amount_fen = rng.choice([150_000, 300_000, 500_000, 700_000, 9_900_000, 11_000_000])
        if teller.chance(40):
            teller.tell(desk.receipt(code, at, amount_fen=amount_fen, cancelled=rng.choice([None, None, True])))
        else:
            teller.tell(teller.payment(code, at, amount_fen=amount_fen))
    if teller.chance(30):
        moved = day_text(registered + rng.choice([-10, 3, 15]))
        teller.tell(desk.registered(code, teller.at(registered, 30), changed=True, registered_on=moved))


def overseas_money(teller: Teller) -> None:
    """SO-25: money from abroad, with and without offices and filings that may cover it."""
    rng, desk, code = teller.rng, teller.desk, rng_code(teller)
    for _ in range(rng.randint(1, 5)):
        data = {"amount_fen": rng.choice([2_000_000, 6_900_000, 7_500_000])}
        if teller.chance(50):
            data |= {"original_currency": "USD", "original_amount_minor": rng.choice([300_000, 980_000, 1_040_000])}
        known = rng.choice([{}, {}, {"code": "G1110000MA0000001X"}, {"person": person_of("约翰")}])
        who = party(rng.choice(ABROAD), kind="overseas", **known)
        teller.tell(teller.payment(code, teller.at(-20, 40), direction="in", counterparty=who, **data))
    for _ in range(rng.randint(0, 2)):
        at, ends = teller.at(-300, 20), teller.day(-20, 60)
        teller.tell(desk.filing(code, at, ngo=rng.choice(ABROAD), to_on=ends))
    if teller.chance(25):
        teller.tell(desk.office(teller.at(-40, 30), office_code="G1110000MA0000001X", name=rng.choice(ABROAD)))
    if teller.chance(40):
        teller.tell(desk.office_ended(teller.at(-10, 40), office_code="G1110000MA0000001X"))


def rng_code(teller: Teller) -> str:
    """Pick the organization that a story is about; now and then one that nobody registered."""
    return STRANGER if teller.chance(12) else teller.rng.choice(CODES[:2])


THEMES: dict[str, Callable[[Teller], None]] = {
    "SO-01": large_transfer,
    "SO-03": pass_through,
    "SO-14": ineligible_award,
    "SO-21": tax_gap,
    "SO-25": overseas_money,
}


def story(rng: Random, theme: str, *, noise_max: int = 14) -> list[Json]:
    """Tell one story: register, theme, noise, second thoughts, how far everything is told."""
    teller = Teller(rng)
    for code in CODES:
        if theme != "SO-21" or teller.chance(40):
            teller.register(code)
            if teller.chance(85):
                teller.tax(code)
    THEMES[theme](teller)
    noise(teller, rng.randint(0, noise_max))
    second_thoughts(teller)
    told(teller)
    return teller.events


def second_thoughts(teller: Teller) -> None:
    """Correct and withdraw some of what was told, chains and cycles among it."""
    rng, desk = teller.rng, teller.desk
    for _ in range(rng.choice([0, 1, 2, 4])):
        event = rng.choice([event for event in teller.events if not event["type"].endswith(".withdrawn.v1")])
        ours = event["type"].startswith("credit.")  # nobody takes back what the platform said
        teller.tell(desk.withdrawn(event) if teller.chance(25) and not ours else corrected(teller, event))
    if teller.chance(6):
        event = rng.choice([event for event in teller.events if "corrects" not in event])
        if not event["type"].endswith(".withdrawn.v1"):
            other = desk.corrected(event)
            event["corrects"] = other["id"]
            teller.tell(other)


def corrected(teller: Teller, event: Json) -> Json:
    """Say an event anew with one thing changed."""
    rng, data = teller.rng, event["data"]
    changes: dict[str, object] = {}
    if "amount_fen" in data and teller.chance(60):
        changes["amount_fen"] = rng.choice([100_000, data["amount_fen"] * 2, data["amount_fen"] // 2 + 1])
    dated = [name for name in data if name.endswith("_on") and name != "registered_on"]
    if dated and teller.chance(50):
        changes[rng.choice(dated)] = teller.day(-10, 40)
    if "counterparty" in data and teller.chance(30):
        changes["counterparty"] = teller.somebody()
    if teller.chance(40):
        changes["time"] = teller.at(-10, 40)
    return teller.desk.corrected(event, **changes)


def told(teller: Teller) -> None:
    """Declare how far everything is told: mostly all, sometimes little, one partition less, or nothing."""
    rng, desk = teller.rng, teller.desk
    how = rng.randrange(10)
    if how < 6:
        teller.tell(*desk.all_completed(f"{day_text(120)}T00:00"))
        return
    for topic in (
        "tax.registrations.v1",
        "public-security.overseas.v1",
        "finance.receipts.v1",
        "finance.procurement.v1",
    ):
        for _ in range(rng.randint(0, 2)):
            partition = rng.choice([None, None, rng.randrange(6)])
            until = f"{day_text(rng.randint(0, 90))}T00:00"
            teller.tell(*desk.completed(topic, until, partition=partition))
