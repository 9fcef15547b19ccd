"""Stories about sums that stay under a tier, or move while they should not."""

from tests.builders.codes import account_of, person_of
from tests.builders.events import party
from tests.builders.records import Json
from tests.properties.cast import FIRMS, Teller, day_text, rng_code

CASH_TIER_FEN = 5_000_000
TRANSFER_TIER_FEN = 200_000_000
NOBODY: list[Json] = [party(" ", kind="unknown"), party("爱心人士", kind="person")]


def structuring(teller: Teller) -> None:
    """SO-02: one sum in parts just below a tier, to one group or to nobody, over a week or a little more."""
    rng, desk, code = teller.rng, teller.desk, rng_code(teller)
    if teller.chance(45):
        ends = {"a": party("第0公司", code=FIRMS[0]), "b": party("第1公司", code=FIRMS[1])}
        kind, to_on = rng.choice(["same_phone", "controls"]), rng.choice([None, None, teller.day(0, 15)])
        teller.tell(desk.relation(code, "2025-06-01", relation=kind, to_on=to_on, **ends))
    if teller.chance(25):
        insider = party("张*", kind="person", person=person_of("张三"))
        teller.tell(desk.post_taken(code, "2024-03-01", person="张三", post="chair"))
        teller.tell(desk.relation(code, "2025-06-01", a=insider, b=party("第0公司", code=FIRMS[0])))
    if teller.chance(15):
        teller.tell(desk.resolution(code, day_text(-5), passed_on=teller.day(-8, 6)))
    for _ in range(teller.times(2, 4)):
        _in_parts(teller, code, teller.rng.randint(0, 20))


def _in_parts(teller: Teller, code: str, start: int) -> None:
    rng, is_cash = teller.rng, teller.chance(50)
    tier_fen, direction = CASH_TIER_FEN if is_cash else TRANSFER_TIER_FEN, rng.choice(["out", "out", "in"])
    coded = [party(f"第{number}公司", code=FIRMS[number]) for number in (0, 0, 1)]
    parties = NOBODY if is_cash and teller.chance(60) else rng.choice([coded, coded[:2], [teller.firm(0), *coded]])
    offsets = rng.choice([(0, 2, 5), (0, 2, 5, 7), (0, 2, 4, 6), (0, 0, 6), (0, 1, 3, 8, 8), (0, 3, 7)])
    for offset in offsets:
        shares = [95, 95, 95, 84, 80, 80, 79, 100] if teller.chance(25) else [95]
        data: Json = {"amount_fen": tier_fen * rng.choice(shares) // 100, "direction": direction}
        if is_cash != teller.chance(5):
            data["method"] = "cash"
        if teller.chance(8):
            data["own_account"] = account_of(f"{code}-second")
        at = f"{day_text(start + offset)}T{rng.choice(['10:00', '10:00', '10:00', '09:00'])}"
        teller.tell(teller.desk.payment(code, at, counterparty=rng.choice(parties), **data))


def tax_abnormal(teller: Teller) -> None:
    """SO-22: a tax status that comes, goes, and is often told late; sums about the limit around its dates."""
    rng, desk, code = teller.rng, teller.desk, rng_code(teller)
    for _ in range(teller.times(1, 3)):
        start = rng.randint(-5, 15)
        told = start + rng.choice([0, 0, 3, 30])
        teller.tell(desk.tax_state(code, f"{day_text(told)}T17:30", effective_on=day_text(start)))
        if teller.chance(50):
            ends = day_text(start + rng.choice([0, 1, 10, 25]))
            status = rng.choice(["normal", "normal", "suspended", "abnormal"])
            teller.tell(desk.tax_state(code, rng.choice([ends, day_text(told)]), status=status, effective_on=ends))
        for offset in rng.sample((-8, -1, 0, 0, 1, 3, 9, 29, 30, 31), 4):
            at = f"{day_text(start + offset)}T{rng.choice(['00:00', '10:00', '17:30', '23:59:59.999999'])}"
            amount_fen = rng.choice([400_000, 500_000, 600_000, 600_000, 1_000_000, 1_000_001, 9_500_000])
            who = party("国家税务局平阳分局") if teller.chance(10) else teller.somebody()
            teller.tell(desk.payment(code, at, amount_fen=amount_fen, direction="out", counterparty=who))
    if teller.chance(35):
        teller.tell(desk.award(code, teller.at(-10, 30), awarded_on=teller.day(-5, 30)))
    if teller.chance(35):
        kind = rng.choice(["donation", "membership"])
        teller.tell(desk.receipt(code, teller.at(-10, 30), amount_fen=50_000, kind=kind))
