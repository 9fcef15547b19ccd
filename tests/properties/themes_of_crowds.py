"""Stories in which many pay: firms that are charged, and what they say of it."""

from tests.builders.codes import account_of, person_of
from tests.builders.events import party
from tests.builders.records import Json
from tests.properties.cast import CODES, FIRMS, Teller, day_text

CHARGE_FEN = 300_000
TIMES = ["09:00", "10:00", "10:00", "23:59:59.999999"]


def arbitrary_fees(teller: Teller) -> None:
    """SO-33: one sum from many firms, receipts after an activity without a fee, complaints; fees told late."""
    for code in CODES[: 1 if teller.brief else 2]:
        _charging(teller, code)


def _charging(teller: Teller, code: str) -> None:
    rng, desk = teller.rng, teller.desk
    kind = "association" if teller.chance(95) else "foundation"
    qualified = True if teller.chance(5) else None
    teller.tell(desk.registered(code, "2024-02-06", changed=True, kind=kind, public_fundraising=qualified))
    for part in rng.sample([_payers, _receipts, _complaints], 1 if teller.brief else rng.randint(1, 3)):
        part(teller, code, rng.randint(0, 20))
    if teller.chance(20):
        fee_fen = rng.choice([CHARGE_FEN, CHARGE_FEN, 150_000, CHARGE_FEN - 1])
        at = day_text(rng.choice([-40, 5, 45]))
        ends = rng.choice([None, None, day_text(10)])
        teller.tell(desk.fee(code, at, amount_fen=fee_fen, valid_from=rng.choice([at, day_text(-40)]), valid_to=ends))
    if teller.chance(25):
        found = rng.choice(["2024-03-10", "2024-03-20", "2025-06-01", day_text(8)])
        teller.tell(desk.finding(code, found, kind=rng.choice(["fees", "fees", "conduct"]), finding_id="fi-1"))


def unqualified_fundraising(teller: Teller) -> None:
    """SO-35: ten givers in a week (two hundred in the shipped rule) or nearly; fees, tuition, partners, told late."""
    rng, desk = teller.rng, teller.desk
    for code in CODES[: 1 if teller.brief else 2]:
        qualified = rng.choice([*[None] * 8, False, True])
        teller.tell(desk.registered(code, "2024-02-06", changed=True, public_fundraising=qualified))
        if teller.chance(15):
            qualified = rng.choice([True, False])
            teller.tell(desk.registered(code, teller.at(0, 20), changed=True, public_fundraising=qualified))
        start = rng.randint(0, 20)
        for _ in range(teller.times(2, 4)):
            _givers(teller, code, start)
            if teller.chance(35):
                _partner(teller, code, start)
            start += rng.choice([5, 8, 30])
        if teller.chance(15):
            fee_fen = rng.choice([60_000, 90_000, 30_000])
            at = day_text(rng.choice([-40, 5, 45]))
            teller.tell(desk.fee(code, at, amount_fen=fee_fen, valid_from=rng.choice([at, day_text(-40)])))


def _givers(teller: Teller, code: str, start: int) -> None:
    """Persons give, some of them twice; small sums, few sums or many, up to seven days or just longer."""
    rng, count = teller.rng, teller.rng.choice([9, 10, 11, 12, 12, 13, 13, 14])
    sums = rng.choice(
        [
            [1_000, 5_000, 30_000],
            [30_000],
            [500, 2_000, 10_000, 20_000],
            [49_999, 50_000],
            [50_000, 50_001, 60_000, 70_000, 80_000],
            [60_000, 61_000, 62_000, 63_000, 64_000, 65_000, 66_000],
            [60_000, 61_000, 62_000, 63_000, 64_000, 65_000, 66_000, 67_000, 68_000],
            [4_100_000, 4_200_000],
        ]
    )
    last, told = rng.choice([3, 3, 6, 6, 7]), rng.choice(["学费", "捐赠"])
    plain = teller.chance(80)
    for place in range(count):
        offset = start + (last if place == count - 1 else place * last // count)
        number = place if teller.chance(96) else 0
        who = party("某*", kind="person", person=person_of(f"giver-{number}"))
        if teller.chance(4):
            who = rng.choice([party("爱心人士", kind="person"), party("第1公司", code=FIRMS[1])])
        data: Json = {"amount_fen": rng.choice(sums), "direction": "in", "counterparty": who}
        if teller.chance(5 if plain else 90):
            data |= {"purpose_text": told, "earmark": rng.choice([None, "membership_fee"])}
        teller.tell(teller.desk.payment(code, f"{day_text(offset)}T{rng.choice(TIMES)}", **data))


def _partner(teller: Teller, code: str, start: int) -> None:
    """Report a joint drive; the partner is qualified, or was, or will be, as far as anybody has told."""
    rng, desk, partner = teller.rng, teller.desk, CODES[teller.rng.choice([2, 3])]
    held, ends = start + rng.choice([-10, -5, -5, 0, 3]), rng.choice([None, start + 6, start + 20, start + 20])
    told = day_text(held + rng.choice([-12, -12, 0, 4]))
    data: Json = {
        "activity_id": "joint",
        "kind": rng.choice(["joint_fundraising"] * 5 + ["grant"]),
        "held_from": day_text(held),
        "held_to": day_text(ends) if ends is not None else None,
        "counterpart": rng.choice([*[party("伙伴基金会", code=partner)] * 5, party("伙伴基金会"), None]),
    }
    teller.tell(desk.activity(code, told, **data))
    for _ in range(rng.choice([0, 1, 1, 2])):
        at = f"{day_text(start + rng.choice([-40, -40, -1, 2, 40]))}T{rng.choice(TIMES)}"
        teller.tell(
            desk.registered(partner, at, changed=True, public_fundraising=rng.choice([None, False, True, True]))
        )


def _payers(teller: Teller, code: str, start: int) -> None:
    """Ten firms, one more or less, in 30 days or just over; some of them one firm under several names."""
    rng, count = teller.rng, teller.rng.choice([9, 10, 10, 11, 11, 12])
    amount_fen = rng.choice([*[CHARGE_FEN] * 6, 20_000, 19_999])
    last = rng.choice([12, 29, 29, 30, 30])
    for place in range(count):
        offset = start + (last if place == count - 1 else place * 2)
        data: Json = {"amount_fen": amount_fen if teller.chance(97) else CHARGE_FEN, "direction": "in"}
        if teller.chance(3):
            data |= {"earmark": "purchase", "project_ref": "aw-1"}
        at = f"{day_text(offset)}T{rng.choice(TIMES)}"
        teller.tell(teller.desk.payment(code, at, counterparty=_charged(teller, place), **data))


def _receipts(teller: Teller, code: str, start: int) -> None:
    """Receipts up to 60 days after an activity and just beyond; a second activity may begin earlier or later."""
    rng, desk = teller.rng, teller.desk
    for number in range(rng.choice([1, 1, 2])):
        held = day_text(start + rng.choice([0, 0, -30, 20]) * number)
        kind = rng.choice(["award", "certificate", "training", "training", "exchange"][: 5 if number else 4])
        fee_fen = rng.choice([None, None, None, 0, CHARGE_FEN]) if teller.chance(50) else None
        told = day_text(start - 12 if teller.chance(85) else start + 40)
        act: Json = {"activity_id": f"fee-{number}", "kind": kind, "held_from": held, "fee_fen": fee_fen}
        teller.tell(desk.activity(code, told, **act))
    joined = teller.chance(35)
    if joined:  # two payers turn out to be one: somebody files both their accounts, late
        for number in (0, 1):
            at = rng.choice(["2025-01-10", day_text(start + 70)])
            teller.tell(desk.account_filed(CODES[2], at, account=account_of(FIRMS[number])))
    offsets = [rng.choice([-1, 0, 3, 10, 20, 31, 50, 59, 60, 61]) for _ in range(rng.choice([5, 6, 7, 8]))]
    for place, offset in enumerate(sorted(offsets)):
        amount_fen = rng.choice([CHARGE_FEN, CHARGE_FEN, 500_000])
        data: Json = {"kind": rng.choice(["service"] * 8 + ["other", "donation"]), "receipt_no": f"fee-{place}"}
        if teller.chance(5):
            data["cancelled"] = True
        at = f"{day_text(start + offset)}T{rng.choice(TIMES)}"
        payer = _charged(teller, place)
        if joined and place < 2:
            payer = party(f"第{place}公司", account=account_of(FIRMS[place]))
        teller.tell(desk.receipt(code, at, amount_fen=amount_fen, payer=payer, **data))


def _complaints(teller: Teller, code: str, start: int) -> None:
    rng = teller.rng
    for place, offset in enumerate(rng.choice([(0, 40, 80), (0, 1, 2, 3), (0, 60, 90), (0, 60, 89), (0, 1, 50, 150)])):
        data: Json = {"complaint_id": f"cmp-{place}", "kind": rng.choice(["fee"] * 9 + ["conduct"])}
        at = f"{day_text(start + offset)}T10:00"
        teller.tell(teller.desk.event("civil-affairs.complaint.received.v1", code, at, data | {"received_on": at[:10]}))


def _charged(teller: Teller, place: int) -> Json:
    """Give one of many firms: by code, or by an account whose owner another fact may tell."""
    number = place if teller.chance(96) else 0
    name, code = f"第{number}公司", FIRMS[number]
    if teller.chance(20):
        return party(name, account=account_of(code))
    if teller.chance(20):  # shares the account of another: it has no one owner then
        return party(name, code=code, account=account_of(FIRMS[teller.rng.choice([number, number, 0])]))
    return party(name, code=code)
