"""The oracle against what the indicators say of officials who hold posts."""

from typing import Any

from tests.builders.codes import code_of, person_of
from tests.builders.events import Desk, party
from tests.builders.records import Json, heard, records_of
from tests.oracle.oracle import open_alerts

ME, OTHER = code_of(1), code_of(2)
WHO = "王一"
D = Desk()


def found(*story: Json, kind: str = "association", rule: str = "SO-28") -> list[tuple[str, str]]:
    """Give severity and branch of one rule's alerts."""
    there = D.registered(ME, "2024-01-01", kind=kind)
    alerts = open_alerts(heard(records_of([there, *story, *D.all_completed("2026-12-01T00:00")])))
    mine = [alert for alert in alerts.get(ME, []) if alert["rule"] == rule]
    return [(alert["severity"], str(alert["measured"]["branch"])) for alert in mine]


def post(status: str, held: str = "vice_chair", **data: Any) -> Json:
    return D.post_taken(ME, "2025-09-01", person=WHO, post=held, official_status=status, **data)


def approval(on: str, held: str = "vice_chair", *, told: str | None = None, **data: Any) -> Json:
    content = {"person": person_of(WHO), "post": held, "approved_on": on}
    return D.event("civil-affairs.post-approval.granted.v1", ME, told or on, content | data)


def paid(day: str, yuan: int, purpose: str | None = None) -> Json:
    who = party("王*", kind="person", person=person_of(WHO))
    return D.payment(ME, day, amount_fen=yuan * 100, counterparty=who, purpose_text=purpose)


def payroll(yuan: int) -> Json:
    payees = [{"person": person_of(WHO), "amount_fen": yuan * 100}]
    data = {"period": "2026-05", "headcount": 4, "total_pay_fen": 2_000_000, "payees": payees}
    return D.event("tax.payroll.filed.v1", ME, "2026-06-10", data)


def test_a_post_without_an_approval_before_it_is_seen() -> None:
    assert found(post("serving")) == [("high", "a")]
    assert found(post("retired")) == [("medium", "a")]
    assert found(post("serving"), approval("2025-09-20")) == [("low", "a")]
    assert found(post("serving"), approval("2025-08-28", told="2025-12-20")) == []
    assert found(post("serving"), approval("2025-08-28", valid_until="2025-08-31")) == [("high", "a")]
    assert found(post("serving", "staff")) == []
    assert found(post("none")) == []
    assert found(post("retired", "legal_representative")) == [("medium", "a,e")]


def test_terms_age_and_a_second_body_are_seen_at_associations() -> None:
    approved = approval("2025-08-28")
    elsewhere = D.post_taken(OTHER, "2024-01-01", person=WHO)
    assert found(approved, post("retired", term_no=3)) == [("medium", "c")]
    assert found(approved, post("retired", term_no=2, birth_year=1955)) == []
    assert found(approved, post("retired", birth_year=1954)) == [("medium", "d")]
    assert found(approved, elsewhere, post("retired")) == [("medium", "b")]
    assert found(approved, elsewhere, D.post_left(OTHER, "2025-08-31", person=WHO), post("retired")) == []
    assert found(approved, elsewhere, post("retired", term_no=3), kind="service_institution") == []


def test_a_serving_official_who_leads_a_foundation_is_seen_whatever_the_approval() -> None:
    assert found(approval("2025-08-28"), post("serving"), kind="foundation") == [("high", "f")]
    assert found(approval("2025-08-28"), post("retired"), kind="foundation") == []


def test_officials_who_are_paid_are_seen() -> None:
    assert found(post("retired"), payroll(2_500), rule="SO-29") == [("medium", "a")]
    assert found(post("serving"), payroll(2_500), rule="SO-29") == [("high", "a")]
    assert found(post("serving"), paid("2026-03-02", 1_200, "劳务费"), rule="SO-29") == [("high", "b")]
    assert found(post("none"), paid("2026-03-02", 1_200, "劳务费"), payroll(2_500), rule="SO-29") == []
    left = D.post_left(ME, "2026-02-20", person=WHO, post="vice_chair")
    assert found(post("serving"), left, paid("2026-03-02", 1_200), rule="SO-29") == []
    finding = D.finding(ME, "2025-10-01", kind="pay")
    assert found(finding, post("retired"), payroll(2_500), rule="SO-29") == [("high", "a")]


def test_costs_beyond_the_limit_and_equal_sums_are_seen() -> None:
    trips = [paid("2026-03-02", 2_600, "差旅费"), paid("2026-05-20", 3_000, "差旅费")]
    assert found(post("retired"), *trips, rule="SO-29") == [("low", "c")]
    assert found(post("retired"), paid("2026-03-02", 4_200, "差旅费"), rule="SO-29") == []
    days = ("2026-03-02", "2026-04-10", "2026-06-10")
    assert found(post("retired"), *[paid(day, 1_500, "差旅费") for day in days], rule="SO-29") == [("low", "d")]
    assert found(post("retired"), *[paid(day, 1_500, "差旅费") for day in days[:2]], rule="SO-29") == []


def payrolls(yuan: int, *listed: int, months: int = 8, mean_yuan: int | None = 8_000) -> list[Json]:
    """File payrolls of ten staff, a month after each; list one person in the last ones."""
    unlisted: list[int | None] = [None] * (months - len(listed))
    told = []
    for number, amount in enumerate([*unlisted, *listed], start=1):
        data = {"period": f"2026-{number:02d}", "headcount": 10, "total_pay_fen": yuan * 1_000}
        data["sector_mean_pay_fen"] = mean_yuan and mean_yuan * 100
        data["payees"] = amount and [{"person": person_of(WHO), "amount_fen": amount * 100}]
        told.append(D.event("tax.payroll.filed.v1", ME, f"2026-{number + 1:02d}-10", data))
    return told


def test_pay_beyond_twice_the_sectors_is_seen() -> None:
    assert found(*payrolls(16_800), rule="SO-12") == [("low", "a")]
    assert found(*payrolls(15_600), rule="SO-12") == []
    assert found(*payrolls(20_000, months=5), rule="SO-12") == []
    assert found(*payrolls(25_000), rule="SO-12") == [("medium", "a")]
    assert found(*payrolls(33_000), rule="SO-12") == [("high", "a")]
    assert found(*payrolls(33_000, mean_yuan=None), rule="SO-12") == []


def test_a_bonus_of_an_insider_out_of_a_surplus_is_seen() -> None:
    chair, bonus = post("none", "chair"), payrolls(6_000, 12_000, 12_000, 62_000, months=4)

    def left(spending_fen: int) -> Json:
        return D.annual(ME, "2026-02-20", year=2025, income_fen=240_000_000, spending_fen=spending_fen)

    assert found(chair, left(200_000_000), *bonus, rule="SO-12") == [("high", "b")]
    assert found(chair, left(225_600_000), *bonus, rule="SO-12") == []
    assert found(left(200_000_000), *bonus, rule="SO-12") == []
    usual = payrolls(9_000, 25_000, 25_000, 62_000, months=4)
    assert found(chair, left(200_000_000), *usual, rule="SO-12") == []
