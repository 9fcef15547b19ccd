"""Who lives in the county: organizations, the people who lead them, those who deal with them."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from qinglian.sample import names
from qinglian.sample.chance import chance
from qinglian.sample.codes import DIVISION, account_token, code_of, person_token
from qinglian.sample.pen import Json
from qinglian.sample.span import Span

YUAN = 100  # fen
FOUNDED_YEAR = 2009
YOUNG_PERCENT = 8
TRADE_PERCENT = 30
TENTHS = ("association",) * 11 + ("service_institution",) * 8 + ("foundation",)


@dataclass(frozen=True)
class Person:
    """Somebody invented."""

    name: str
    token: str

    @property
    def party(self) -> Json:
        """The person as one side of a payment."""
        return {"kind": "person", "name": names.masked(self.name), "person": self.token}


@dataclass(frozen=True)
class Organization:
    """One organization as the generator knows it; `quiet` ones do little beside their story."""

    number: int
    code: str
    name: str
    kind: str
    sector: str
    division: str
    registered_on: date
    start_up_funds_fen: int
    spending_fen: int
    account: str
    chair: Person
    treasurer: Person
    supervising_body: str
    charity: bool = False
    public_fundraising: bool = False
    trade_association: bool = False
    quiet: bool = False
    taxed: bool = True
    reports: bool = True
    rents: bool = True
    meets: bool = True  # a quiet one: its members meet twice a year

    @property
    def party(self) -> Json:
        """The organization as one side of somebody else's payment."""
        return {"kind": "organization", "name": self.name, "code": self.code, "account": self.account}

    @property
    def entry(self) -> Json:
        """What the register says of every organization."""
        return {
            "code": self.code,
            "name": self.name,
            "kind": self.kind,
            "registered_on": str(self.registered_on),
            "start_up_funds_fen": self.start_up_funds_fen,
            "division": self.division,
            "legal_representative": self.chair.token,
            "supervising_body": self.supervising_body,
        }

    def spending_in(self, year: int) -> int:
        """Give what it spends in a whole year: a little more each year, unless it is quiet."""
        if self.quiet:
            return self.spending_fen
        return self.spending_fen * (100 + 2 * (year - 2024)) // 100

    def quarters_in(self, year: int) -> int:
        """Count the whole quarters of a year in which it was registered."""
        before = self.registered_on.year * 12 + self.registered_on.month - (self.registered_on.day == 1)
        return min(max((year * 12 + 12 - before) // 3, 0), 4)


def person(*parts: object) -> Person:
    """Invent the person of a place in the story, always the same."""
    dice = chance("person", *parts)
    name = dice.choice(names.SURNAMES) + dice.choice(names.GIVEN)
    return Person(name, person_token("/".join(map(str, parts))))


def firm(number: int) -> Json:
    """Give the n-th firm of the county as one side of a payment."""
    count = len(names.WORDS)
    words = names.WORDS[number % count] + names.WORDS[number // count % count]
    code = code_of("firm", number)
    name = f"青澜{words}{names.GOODS[number // count**2 % len(names.GOODS)]}有限公司"
    return {"kind": "organization", "name": name, "code": code, "account": account_token(code)}


def bureau(which: str) -> Json:
    """Give an office of the county by code and name."""
    place = list(names.BUREAUS).index(which)
    return {"code": code_of("office", 100 + place), "name": names.BUREAUS[which]}


def paying_bureau(which: str) -> Json:
    """Give an office of the county as one side of a payment."""
    return {"kind": "organization", **bureau(which)}


def organization(number: int, *, seed: int, span: Span, **given: Any) -> Organization:
    """Invent the n-th organization; what is given replaces what chance would say."""
    dice = chance(seed, "organization", number)
    kind = given.get("kind") or TENTHS[dice.randrange(len(TENTHS))]
    town = number // len(names.WORDS) % len(names.TOWNS)
    trade = kind == "association" and dice.randrange(100) < TRADE_PERCENT
    code = code_of(kind, number)
    made = Organization(
        number=number,
        code=code,
        name=_name(dice, kind, number, trade=trade),
        kind=kind,
        sector={"association": "社会团体", "service_institution": "社会服务", "foundation": "慈善"}[kind],
        division=f"{DIVISION}{101 + town}",
        registered_on=_registered_on(dice, span),
        start_up_funds_fen=dice.choice((30_000, 50_000, 100_000)) * YUAN if kind != "foundation" else 2_000_000 * YUAN,
        spending_fen=_spending_fen(dice, kind),
        account=account_token(code),
        chair=person(seed, number, "chair"),
        treasurer=person(seed, number, "treasurer"),
        supervising_body=names.BUREAUS[dice.choice(tuple(names.BUREAUS))],
        charity=kind == "foundation",
        public_fundraising=kind == "foundation" and dice.randrange(3) == 0,
        trade_association=trade,
    )
    return replace(made, **given)


def _name(dice: Random, kind: str, number: int, *, trade: bool) -> str:
    """Join town and word, both by number, so that no two organizations of a county share a name."""
    count = len(names.WORDS)
    round_, place = divmod(number, count * len(names.TOWNS))
    where = names.COUNTY + names.TOWNS[place // count] + names.WORDS[place % count]
    where += names.WORDS[(place + round_) % count] if round_ else ""  # all towns and words are taken once
    if kind == "foundation":
        return f"{where}{dice.choice(names.CAUSES)}基金会"
    if kind == "service_institution":
        return f"{where}{dice.choice(names.CARES)}"
    if trade:
        return f"{where}{dice.choice(names.TRADES)}行业协会"
    return f"{where}{dice.choice(names.INTERESTS)}{dice.choice(('协会', '研究会', '促进会'))}"


def _registered_on(dice: Random, span: Span) -> date:
    if dice.randrange(100) < YOUNG_PERCENT:
        return span.begin_on + timedelta(dice.randrange(30, 900))
    return date(FOUNDED_YEAR, 1, 5) + timedelta(dice.randrange((span.begin_on - date(FOUNDED_YEAR, 3, 1)).days))


def _spending_fen(dice: Random, kind: str) -> int:
    if kind == "association":
        return dice.randrange(60_000, 700_000, 1_000) * YUAN
    if kind == "service_institution":
        return dice.randrange(400_000, 4_500_000, 1_000) * YUAN
    return dice.randrange(1_500_000, 9_000_000, 1_000) * YUAN
