"""Stories about what money is spent on: words of purposes and payees, what is usual, festivals, officials."""

from tests.builders.events import party
from tests.builders.records import Json
from tests.properties.cast import CODES, PEOPLE, Teller, day_text

CLOCKS = ["00:00", "10:00", "10:00", "23:59:59.999999"]
WORDED = ["白酒", "茶叶礼盒", "礼品", "旅游", "加油卡", "论坛"]
PLAIN = ["医用酒精", "酒店住宿", "办公用品", None]
DEALERS = {"白酒": "昆阳烟酒商行", "旅游": "平阳旅行社", "礼品": "鳌江礼品店"}
BEFORE = ["2025-02-28", "2025-03-01", "2025-03-31", "2025-07-10", "2025-07-31", "2025-12-01", "2026-01-31"]
LATELY = [-27, -18, -15, -13, 0, 0, 1, 9, 29, 30]  # days before and after Spring Festival, and around a month's length


def lavish_spending(teller: Teller) -> None:
    """SO-30: spending with telling words, up to the limits and beyond, with and without an official or public money."""
    rng = teller.rng
    for code in CODES[: 1 if teller.brief else 2]:
        if teller.chance(70):
            _official(teller, code)
        if teller.chance(50):
            _public_money(teller, code)
        if teller.chance(15):
            sector = rng.choice(["旅游服务", "酒类流通", "社会团体"])
            teller.tell(teller.desk.registered(code, "2024-02-06", changed=True, sector=sector))
        if teller.chance(25):
            kind = rng.choice(["conduct", "conduct", "fees"])
            teller.tell(
                teller.desk.finding(code, rng.choice(["2024-03-10", "2025-06-01"]), kind=kind, finding_id="fi-1")
            )
        if teller.chance(20):
            at = day_text(rng.choice([-40, 5]))
            data: Json = {"budget_fen": rng.choice([400_000, 2_000_000]), "held_to": rng.choice([None, day_text(9)])}
            teller.tell(teller.desk.activity(code, at, activity_id="act-1", kind="conference", **data))
        _spending(teller, code, rng.choice(WORDED))


def _official(teller: Teller, code: str) -> None:
    """Give an official, or somebody who is none, a post; the status may be told by a post elsewhere, later."""
    rng, desk, name = teller.rng, teller.desk, teller.rng.choice(PEOPLE)
    post, begins = rng.choice(["chair", "vice_chair", "vice_chair", "staff"]), rng.choice(["2025-01-10", day_text(0)])
    status = rng.choice(["serving", "serving", "retired", "none", None])
    teller.tell(desk.post_taken(code, begins, person=name, post=post, official_status=status))
    if teller.chance(25):
        since, at = rng.choice(["2025-01-10", day_text(1)]), rng.choice([-30, 35])
        data: Json = {"from_on": since, "official_status": "serving"}
        teller.tell(desk.post_taken(CODES[2], day_text(at), person=name, post="director", **data))
    if teller.chance(20):
        teller.tell(desk.post_left(code, f"{day_text(rng.choice([-1, 0, 9]))}T10:00", person=name, post=post))


def _public_money(teller: Teller, code: str) -> None:
    """Award or grant something, about a year before or not long ago; now and then told late."""
    rng, desk = teller.rng, teller.desk
    on = rng.choice(["2025-03-01", "2025-03-02", "2025-03-03", "2025-03-11", day_text(-20), day_text(5)])
    at = rng.choice([on, on, day_text(38)])
    if teller.chance(50):
        teller.tell(desk.award(code, at, award_id="aw-1", awarded_on=on))
    else:
        teller.tell(desk.grant(code, at, grant_id="gr-1", granted_on=on))


def _spending(teller: Teller, code: str, word: str) -> None:
    """Spend a little on one thing in some months before, then much on it, and on another thing as well."""
    rng = teller.rng
    usual_fen = rng.choice([40_000, 60_000, 80_000])
    for day in rng.sample(BEFORE, rng.randint(1, 2) if teller.brief else rng.randint(0, 5)):
        for _ in range(rng.choice([1, 1, 2])):
            _pay(teller, code, f"{day}T{rng.choice(CLOCKS)}", word, usual_fen * rng.choice([5, 10, 10, 10, 20]) // 10)
    for _ in range(teller.times(1, 6)):
        amount_fen = rng.choice([150_000, 300_000, 299_999, 340_000, 500_000, 499_999, 560_000, 560_000, 5_000_000])
        what = word if teller.chance(80) else rng.choice([*WORDED, *PLAIN])
        _pay(teller, code, f"{day_text(rng.choice(LATELY))}T{rng.choice(CLOCKS)}", what, amount_fen)


def _pay(teller: Teller, code: str, at: str, word: str | None, amount_fen: int) -> None:
    """Pay for something: the purpose names it, or the payee does, or both."""
    rng = teller.rng
    data: Json = {"purpose_text": word, "counterparty": teller.firm()}
    if word in DEALERS and teller.chance(40):
        data = {"purpose_text": rng.choice([None, word, "礼品"]), "counterparty": party(DEALERS[word])}
    if teller.chance(15):
        data["project_ref"] = "act-1"
    if teller.chance(6):
        data["direction"] = "in"
    teller.tell(teller.desk.payment(code, at, amount_fen=amount_fen, **data))
