"""The oracle against what the indicators say of months and years."""

import pytest

from tests.builders.codes import code_of, person_of
from tests.builders.events import Desk, party
from tests.builders.records import Json, heard, records_of
from tests.oracle.oracle import open_alerts, waiting

ME = code_of(1)
D = Desk()
THERE = D.registered(ME, "2023-01-01")


def said(story: list[Json], rule: str, until: str = "2026-12-01T00:00") -> list[tuple[str, str]]:
    """Give severity and branches of one rule's alerts."""
    alerts = open_alerts(heard(records_of([THERE, *story, *D.all_completed(until)])))
    found = [alert for alert in alerts.get(ME, []) if alert["rule"] == rule]
    return [(alert["severity"], str(alert["measured"]["branch"])) for alert in found]


def wages(fen: int, day: str = "2026-03-05") -> Json:
    return D.payment(ME, day, amount_fen=fen, counterparty=party("李*", kind="person", person=person_of("李四")))


def payroll(period: str, at: str, fen: int = 11_800_000, heads: int = 8) -> Json:
    data = {"period": period, "headcount": heads, "total_pay_fen": fen}
    return D.event("tax.payroll.filed.v1", ME, at, data)


@pytest.mark.parametrize(
    ("paid_fen", "day", "found"),
    [
        (18_200_000, "2026-03-05", [("medium", "a,b")]),
        (16_300_000, "2026-03-05", [("low", "b")]),
        (12_800_000, "2026-03-05", []),
        (23_600_000, "2026-02-05", []),  # in February two payrolls count together
    ],
)
def test_so_05(paid_fen: int, day: str, found: list[tuple[str, str]]) -> None:
    payrolls = [payroll("2026-01", "2026-02-10"), payroll("2026-02", "2026-03-10"), payroll("2026-03", "2026-04-10")]
    assert said([wages(paid_fen, day), *payrolls], "SO-05") == found


def test_so_05_waits_until_tax_is_told_up_to_the_twentieth() -> None:
    told = heard(records_of([THERE, wages(18_200_000), *D.all_completed("2026-04-20T00:00")]))
    assert {topic for code, rule, topic in waiting(told) if (code, rule) == (ME, "SO-05")} == {"tax.filings.v1"}
    assert said([wages(18_200_000)], "SO-05", "2026-04-21T00:00") == [("medium", "a,b")]


def cash(fen: int, at: str, direction: str = "out") -> Json:
    return D.payment(ME, at, amount_fen=fen, direction=direction, method="cash")


def test_so_06() -> None:
    plenty = D.payment(ME, "2026-05-20", amount_fen=90_000_000)
    assert said([cash(3_000_000, "2026-05-12"), cash(2_200_000, "2026-05-12T15:00"), plenty], "SO-06") == [
        ("medium", "a")
    ]
    assert said([cash(3_000_000, "2026-05-12"), cash(2_200_000, "2026-05-13"), plenty], "SO-06") == []
    some = D.payment(ME, "2026-05-20", amount_fen=10_200_000)
    assert said([cash(2_800_000, "2026-05-12"), some], "SO-06") == [("low", "c")]
    paid_in = cash(6_000_000, "2026-05-12", "in")
    assert said([paid_in, D.receipt(ME, "2026-05-12", amount_fen=4_000_000)], "SO-06") == [("low", "b")]
    receipts = [D.receipt(ME, "2026-05-18", amount_fen=5_500_000)]
    assert said([paid_in, *receipts], "SO-06") == []


def test_so_13() -> None:
    bought = D.payment(ME, "2026-06-04", amount_fen=15_000_000, purpose_text="理财")
    foundation = D.registered(ME, "2024-01-01", changed=True, kind="foundation")
    assert said([foundation, bought], "SO-13", "2026-07-05T00:00") == [("medium", "a")]
    assert said([foundation, bought], "SO-13", "2026-07-04T00:00") == []
    resolved = D.resolution(ME, "2026-06-20", kind="investment", passed_on="2026-06-01", votes_for=6)
    assert said([foundation, bought, resolved], "SO-13") == []
    assert said([bought], "SO-13") == []  # its own affair, where nobody gave to charity


def tax_return(income_fen: int, taxable_fen: int, at: str = "2026-01-20") -> Json:
    data = {"period_from": "2025-01-01", "period_to": "2025-12-31", "filed_on": at, "income_fen": income_fen}
    more = {"taxable_sales_fen": taxable_fen, "exempt_income_fen": income_fen - taxable_fen}
    return D.event("tax.return.filed.v1", ME, at, data | more)


def test_so_23() -> None:
    assert said([tax_return(18_000_000, 9_800_000)], "SO-23") == [("low", "a")]
    assert said([tax_return(18_000_000, 8_600_000)], "SO-23") == []
    assert said([tax_return(9_000_000, 6_000_000)], "SO-23") == []


def test_so_27() -> None:
    visit = D.filing(ME, "2025-05-01", ngo="Blue Lake", to_on="2025-08-31")
    denied = D.annual(ME, "2026-03-01", year=2025, overseas_activity=False)
    assert said([visit, denied], "SO-27") == [("medium", "a")]
    assert said([visit, D.annual(ME, "2026-03-01", year=2025, overseas_activity=True)], "SO-27") == []
    assert said([visit, D.annual(ME, "2026-03-01", year=2026, overseas_activity=False)], "SO-27") == []


def test_so_40() -> None:
    report = D.annual(ME, "2026-03-20", year=2025, income_fen=31_000_000, staff_count=12)
    assert said([report, tax_return(39_000_000, 0)], "SO-40") == [("low", "a")]
    assert said([report, tax_return(38_000_000, 0)], "SO-40") == []
    heads = [payroll(f"2025-{month:02d}", f"2025-{month + 1:02d}-10") for month in range(1, 7)]
    assert said([report, *heads], "SO-40") == [("low", "b")]
    assert said([report, tax_return(39_000_000, 0), *heads], "SO-40") == [("medium", "a,b")]


def own_firm() -> list[Json]:
    """Let the chair control a firm."""
    chair = party("王*", kind="person", person=person_of("王五"))
    ties = D.relation(ME, "2024-01-03", a=chair, b=FIRM)
    return [D.post_taken(ME, "2024-01-02", person="王五"), ties]


FIRM = party("会长公司", code=code_of(77, kind="91"))


def test_so_08() -> None:
    used = D.payment(ME, "2026-03-03", amount_fen=300_000)
    assert said([used], "SO-08", "2026-04-03T00:00") == [("medium", "a")]
    assert said([used, D.account_filed(ME, "2026-04-01", opened_on="2026-03-20")], "SO-08") == []
    assert said([D.account_filed(ME, "2026-04-04", opened_on="2026-03-01")], "SO-08") == [("low", "c")]


def test_so_09() -> None:
    there = D.account_filed(ME, "2024-01-15")
    came = D.payment(ME, "2026-01-10", amount_fen=62_000_000, direction="in")
    assert said([there, came, D.receipt(ME, "2026-04-20", amount_fen=53_000_000)], "SO-09") == [("low", "a")]
    assert said([there, came, D.receipt(ME, "2026-04-28", amount_fen=62_000_000)], "SO-09") == []


def test_so_10_and_11() -> None:
    founded = D.registered(ME, "2026-01-05", changed=True, registered_on="2026-01-02", start_up_funds_fen=100_000_000)
    paid = D.payment(ME, "2026-03-03", amount_fen=32_000_000, counterparty=FIRM)
    assert said([*own_firm(), founded, paid], "SO-10") == [("medium", "a")]
    less = D.payment(ME, "2026-03-03", amount_fen=29_000_000, counterparty=FIRM)
    assert said([*own_firm(), founded, less], "SO-10") == []
    assert said([*own_firm(), D.payment(ME, "2026-03-03", amount_fen=10_400_000, counterparty=FIRM)], "SO-11") == [
        ("medium", "b")
    ]
    assert said([*own_firm(), D.payment(ME, "2026-03-03", amount_fen=9_500_000, counterparty=FIRM)], "SO-11") == []


def test_so_20() -> None:
    one = {"grant_id": "g1", "grantor": {"code": "11330326002562123X", "name": "平阳县民政局"}, "amount_fen": 8_000_000}
    first = D.grant(ME, "2026-03-01", title="社区老年助餐服务项目(2026)", **one)
    second = D.grant(ME, "2026-05-01", title="2026年社区老年助餐服务", grant_id="g2", amount_fen=3_800_000)
    other = D.grant(ME, "2026-05-01", title="社区老年日间照料服务", grant_id="g2", amount_fen=3_800_000)
    assert said([first, second], "SO-20") == [("medium", "a")]
    assert said([first, other], "SO-20") == []


def test_so_32() -> None:
    term = D.event(
        "civil-affairs.term.renewed.v1",
        ME,
        "2023-04-01",
        {"term_no": 1, "from_on": "2023-04-01", "to_on": "2026-03-31"},
    )
    assert said([term], "SO-32", "2026-07-01T00:00") == [("low", "a")]
    assert said([term], "SO-32", "2026-06-29T00:00") == []
    heads = [
        D.registered(ME, f"{year}-05-10", changed=True, legal_representative=person_of(who))
        for year, who in ((2025, "王五"), (2026, "李四"))
    ]
    assert said(heads, "SO-32") == [("medium", "b")]
    audit = {"person": person_of("王五"), "completed_on": "2026-05-02", "outcome": "clean"}
    assert said([*heads, D.event("audit.exit-audit.completed.v1", ME, "2026-06-05", audit)], "SO-32") == []
