"""Stories about organizations that may not act: suspended, deregistered, revoked."""

from tests.builders.events import party
from tests.builders.records import Json
from tests.properties.cast import FIRMS, Teller, day_text, rng_code

AROUND = [-1, 0, 0, 1, 1, 1, 2, 20, 30, 31]  # days after the status began
TIMES = ["00:00", "10:00", "23:59:59.999999"]


def active_after_revocation(teller: Teller) -> None:
    """SO-38: ends of several kinds, told early and late; money and acts on the day, the next, and when all is over."""
    rng, desk, code = teller.rng, teller.desk, rng_code(teller)
    begin = rng.randint(-5, 15)
    for place in range(teller.times(1, 2)):
        effective, how = (
            begin + place * rng.choice([3, 30]),
            rng.choice(["suspended", "suspended", "deregistered", "revoked"]),
        )
        told = f"{day_text(effective + rng.choice([-8, 0, 0, 12, 50]))}T{rng.choice(TIMES)}"
        until = rng.choice([None, None, day_text(effective + 20)]) if how == "suspended" else None
        teller.tell(desk.ended(code, told, how=how, effective_on=day_text(effective), until_on=until))
    if teller.chance(20):
        teller.tell(desk.registered(code, f"{day_text(begin + rng.choice([2, 21, 60]))}T10:00", changed=True))
    for number in range(rng.choice([1, 2, 3, 5])):
        offset = begin + (rng.choice([179, 180, 181]) if teller.chance(15) else rng.choice(AROUND))
        rng.choice([_money, _money, _money, _gift, _act, _held])(teller, code, offset, number)


def _money(teller: Teller, code: str, offset: int, _: int) -> None:
    """Move one sum: plainly, as a membership fee, to wind up, to the tax bureau, or back to whoever paid it."""
    rng = teller.rng
    data: Json = {"amount_fen": rng.choice([400_000, 500_000, 600_000, 1_000_000, 1_000_001])}
    data |= {"direction": rng.choice(["in", "out"]), "counterparty": _one(teller)}
    match rng.randrange(6):
        case 0:
            data["earmark"] = "membership_fee"
        case 1:
            data["purpose_text"] = rng.choice(["清算", "退款", "剩余财产", "工资"])
        case 2:
            data |= {"direction": "out", "counterparty": party("国家税务局平阳分局")}
    teller.tell(teller.desk.payment(code, f"{day_text(offset)}T{rng.choice(TIMES)}", **data))


def _gift(teller: Teller, code: str, offset: int, number: int) -> None:
    """Give a receipt for a donation; the money comes in the 30 days after it, or just later."""
    rng, desk, who = teller.rng, teller.desk, _one(teller)
    early = rng.choice([0, 10, 29, 30, 31])
    kind = rng.choice(["donation", "donation", "service"])
    at = f"{day_text(offset - early)}T10:00"
    teller.tell(desk.receipt(code, at, amount_fen=500_000, kind=kind, payer=who, receipt_no=f"gift-{number}"))
    amount_fen = rng.choice([500_000, 1_000_001])
    teller.tell(
        desk.payment(code, f"{day_text(offset)}T10:00", amount_fen=amount_fen, direction="in", counterparty=who)
    )


def _act(teller: Teller, code: str, offset: int, number: int) -> None:
    """Win an award or a grant, or give a receipt, told on the day or later."""
    rng, desk = teller.rng, teller.desk
    at = f"{day_text(offset + rng.choice([0, 0, 5, 25]))}T{rng.choice(TIMES)}"
    on = day_text(offset)
    makers = [
        lambda: desk.award(code, at, award_id=f"late-{number}", awarded_on=on),
        lambda: desk.grant(code, at, grant_id=f"late-{number}", granted_on=on),
        lambda: desk.receipt(
            code,
            at,
            amount_fen=50_000,
            kind=rng.choice(["donation", "service"]),
            receipt_no=f"late-{number}",
            issued_on=on,
        ),
    ]
    teller.tell(rng.choice(makers)())


def _held(teller: Teller, code: str, offset: int, number: int) -> None:
    """Hold an activity, reported before or after."""
    reported = offset + teller.rng.choice([-40, -1, 0, 5])
    data: Json = {"activity_id": f"late-{number}", "held_from": day_text(offset)}
    teller.tell(teller.desk.activity(code, f"{day_text(reported)}T10:00", **data))


def _one(teller: Teller) -> Json:
    number = teller.rng.randrange(3)
    if teller.chance(25):
        return teller.firm(number)
    return party(f"第{number}公司", code=FIRMS[number])
