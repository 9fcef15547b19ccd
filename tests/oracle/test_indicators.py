"""The oracle against the scenarios that the indicators give in words: what each rule must hit, and what it must not."""

from collections.abc import Callable

import pytest

from tests.builders.codes import account_of, code_of
from tests.builders.events import Desk, party
from tests.builders.records import Json, heard, records_of
from tests.oracle.oracle import open_alerts

ME = code_of(1)
D = Desk()
OLD = D.payment(ME, "2025-12-01", amount_fen=100_000, counterparty=party("老伙伴"))
FIRM = party("甲公司", code=code_of(31, kind="91"))
NGO = party("Blue Lake Foundation", kind="overseas")
TRADER = party("Acme Trading", kind="overseas")
Story = list[Json]


def yuan(amount: int) -> int:
    return amount * 100


def pays(amount: int, at: str, who: Json = FIRM, **data: object) -> Json:
    return D.payment(ME, at, amount_fen=yuan(amount), counterparty=who, **data)


def gets(amount: int, at: str, who: Json = FIRM, **data: object) -> Json:
    return pays(amount, at, who, direction="in", **data)


def firm(number: int) -> Json:
    return party(f"第{number}公司", code=code_of(40 + number, kind="91"))


def base(spending: int) -> Json:
    return D.annual(ME, "2026-02-01", year=2025, spending_fen=yuan(spending))


def usd(dollars: int, at: str = "2026-05-12", who: Json = NGO, amount: int = 20_000) -> Json:
    return gets(amount, at, who, original_currency="USD", original_amount_minor=dollars * 100)


def euro(amount: int, who: Json = TRADER) -> Json:
    return gets(amount, "2026-05-12", who, original_currency="EUR", original_amount_minor=1_000_000)


THROUGH = [OLD, gets(240_000, "2026-03-01", firm(1)), gets(140_000, "2026-03-01T11:00", party("老伙伴"))]
USUAL = D.payment(ME, "2026-01-20", amount_fen=100, counterparty=firm(2))
USUAL_TOO = D.payment(ME, "2026-01-20", amount_fen=100, counterparty=firm(3))
KEPT = D.payment(ME, "2026-02-01", amount_fen=100, counterparty=party("老伙伴"))
FINED = D.penalty(ME, "2023-05-01", fine_fen=yuan(2_300_000))
LISTED = D.listing(ME, "2025-03-10")
FIVE = [
    gets(50_000, "2026-03-01", firm(1)),
    gets(50_000, "2026-03-01T11:00", firm(2)),
    gets(40_000, "2026-03-02", firm(3)),
    pays(45_000, "2026-03-02", firm(4)),
]


def filed(**data: object) -> Json:
    known: dict[str, object] = {"ngo": "Blue Lake Foundation", "to_on": "2026-08-31", "budget_fen": yuan(400_000)}
    return D.filing(ME, "2026-03-01", **known | {"filing_id": "f-1"} | data)


def bought(amount: int = 110_000, **data: object) -> Story:
    """Let a purchase be awarded and paid on 1 June."""
    known: dict[str, object] = {"award_id": "aw-1", "contract_ref": "ct-1", "budget_payees": [firm(1)["name"]]}
    buyer = party("平阳县民政局", code="11330326002562123X")
    return [D.award(ME, "2026-05-20", amount_fen=yuan(amount), **known | data), gets(amount, "2026-06-01", buyer)]


def off(amount: int, at: str = "2026-06-05", who: Json = FIRM, project_ref: str | None = "ct-1") -> Json:
    return pays(amount, at, who, project_ref=project_ref)


FILED = filed()
REPORTED = D.filing_report(ME, "2026-09-20", filing_id="f-1")
YOUNG = D.registered(ME, "2026-03-01")
GAVE_UP = [D.tax_opened(ME, "2024-02-01"), D.tax_closed(ME, "2026-05-10")]

HITS: dict[str, tuple[str, str, Callable[[], Story]]] = {
    "two on one day": ("SO-01", "medium", lambda: [pays(1_300_000, "2026-03-02"), pays(800_000, "2026-03-02T16:00")]),
    "dollars from an unfiled firm": ("SO-01", "medium", lambda: [usd(210_000, "2026-03-02", FIRM, 1_500_000)]),
    "a fifth of last year": ("SO-01", "low", lambda: [base(900_000), pays(190_000, "2026-03-02")]),
    "in and out": (
        "SO-03",
        "medium",
        lambda: [*THROUGH, pays(200_000, "2026-03-02", firm(2)), pays(150_000, "2026-03-02T12:00", firm(3))],
    ),
    "five new parties": ("SO-03", "low", lambda: [OLD, *FIVE, pays(45_000, "2026-03-03", firm(5))]),
    "award on the list": ("SO-14", "critical", lambda: [LISTED, D.award(ME, "2025-04-02")]),
    "award after a fine": ("SO-14", "high", lambda: [FINED, D.award(ME, "2026-04-20")]),
    "grant after a failed inspection": (
        "SO-14",
        "medium",
        lambda: [D.inspection(ME, "2025-06-30"), D.grant(ME, "2025-09-01")],
    ),
    "a third off the budget": ("SO-15", "medium", lambda: [*bought(), off(36_000)]),
    "most of it off the budget": ("SO-15", "high", lambda: [*bought(), off(70_000)]),
    "off the budget after an audit": (
        "SO-15",
        "high",
        lambda: [*bought(), D.finding(ME, "2025-01-10"), off(36_000)],
    ),
    "a third, no project named": ("SO-15", "medium", lambda: [*bought(), off(36_000, project_ref=None)]),
    "no tax registration for over 90 days": (
        "SO-21",
        "high",
        lambda: [YOUNG, D.receipt(ME, "2026-03-20", amount_fen=yuan(6_200))],
    ),
    "tax registration given up": ("SO-21", "medium", lambda: [*GAVE_UP, gets(7_000, "2026-05-20")]),
    "foundation abroad": ("SO-25", "medium", lambda: [usd(3_000)]),
    "firm abroad, dollars": ("SO-25", "low", lambda: [usd(10_400, who=TRADER)]),
    "firm abroad, euro": ("SO-25", "low", lambda: [euro(75_000)]),
    "filing of another": (
        "SO-25",
        "medium",
        lambda: [D.filing(ME, "2026-05-01", ngo="Blue Lake Fund", to_on="2026-08-31"), usd(3_000)],
    ),
    "a tenth beyond the filed budget": (
        "SO-26",
        "medium",
        lambda: [FILED, REPORTED, gets(250_000, "2026-04-12", NGO), gets(195_000, "2026-06-12", NGO)],
    ),
    "a day after the filing": ("SO-26", "high", lambda: [FILED, REPORTED, gets(5_000, "2026-09-01", NGO)]),
    "another account than the filed one": (
        "SO-26",
        "high",
        lambda: [filed(account=account_of("another")), REPORTED, gets(5_000, "2026-04-12", NGO)],
    ),
    "no report at all": ("SO-26", "medium", lambda: [FILED]),
    "filed for more than a year": ("SO-26", "low", lambda: [filed(from_on="2025-08-30"), REPORTED]),
}

MISSES: dict[str, tuple[str, Callable[[], Story]]] = {
    "just below": ("SO-01", lambda: [pays(1_990_000, "2026-03-02")]),
    "two payees": ("SO-01", lambda: [pays(1_200_000, "2026-03-02", firm(n)) for n in (1, 2)]),
    "dollars below": ("SO-01", lambda: [usd(190_000, "2026-03-02", FIRM, 1_500_000)]),
    "below a fifth": ("SO-01", lambda: [base(900_000), pays(175_000, "2026-03-02")]),
    "below the floor": ("SO-01", lambda: [base(300_000), pays(95_000, "2026-03-02")]),
    "a reported activity": (
        "SO-01",
        lambda: [
            D.activity(ME, "2026-02-20", activity_id="act", budget_fen=yuan(2_400_000)),
            pays(2_400_000, "2026-03-02", project_ref="act"),
        ],
    ),
    "over midnight": ("SO-01", lambda: [pays(1_300_000, "2026-03-02T23:50"), pays(800_000, "2026-03-03T00:10")]),
    "too much stays": (
        "SO-03",
        lambda: [*THROUGH, pays(200_000, "2026-03-02", firm(2)), pays(130_000, "2026-03-02T12:00", firm(3))],
    ),
    "four payees": (
        "SO-03",
        lambda: [
            *THROUGH,
            pays(100_000, "2026-03-02T10:01", firm(2)),
            *[pays(90_000, f"2026-03-02T10:0{n}", firm(n)) for n in (3, 4)],
            pays(70_000, "2026-03-02T10:06", party("王*", kind="person", person="p_" + 32 * "1")),
        ],
    ),
    "two days late": (
        "SO-03",
        lambda: [*THROUGH, pays(200_000, "2026-03-05", firm(2)), pays(150_000, "2026-03-05T12:00", firm(3))],
    ),
    "too little": ("SO-03", lambda: [OLD, gets(190_000, "2026-03-01", firm(1)), pays(190_000, "2026-03-02", firm(2))]),
    "out before in": (
        "SO-03",
        lambda: [OLD, pays(350_000, "2026-02-28", firm(2)), gets(380_000, "2026-03-01", firm(1))],
    ),
    "mostly known payers": (
        "SO-03",
        lambda: [
            OLD,
            KEPT,
            gets(152_000, "2026-03-01", firm(1)),
            gets(228_000, "2026-03-01T11:00", party("老伙伴")),
            pays(200_000, "2026-03-02", firm(2)),
            pays(150_000, "2026-03-02T12:00", firm(3)),
        ],
    ),
    "usual suppliers": (
        "SO-03",
        lambda: [
            *THROUGH,
            USUAL,
            USUAL_TOO,
            pays(200_000, "2026-03-02", firm(2)),
            pays(150_000, "2026-03-02T12:00", firm(3)),
        ],
    ),
    "four new parties": ("SO-03", lambda: [OLD, *FIVE, pays(45_000, "2026-03-03", firm(4))]),
    "five over four days": ("SO-03", lambda: [OLD, *FIVE, pays(45_000, "2026-03-04T12:00", firm(5))]),
    "young record": ("SO-03", lambda: [pays(1_000, "2026-02-10", firm(9)), *FIVE, pays(45_000, "2026-03-03", firm(5))]),
    "before the list": ("SO-14", lambda: [LISTED, D.award(ME, "2025-03-09")]),
    "after the list": ("SO-14", lambda: [LISTED, D.lifted(ME, "2025-04-01"), D.award(ME, "2025-04-02")]),
    "fine too old": ("SO-14", lambda: [FINED, D.award(ME, "2026-05-02")]),
    "fine too small": (
        "SO-14",
        lambda: [D.penalty(ME, "2025-05-01", fine_fen=yuan(1_800_000)), D.award(ME, "2026-04-20")],
    ),
    "passed since": (
        "SO-14",
        lambda: [
            D.inspection(ME, "2024-06-30"),
            D.inspection(ME, "2025-06-30", outcome="passed"),
            D.award(ME, "2025-09-01"),
        ],
    ),
    "a quarter off the budget": ("SO-15", lambda: [*bought(), off(31_000)]),
    "off the budget in July": ("SO-15", lambda: [*bought(), off(36_000, "2026-07-03")]),
    "a payee of the budget": ("SO-15", lambda: [*bought(), off(36_000, who=firm(1))]),
    "little money off the budget": ("SO-15", lambda: [*bought(60_000), off(19_000)]),
    "no project named, much else came in": (
        "SO-15",
        lambda: [*bought(), gets(400_000, "2026-05-10"), off(36_000, project_ref=None)],
    ),
    "no list of payees": ("SO-15", lambda: [*bought(budget_payees=None), off(36_000)]),
    "registered in time, known late": (
        "SO-21",
        lambda: [
            YOUNG,
            D.tax_opened(ME, "2026-04-09", registered_on="2026-03-29"),
            D.receipt(ME, "2026-03-20", amount_fen=yuan(6_200)),
        ],
    ),
    "moved too little": ("SO-21", lambda: [YOUNG, D.receipt(ME, "2026-03-20", amount_fen=yuan(4_500))]),
    "only start-up funds": ("SO-21", lambda: [YOUNG, gets(30_000, "2026-03-05", earmark="start_up_funds")]),
    "long after closing": ("SO-21", lambda: [*GAVE_UP, gets(7_000, "2026-06-12")]),
    "a filing": (
        "SO-25",
        lambda: [D.filing(ME, "2026-05-01", ngo="BLUE LAKE FOUNDATION ", to_on="2026-08-31"), usd(3_000)],
    ),
    "small dollars of a firm": ("SO-25", lambda: [usd(9_800, who=TRADER)]),
    "small euro of a firm": ("SO-25", lambda: [euro(64_000)]),
    "a person abroad": (
        "SO-25",
        lambda: [usd(3_000, who=party("John", kind="overseas", person="p_" + account_of("john")[2:]))],
    ),
    "a filing that ended": (
        "SO-25",
        lambda: [D.filing(ME, "2026-03-01", ngo="Blue Lake Foundation", to_on="2026-04-30"), usd(3_000)],
    ),
    "nine percent beyond the filed budget": (
        "SO-26",
        lambda: [FILED, REPORTED, gets(250_000, "2026-04-12", NGO), gets(186_000, "2026-06-12", NGO)],
    ),
    "the last day of the filing": ("SO-26", lambda: [FILED, REPORTED, gets(5_000, "2026-08-31", NGO)]),
    "a new filing": (
        "SO-26",
        lambda: [
            FILED,
            REPORTED,
            D.filing(ME, "2026-09-01", ngo="Blue Lake Foundation", to_on="2026-11-25", filing_id="f-2"),
            gets(5_000, "2026-09-01", NGO),
        ],
    ),
    "a report in time": ("SO-26", lambda: [FILED, D.filing_report(ME, "2026-09-29", filing_id="f-1")]),
}


def alerts_of(story: Story, rule: str, until: str = "2026-12-01T00:00") -> list[str]:
    """Give the severities of one rule's alerts; an organization is in the registers unless the story says otherwise."""
    told = list(story)
    if YOUNG not in told:
        told.append(D.registered(ME, "2024-01-01"))
        if not any(event["type"].startswith("tax.") for event in told):
            told.append(D.tax_opened(ME, "2024-01-10"))
    alerts = open_alerts(heard(records_of([*told, *D.all_completed(until)])))
    return [alert["severity"] for alert in alerts.get(ME, []) if alert["rule"] == rule]


@pytest.mark.parametrize("name", HITS)
def test_the_definition_hits_what_the_indicators_say_it_must(name: str) -> None:
    rule, severity, story = HITS[name]
    assert severity in alerts_of(story(), rule)


@pytest.mark.parametrize("name", MISSES)
def test_the_definition_is_silent_where_the_indicators_say_it_must(name: str) -> None:
    rule, story = MISSES[name]
    assert alerts_of(story(), rule) == []


def test_absence_is_concluded_only_where_the_tax_bureau_has_told_everything() -> None:
    story = [YOUNG, D.receipt(ME, "2026-03-20", amount_fen=yuan(6_200))]
    assert alerts_of(story, "SO-21", until="2026-03-31T23:59") == []
    assert alerts_of(story, "SO-21", until="2026-04-01T00:00") == ["medium"]


def test_a_report_is_missed_once_the_police_have_told_everything_to_the_day_it_was_due() -> None:
    assert alerts_of([FILED], "SO-26", until="2026-09-20T00:00") == []
    assert alerts_of([FILED], "SO-26", until="2026-10-02T00:00") == ["low"]


def test_police_complete_to_the_tenth_say_nothing_of_the_twelfth() -> None:
    assert alerts_of([usd(3_000)], "SO-25", until="2026-05-10T00:00") == []
