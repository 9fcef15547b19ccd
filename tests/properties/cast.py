"""Who appears in the stories, and what they do at random: everybody's facts, few values, so that they meet."""

from datetime import date, timedelta
from random import Random
from typing import Any

from tests.builders.codes import account_of, code_of, person_of
from tests.builders.events import REPEALED_BASIS, Desk, party
from tests.builders.records import Json

START = date(2026, 3, 2)
CODES = [code_of(number) for number in (11, 12, 16, 18)]
STRANGER = code_of(15)  # never registered, unless a theme does
FIRMS = [code_of(number, kind="91") for number in range(21, 61)]
USUAL = 8  # the firms that everybody meets
PEOPLE = ["张三", "李四", "王五", "赵六", "钱七"]
ABROAD = ["Blue Lake Foundation", "BLUE LAKE FOUNDATION ", "Blue Lake Fund", "Acme Trading", "蓝湖基金会", "Rhine GmbH"]
OFFICE_CODES = ["G1110000MA0000001X", "G1110000MA0000002Y"]
CLOCKS = ["00:00", "00:10", "09:00", "10:00", "10:00", "17:30", "23:50", "23:59:59.999999"]
BUYER = {"code": "11330326002562123X", "name": "平阳县民政局"}
GRANTOR = {"code": "113303260025621999", "name": "平阳县教育局"}
REFS = ["aw-1", "aw-2", "ct-1", "gr-1", "act-1", "act-2"]
AMOUNTS = [400_000, 500_000, 600_000, 7_000_000, 9_000_000, 10_000_000, 20_000_000, 38_000_000, 80_000_000, 130_000_000]
PURPOSES = [None, None, None, "利息", "退款", "学费", "捐赠"]
EARMARKS = [None, None, None, "start_up_funds", "purchase", "subsidy"]


def day_text(offset: int) -> str:
    """Give the date so many days after the start of the story."""
    return (START + timedelta(days=offset)).isoformat()


class Teller:
    """Tells a story with a source of chance; the same chance tells the same story."""

    def __init__(self, rng: Random, *, brief: bool | None = None) -> None:
        self.rng = rng
        self.desk = Desk()
        self.events: list[Json] = []
        self.due: list[str] = []  # dates up to which it matters that all is told
        # A short story: what matters happens once to one organization, and nothing comes after it.
        self.brief = self.chance(30) if brief is None else brief

    def times(self, first: int, last: int) -> int:
        """Say how often something happens."""
        return 1 if self.brief else self.rng.randint(first, last)

    def tell(self, *events: Json) -> None:
        self.events.extend(events)

    def chance(self, percent: int) -> bool:
        return self.rng.randrange(100) < percent

    def day(self, first: int = -10, last: int = 40) -> str:
        return day_text(self.rng.randint(first, last))

    def at(self, first: int = -10, last: int = 40) -> str:
        return f"{self.day(first, last)}T{self.rng.choice(CLOCKS)}"

    def code(self) -> str:
        return self.rng.choice([*CODES[:2], *CODES[:2], *CODES[2:], STRANGER])

    def firm(self, number: int | None = None) -> Json:
        """Give a firm: known by code, or by account, or by name only."""
        code = self.rng.choice(FIRMS[:USUAL]) if number is None else FIRMS[number]
        name = f"第{FIRMS.index(code)}公司"
        how = self.rng.randrange(6)
        if how == 0:
            return party(name)
        if how == 1:
            return party(name, account=account_of(code))
        return party(name, code=code, account=account_of(code) if how == 2 else None)

    def somebody(self) -> Json:
        """Give anybody who may stand on the other side of a payment."""
        rng, name = self.rng, self.rng.choice(PEOPLE)
        return rng.choice(
            [
                self.firm,
                self.firm,
                lambda: party(f"{name[:1]}*", kind="person", person=person_of(name)),
                lambda: party(name, kind="person"),
                lambda: party(rng.choice(["爱心人士", " ", "匿名捐赠"]), kind="unknown"),
                lambda: party(f"{rng.choice(PEOPLE)}转来{name}", kind="person"),
                lambda: self.sister(rng.choice(CODES)),
                lambda: party("农商银行", kind="organization"),
                lambda: party("国家税务局平阳分局"),
                lambda: party(BUYER["name"], code=BUYER["code"] if self.chance(50) else None),
                lambda: party(GRANTOR["name"], code=GRANTOR["code"] if self.chance(50) else None),
                lambda: party(rng.choice(ABROAD), kind="overseas", code=rng.choice([None, None, OFFICE_CODES[0]])),
                lambda: party("支付宝"),
            ]
        )()

    def sister(self, code: str) -> Json:
        """Give another organization of the county."""
        return party(f"平阳县{code[10:16]}促进会", code=code, account=account_of(code) if self.chance(40) else None)

    def payment(self, code: str, at: str, **known: Any) -> Json:
        """Pay something to or from somebody, mostly plainly."""
        rng = self.rng
        data: dict[str, Any] = {
            "amount_fen": rng.choice(AMOUNTS),
            "direction": rng.choice(["in", "out"]),
            "counterparty": self.somebody(),
        }
        if self.chance(40):
            data |= {"purpose_text": rng.choice(PURPOSES), "earmark": rng.choice(EARMARKS)}
            data["project_ref"] = rng.choice([None, *REFS])
        if self.chance(10):
            data["method"] = "cash"
        if self.chance(8):
            data["legal_basis"] = REPEALED_BASIS
        if self.chance(8):
            data |= {"original_currency": "USD", "original_amount_minor": rng.choice([980_000, 1_040_000, 21_000_000])}
        if self.chance(8):
            data["booked_on"] = self.day()
        if self.chance(10):
            data["own_account"] = account_of(f"{code}-second")
        if self.chance(6):  # from one own account to another, which only its account tells
            data["counterparty"] = party("本会专户", account=account_of(f"{code}-second"))
        return self.desk.payment(code, at, **(data | known))

    def register(self, code: str, *, on: str = "2024-02-05", **data: Any) -> None:
        """Put an organization into the register with what usually goes with it."""
        rng = self.rng
        content: dict[str, Any] = {
            "registered_on": on,
            "kind": rng.choice([*["association"] * 4, *["service_institution"] * 3, "foundation"]),
            "legal_representative": person_of(rng.choice(PEOPLE)) if self.chance(50) else None,
            "public_fundraising": True if self.chance(8) else None,
            "supervising_body": "平阳县教育局" if self.chance(30) else None,
        }
        self.tell(self.desk.registered(code, on, **(content | data)))
        if self.chance(50):
            self.tell(self.desk.account_filed(code, on))

    def tax(self, code: str, *, on: str = "2024-02-10") -> None:
        self.tell(self.desk.tax_opened(code, on))


def rng_code(teller: Teller) -> str:
    """Pick the organization that a story is about; now and then one that nobody registered."""
    return STRANGER if teller.chance(12) else teller.rng.choice(CODES[: 1 if teller.brief else 2])


def noise(teller: Teller, count: int) -> None:
    """Tell facts of every kind."""
    makers = [_payment, _payment, _record, _record, _person, _relation, _register_act, _report, _tax, _overseas, _state]
    for _ in range(count):
        teller.rng.choice(makers)(teller, teller.code())


def _payment(teller: Teller, code: str) -> None:
    teller.tell(teller.payment(code, teller.at()))


def _record(teller: Teller, code: str) -> None:
    rng, desk, at = teller.rng, teller.desk, teller.at(-40, 20)
    amount_fen = rng.choice(AMOUNTS) * rng.choice([1, 2])
    payees = rng.choice([None, [FIRMS[0], "第1公司"], [FIRMS[2]]])
    makers = [
        lambda: desk.award(
            code,
            at,
            amount_fen=amount_fen,
            award_id=rng.choice(["aw-1", "aw-2"]),
            contract_ref=rng.choice([None, "ct-1"]),
            supplement_of=rng.choice([None, None, "aw-1"]),
            budget_payees=payees,
            buyer=BUYER,
        ),
        lambda: desk.grant(code, at, amount_fen=amount_fen, grant_id="gr-1", grantor=GRANTOR),
        lambda: desk.receipt(
            code,
            at,
            amount_fen=rng.choice(AMOUNTS),
            payer=teller.somebody(),
            cancelled=rng.choice([None, False, True]),
        ),
        lambda: desk.activity(
            code,
            at,
            activity_id=rng.choice(["act-1", "act-2"]),
            kind=rng.choice(["grant", "relief", "training"]),
            budget_fen=rng.choice([None, amount_fen]),
            fee_fen=rng.choice([None, *AMOUNTS[:4]]),
            held_from=teller.day(-60, 30),
            held_to=rng.choice([None, teller.day(0, 30)]),
        ),
        lambda: desk.resolution(
            code,
            at,
            kind=rng.choice(["major_payment", "merger", "lending"]),
            votes_for=rng.choice([5, 6]),
            passed_on=rng.choice([at[:10], "2025-03-20"]),
        ),
        lambda: desk.fee(code, at, amount_fen=rng.choice(AMOUNTS[:4]), valid_to=rng.choice([None, teller.day(0, 20)])),
    ]
    teller.tell(rng.choice(makers)())


def _person(teller: Teller, code: str) -> None:
    rng, person = teller.rng, teller.rng.choice(PEOPLE)
    post = rng.choice(["chair", "secretary_general", "director", "staff", "legal_representative"])
    maker = rng.choice([teller.desk.post_taken, teller.desk.post_taken, teller.desk.post_left])
    teller.tell(maker(code, teller.at(-30, 30), person=person, post=post))


def _relation(teller: Teller, code: str) -> None:
    rng = teller.rng
    relation = rng.choice(["controls", "controls", "spouse", "founder", "same_phone", "same_address", "employs"])
    ends = [
        teller.firm(),
        teller.firm(),
        teller.sister(code),
        party("某*", kind="person", person=person_of(rng.choice(PEOPLE))),
        party("某*", kind="person", person=person_of(rng.choice(PEOPLE))),
    ]
    a, b = rng.sample(ends, 2)
    from_on = rng.choice([None, None, teller.day(-30, 20)])
    to_on = rng.choice([None, None, teller.day(0, 30)])
    teller.tell(
        teller.desk.relation(code, teller.at(-40, 20), a=a, b=b, relation=relation, from_on=from_on, to_on=to_on)
    )


def _register_act(teller: Teller, code: str) -> None:
    rng, desk, at = teller.rng, teller.desk, teller.at(-20, 40)
    changed = {
        "registered_on": rng.choice(["2024-02-05", teller.day(-80, -20)]),
        "kind": rng.choice(["association", "service_institution", "foundation"]),
        "name": rng.choice(["平阳县新名促进会", "平阳县旧名促进会"]),
        "legal_representative": rng.choice([None, person_of(rng.choice(PEOPLE))]),
        "start_up_funds_fen": rng.choice([3_000_000, 40_000_000]),
        "public_fundraising": rng.choice([None, True]),
    }
    how = rng.choice(["suspended", "suspended", "deregistered", "revoked"])
    makers = [
        lambda: desk.registered(code, at, changed=True, **changed),
        lambda: desk.registered(code, at, changed=True, **changed),
        lambda: desk.account_filed(code, at, account=account_of(rng.choice([code, f"{code}-second", *FIRMS[:2]]))),
        lambda: desk.branch(code, at, account=rng.choice([None, account_of(FIRMS[3])])),
        lambda: desk.ended(
            code,
            at,
            how=how,
            effective_on=teller.day(0, 40),
            until_on=rng.choice([None, teller.day(5, 45)]) if how == "suspended" else None,
        ),
    ]
    teller.tell(rng.choice(makers)())


def _report(teller: Teller, code: str) -> None:
    rng = teller.rng
    teller.tell(
        teller.desk.annual(
            code,
            teller.at(-40, 20),
            year=rng.choice([2024, 2025]),
            income_fen=rng.choice([None, 20_000_000, 60_000_000, 600_000_000, 6_000_000_000]),
            spending_fen=rng.choice([None, 30_000_000, 90_000_000, 600_000_000]),
        )
    )


def _tax(teller: Teller, code: str) -> None:
    rng, at = teller.rng, teller.at(-40, 40)
    maker = rng.choice([teller.desk.tax_opened, teller.desk.tax_closed])
    dated = "registered_on" if maker == teller.desk.tax_opened else "closed_on"
    teller.tell(maker(code, at, **({dated: teller.day(-40, 40)} if teller.chance(40) else {})))


def _overseas(teller: Teller, code: str) -> None:
    rng, desk = teller.rng, teller.desk
    office_code = rng.choice(OFFICE_CODES)
    makers = [
        lambda: desk.filing(
            code,
            teller.at(-100, 20),
            ngo=rng.choice(ABROAD),
            to_on=teller.day(0, 60),
            from_on=teller.day(-60, 20),
            office_code=rng.choice([None, office_code]),
            account=rng.choice([None, account_of(code)]),
        ),
        lambda: desk.office(teller.at(-60, 20), office_code=office_code, name=rng.choice(ABROAD)),
        lambda: desk.office_ended(teller.at(0, 40), office_code=office_code),
    ]
    teller.tell(rng.choice(makers)())


def _state(teller: Teller, code: str) -> None:
    rng, desk = teller.rng, teller.desk
    at = teller.at(-60, 30)
    makers = [
        lambda: desk.debtor(code, at, case_no=rng.choice(["甲1", "甲2"])),
        lambda: desk.delisted(code, at, case_no=rng.choice(["甲1", "甲2"])),
        lambda: desk.inspection(code, at, outcome=rng.choice(["failed", "passed"])),
        lambda: desk.penalty(
            code, at, kind=rng.choice(["fine", "warning", "suspension"]), fine_fen=rng.choice([None, 230_000_000])
        ),
    ]
    teller.tell(rng.choice(makers)())
