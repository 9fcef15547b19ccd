"""Stories made for a rule: plain chance would hit some of them never. Thresholds are approached from both sides."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from tests.builders.codes import account_of, person_of
from tests.builders.events import party, told_topics
from tests.builders.records import Json
from tests.properties.cast import ABROAD, BUYER, CODES, FIRMS, GRANTOR, Teller, day_text, noise, rng_code
from tests.properties.themes_of_absence import FILING_DAYS, beyond_filing
from tests.properties.themes_of_books import (
    double_funding,
    off_book_income,
    related_dealing,
    start_up_funds_leave,
    undeclared_account,
)
from tests.properties.themes_of_branches import branches
from tests.properties.themes_of_buyers import passed_on, single_buyer
from tests.properties.themes_of_cover import donation_receipts, dormant_account, ratio_breach
from tests.properties.themes_of_crowds import arbitrary_fees, unqualified_fundraising
from tests.properties.themes_of_patterns import (
    captured_purchasing,
    collector,
    laundering_channel,
    shadow_foreign_funding,
    shadow_official,
    shell,
)
from tests.properties.themes_of_people import (
    disguised_distribution,
    paid_post,
    post_without_approval,
    term_and_exit_audit,
)
from tests.properties.themes_of_periods import (
    cash_intensity,
    contradicted_report,
    exempt_trading,
    investment_lending,
    public_to_private,
    unreported_overseas,
)
from tests.properties.themes_of_purchases import off_budget
from tests.properties.themes_of_silence import zombie
from tests.properties.themes_of_spending import lavish_spending
from tests.properties.themes_of_standing import active_after_revocation
from tests.properties.themes_of_sums import structuring, tax_abnormal
from tests.properties.themes_of_ties import common_control, interlocks, split_purchases, unregistered_body
from tests.properties.themes_of_ways import round_trip


def large_transfer(teller: Teller) -> None:
    """SO-01: days with a great deal of money between the same parties, some of it explained."""
    rng, desk, code = teller.rng, teller.desk, rng_code(teller)
    base_fen = rng.choice([30_000_000, 90_000_000, 600_000_000])
    teller.tell(desk.annual(code, "2026-02-20", year=2025, spending_fen=base_fen, income_fen=base_fen))
    if teller.chance(40):
        one, other = (party(f"第{n}公司", code=FIRMS[n]) for n in (0, 1))
        kind = rng.choice(["controls", "same_phone", "founder"])
        ends = rng.choice([None, teller.day(0, 20), teller.day(0, 20)])
        teller.tell(desk.relation(code, "2025-06-01", a=one, b=other, relation=kind, to_on=ends))
    if teller.chance(25):
        insider = party("张*", kind="person", person=person_of("张三"))
        teller.tell(desk.post_taken(code, "2024-03-01", person="张三", post="chair"))
        teller.tell(desk.relation(code, "2025-06-01", a=insider, b=party("第0公司", code=FIRMS[0])))
    if teller.chance(15):
        _suspended(teller, code)
    if teller.chance(20):
        _between_own_accounts(teller, code)
    if teller.chance(60):
        _explained(teller, code, teller.day(0, 20))
    for _ in range(teller.times(1, 3)):
        day, direction = teller.day(0, 20), rng.choice(["out", "out", "in"])
        for _ in range(rng.randint(1, 4)):
            amount_fen = rng.choice([70_000_000, 80_000_000, 120_000_000, 130_000_000, 199_000_000, 950_000_000])
            at = f"{day}T{rng.choice(['00:00', '09:00', '10:00', '23:50'])}"
            who = rng.choice([teller.firm(0), teller.firm(1), teller.firm(0), teller.somebody()])
            teller.tell(teller.payment(code, at, amount_fen=amount_fen, direction=direction, counterparty=who))


def _between_own_accounts(teller: Teller, code: str) -> None:
    """Move money to an account that only another record tells to be one's own."""
    rng, desk, account = teller.rng, teller.desk, account_of(f"{code}-third")
    there = party("专户", account=account)
    teller.tell(desk.payment(code, teller.at(0, 20), amount_fen=210_000_000, counterparty=there))
    makers = [
        lambda: desk.account_filed(code, "2025-01-01", account=account),
        lambda: desk.branch(code, "2025-01-01", account=account),
        lambda: desk.payment(code, teller.at(-10, 20), amount_fen=100, own_account=account),
    ]
    if teller.chance(80):
        teller.tell(rng.choice(makers)())


def _suspended(teller: Teller, code: str) -> None:
    """Suspend an organization for some days, until its register entry changes, or for half a year."""
    effective, until = teller.day(-3, 6), teller.rng.choice([None, teller.day(3, 12), teller.day(3, 12)])
    teller.tell(teller.desk.ended(code, teller.at(-10, 6), effective_on=effective, until_on=until))
    if teller.chance(30):
        teller.tell(teller.desk.registered(code, teller.at(0, 12), changed=True))


def _explained(teller: Teller, code: str, day: str) -> None:
    """Pay twice under a record that covers one payment, or both, or is dated a day too late."""
    rng, desk = teller.rng, teller.desk
    one_fen = 205_000_000
    covered_fen, dated = one_fen * rng.choice([1, 1, 2]) + rng.choice([0, 0, -1]), rng.choice(["2026-01-20", day])
    how = rng.choice(["award", "award", "award", "grant", "activity", "start_up"])
    data: Json = {"amount_fen": one_fen, "direction": "in"}
    match how:
        case "award":
            teller.tell(desk.award(code, dated, amount_fen=covered_fen, award_id="aw-9", buyer=BUYER))
            data["counterparty"] = party(BUYER["name"], code=BUYER["code"])
        case "grant":
            teller.tell(desk.grant(code, dated, amount_fen=covered_fen, grant_id="gr-9", grantor=GRANTOR))
            data |= {"counterparty": teller.firm(4), "earmark": "subsidy", "project_ref": "gr-9"}
        case "activity":
            teller.tell(desk.activity(code, dated, activity_id="act-9", budget_fen=covered_fen * 10 // 11))
            data |= {"counterparty": teller.firm(4), "direction": "out", "project_ref": "act-9"}
        case "start_up":
            teller.tell(desk.registered(code, dated, changed=True, start_up_funds_fen=covered_fen))
            data |= {"counterparty": teller.firm(4), "earmark": "start_up_funds"}
    for clock in rng.choice([("09:00", "10:00"), ("09:00",), ("10:00", "10:00")]):
        teller.tell(desk.payment(code, f"{day}T{clock}", **data))


def pass_through(teller: Teller) -> None:
    """SO-03: in and out within three days, or many new parties at once, in a record that is old enough or not."""
    rng, desk, code = teller.rng, teller.desk, rng_code(teller)
    if teller.brief:
        few_payments(teller, code)
        return
    first = rng.choice([-70, -60, -60, -60, -45, -45, -26])
    teller.tell(desk.payment(code, f"{day_text(first)}T10:00", amount_fen=100_000, counterparty=teller.firm(7)))
    start = rng.randint(0, 8)
    for _ in range(teller.times(2, 5)):
        if teller.chance(15):
            _three_days_to_the_second(teller, code, start)
        elif teller.chance(60):
            _in_and_out(teller, code, start)
        else:
            for number in strangers(teller, rng.randint(4, 7)):
                at = f"{day_text(start + rng.choice([0, 0, 1, 2, 2, 3]))}T{rng.choice(['09:00', '10:00', '10:00:01'])}"
                amount_fen = rng.choice([3_000_000, 4_000_000, 5_000_000, 9_000_000])
                teller.tell(
                    desk.payment(code, at, amount_fen=amount_fen, direction="out", counterparty=teller.firm(number))
                )
        start += rng.choice([2, 3, 4, 5, 7, 30, 60])
    if teller.chance(20):
        insider = party("张*", kind="person", person=person_of("张三"))
        teller.tell(desk.post_taken(code, "2024-03-01", person="张三", post="director"))
        teller.tell(desk.relation(code, "2025-06-01", a=insider, b=party("第3公司", code=FIRMS[3])))
    if teller.chance(30):
        who = {"a": party("第1公司", code=FIRMS[1]), "b": party("第2公司", code=FIRMS[2])}
        teller.tell(desk.relation(code, "2025-06-01", relation=rng.choice(["controls", "same_address"]), **who))


def few_payments(teller: Teller, code: str) -> None:
    """Let a few sums go to and fro between few parties: whatever comes last changes much."""
    rng, desk = teller.rng, teller.desk
    parties = [party(f"第{number}公司", code=FIRMS[number]) for number in strangers(teller, 3)]

    def pay(day: int, amount_fen: int, direction: str, who: Json) -> None:
        at = f"{day_text(day)}T{rng.choice(['09:00', '10:00'])}"
        teller.tell(desk.payment(code, at, amount_fen=amount_fen, direction=direction, counterparty=who))

    pay(-60, 100, "out", parties[2])
    pay(rng.choice([0, 1]), 38_000_000, "in", parties[0])
    pay(rng.choice([1, 2]), rng.choice([36_000_000, 38_000_000]), "out", rng.choice(parties[:2]))
    for _ in range(rng.randint(0, 3)):
        amount_fen = rng.choice([100, 100, 38_000_000])
        pay(rng.choice([-35, -28, -5, -3, -2, 0, 4]), amount_fen, rng.choice(["in", "out"]), rng.choice(parties))


def strangers(teller: Teller, count: int) -> list[int]:
    """Pick firms, mostly ones that have not been met."""
    return teller.rng.sample(range(7) if teller.chance(25) else range(8, len(FIRMS)), count)


def _three_days_to_the_second(teller: Teller, code: str, start: int) -> None:
    """Let a sum in, or four new parties; what would make it a hit comes when the window has just let go of them."""
    rng, desk = teller.rng, teller.desk
    numbers, clock = strangers(teller, 7), rng.choice(["09:00", "10:00"])
    late = rng.choice([f"{clock}:00", f"{clock}:00", f"{clock}:00.000001"])
    firms = [party(f"第{number}公司", code=FIRMS[number]) for number in numbers]
    first, last = f"{day_text(start)}T{clock}", f"{day_text(start + 3)}T{late}"
    if teller.chance(50):
        teller.tell(desk.payment(code, first, amount_fen=38_000_000, direction="in", counterparty=firms[0]))
        for firm in firms[1:3]:
            teller.tell(desk.payment(code, last, amount_fen=18_000_000, direction="out", counterparty=firm))
        return
    for place, firm in enumerate(firms[:5]):
        teller.tell(desk.payment(code, last if place == 4 else first, amount_fen=6_000_000, counterparty=firm))


def _in_and_out(teller: Teller, code: str, start: int) -> None:
    """Let a sum in and nearly all of it out again; now and then too little, too late or to too many."""
    rng, desk = teller.rng, teller.desk
    numbers = strangers(teller, 7)
    for number in numbers[:3] if teller.chance(35) else ():  # known after all
        earlier = day_text(start - rng.choice([2, 3, 5, 40, 300, 366]))
        who = party(f"第{number}公司", code=FIRMS[number])
        teller.tell(desk.payment(code, f"{earlier}T10:00", amount_fen=100, counterparty=who))
    total_fen = rng.choice([19_000_000, 38_000_000, 38_000_000, 38_000_000, 60_000_000, 60_000_000, 210_000_000])
    old_fen = total_fen * rng.choice([0, 0, 30, 37, 60]) // 100
    for amount_fen, number in ((total_fen - old_fen, numbers[0]), (old_fen, 7)):
        at = f"{day_text(start)}T{rng.choice(['09:00', '10:00'])}"
        who = party(f"第{number}公司", code=FIRMS[number])
        if amount_fen:
            teller.tell(desk.payment(code, at, amount_fen=amount_fen, direction="in", counterparty=who))
    payees = (
        numbers[1 : rng.choice([2, 3, 3, 3, 4, 4, 5])] if teller.chance(75) else [numbers[0], *rng.choice([[], [7]])]
    )
    left_fen = total_fen * rng.choice([100, 95, 92, 92, 87]) // 100
    for place, number in enumerate(payees):
        part_fen = left_fen // (len(payees) - place)
        left_fen -= part_fen
        at = f"{day_text(start + rng.choice([0, 1, 1, 1, 1, 2, 2, 2, 2, 3]))}T{rng.choice(['09:30', '10:00', '11:00'])}"
        maker = desk.payment if teller.chance(80) else teller.payment
        who = party(f"第{number}公司", code=FIRMS[number])
        teller.tell(maker(code, at, amount_fen=part_fen, direction="out", counterparty=who))


def ineligible_award(teller: Teller) -> None:
    """SO-14: awards and grants around the days on which something stood on record."""
    rng, desk, code = teller.rng, teller.desk, rng_code(teller)
    for _ in range(teller.times(1, 3)):
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
        due = [day_text(registered + days) + "T17:30" for days in (29, 30, 31, 91)]
        at = rng.choice(due) if teller.chance(25) else teller.at(registered - 3, 45)
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
    if teller.chance(30):  # episodes are a year apart: the second of three joins the others
        for first, last in ((-450, -400), (-225, -195), (0, 20)):
            who = party(rng.choice(ABROAD[:2]), kind="overseas")
            at = teller.at(first, last)
            teller.tell(desk.payment(code, at, amount_fen=2_000_000, direction="in", counterparty=who))
    for _ in range(rng.randint(0, 2)):
        at, ends = teller.at(-300, 20), teller.day(-20, 60)
        teller.tell(desk.filing(code, at, ngo=rng.choice(ABROAD), to_on=ends))
    if teller.chance(25):
        teller.tell(desk.office(teller.at(-40, 30), office_code="G1110000MA0000001X", name=rng.choice(ABROAD)))
    if teller.chance(40):
        teller.tell(desk.office_ended(teller.at(-10, 40), office_code="G1110000MA0000001X"))


THEMES: dict[str, Callable[[Teller], None]] = {
    "SO-01": large_transfer,
    "SO-02": structuring,
    "SO-03": pass_through,
    "SO-04": round_trip,
    "SO-05": public_to_private,
    "SO-06": cash_intensity,
    "SO-07": dormant_account,
    "SO-08": undeclared_account,
    "SO-09": off_book_income,
    "SO-10": start_up_funds_leave,
    "SO-11": related_dealing,
    "SO-12": disguised_distribution,
    "SO-13": investment_lending,
    "SO-14": ineligible_award,
    "SO-15": off_budget,
    "SO-16": passed_on,
    "SO-17": split_purchases,
    "SO-18": single_buyer,
    "SO-19": common_control,
    "SO-20": double_funding,
    "SO-21": tax_gap,
    "SO-22": tax_abnormal,
    "SO-23": exempt_trading,
    "SO-24": donation_receipts,
    "SO-25": overseas_money,
    "SO-26": beyond_filing,
    "SO-28": post_without_approval,
    "SO-29": paid_post,
    "SO-27": unreported_overseas,
    "SO-30": lavish_spending,
    "SO-31": interlocks,
    "SO-32": term_and_exit_audit,
    "SO-33": arbitrary_fees,
    "SO-35": unqualified_fundraising,
    "SO-34": branches,
    "SO-36": zombie,
    "SO-37": unregistered_body,
    "SO-38": active_after_revocation,
    "SO-39": ratio_breach,
    "SO-40": contradicted_report,
    "TY-01": shell,
    "TY-02": captured_purchasing,
    "TY-03": laundering_channel,
    "TY-04": collector,
    "TY-05": shadow_foreign_funding,
    "TY-06": shadow_official,
}


def story(rng: Random, theme: str, *, noise_max: int = 14, brief: bool | None = None) -> list[Json]:
    """Tell one story: register, theme, noise, second thoughts, how far everything is told."""
    teller = Teller(rng, brief=brief)
    for code in CODES[:1] if teller.brief else CODES:
        if theme != "SO-21" or teller.chance(40):
            teller.register(code)
            if teller.chance(85):
                teller.tax(code)
    THEMES[theme](teller)
    if not teller.brief:
        noise(teller, rng.randint(0, noise_max))
    second_thoughts(teller)
    told(teller)
    return teller.events


def second_thoughts(teller: Teller) -> None:
    """Correct and withdraw some of what was told: forks, chains and circles among it."""
    for _ in range(teller.rng.choice([0, 1, 2, 4])):
        event = target(teller)
        ours = event["type"].startswith("credit.")  # nobody takes back what the platform said
        teller.rng.choice([_correct, _correct, _fork, _chain, _circle] if ours else SECOND_THOUGHTS)(teller, event)


def target(teller: Teller) -> Json:
    """Choose an event to think again about, mostly a payment or an award."""
    events = [event for event in teller.events if not event["type"].endswith(".withdrawn.v1")]
    money = [event for event in events if event["type"].startswith("finance.")]
    return teller.rng.choice(money if money and teller.chance(70) else events)


def _correct(teller: Teller, event: Json) -> None:
    teller.tell(corrected(teller, event))


def _withdraw(teller: Teller, event: Json) -> None:
    teller.tell(teller.desk.withdrawn(event))


def _fork(teller: Teller, event: Json) -> None:
    """Correct an event twice: the greater identity counts."""
    teller.tell(corrected(teller, event), corrected(teller, event))


def _chain(teller: Teller, event: Json) -> None:
    """Correct a correction."""
    middle = corrected(teller, event)
    teller.tell(middle, corrected(teller, middle))


def _broken_chain(teller: Teller, event: Json) -> None:
    """Withdraw one member of a chain: all of it is void."""
    middle = corrected(teller, event)
    last = corrected(teller, middle)
    teller.tell(middle, last, teller.desk.withdrawn(teller.rng.choice([event, middle, last])))


def _circle(teller: Teller, event: Json) -> None:
    """Let two corrections correct each other; sometimes a third one hangs on."""
    if "corrects" in event:
        return
    other = corrected(teller, event)
    event["corrects"] = other["id"]
    teller.tell(other, *([corrected(teller, other)] if teller.chance(50) else []))


SECOND_THOUGHTS = [_correct, _correct, _correct, _withdraw, _withdraw, _fork, _chain, _broken_chain, _circle]


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
    """Declare how far everything is told: mostly all, sometimes to the end of one day that matters, or of nothing."""
    rng, desk = teller.rng, teller.desk
    how = rng.randrange(10)
    if how < 6:
        topics = WAITED_FOR if teller.brief else told_topics()
        teller.tell(*(event for topic in topics for event in desk.completed(topic, f"{day_text(120)}T00:00")))
        return
    days = [date.fromisoformat(event["time"][:10]) for event in teller.events if event["type"].startswith("finance.")]
    days += [
        day + timedelta(days=extra)
        for day in dates_told(teller, "civil-affairs.organization.", "registered_on")
        for extra in (30, 91)
    ]
    days += [day + timedelta(days=30) for day in dates_told(teller, "civil-affairs.post.taken", "from_on")]
    days += [
        day + timedelta(days=extra) for day in dates_told(teller, "public-security.", "to_on") for extra in FILING_DAYS
    ]
    days += [date.fromisoformat(day) for day in teller.due]
    for topic in WAITED_FOR:
        for _ in range(rng.randint(1, 2)):
            partition = rng.choice([None, None, None, rng.randrange(6)])
            until = (rng.choice(days) + timedelta(days=1)).isoformat() if days else day_text(20)
            teller.tell(*desk.completed(topic, f"{until}T00:00", partition=partition))


WAITED_FOR = (
    "tax.registrations.v1",
    "public-security.overseas.v1",
    "finance.receipts.v1",
    "finance.procurement.v1",
    "civil-affairs.organizations.v1",
    "audit.findings.v1",
    "civil-affairs.accounts.v1",
    "civil-affairs.fees.v1",
    "civil-affairs.reports.v1",
    "civil-affairs.people.v1",
    "finance.payments.v1",
    "tax.filings.v1",
)


def dates_told(teller: Teller, kind: str, name: str) -> list[date]:
    """Give the dates that events of a kind tell under a name."""
    told = [event["data"] for event in teller.events if event["type"].startswith(kind)]
    return [date.fromisoformat(data[name]) for data in told if name in data]
