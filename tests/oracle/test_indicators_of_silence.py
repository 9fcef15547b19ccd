"""The oracle against what the indicators say of silence, and of alerts that belong together."""

from typing import Any

from tests.builders.codes import code_of, person_of
from tests.builders.events import Desk, party
from tests.builders.records import Json, heard, records_of
from tests.oracle.oracle import open_alerts

ME = code_of(1)
D = Desk()


def found(*story: Json, rule: str, until: str = "2026-12-01T00:00") -> list[tuple[str, Any]]:
    """Give severity and branch of one rule's alerts."""
    alerts = open_alerts(heard(records_of([*story, *D.all_completed(until)])))
    mine = [alert for alert in alerts.get(ME, []) if alert["rule"] == rule]
    return [(alert["severity"], alert["measured"].get("branch")) for alert in mine]


def not_filed(year: int) -> Json:
    return D.inspection(ME, f"{year + 1}-07-01", outcome="not_filed", year=year)


def test_so_36() -> None:
    there = D.registered(ME, "2023-06-01")
    last = D.payment(ME, "2024-02-03", amount_fen=30_000)
    missed = [not_filed(2022), not_filed(2023)]
    assert found(there, last, *missed, rule="SO-36", until="2025-02-03T00:00") == [("low", "a")]
    assert found(there, last, *missed, rule="SO-36", until="2025-02-02T00:00") == []
    assert found(there, last, missed[0], rule="SO-36") == []
    receipt = D.receipt(ME, "2025-01-10", amount_fen=30_000)
    assert found(there, last, *missed, receipt, rule="SO-36", until="2025-06-01T00:00") == []
    young = D.registered(ME, "2024-03-01")
    assert found(young, rule="SO-36", until="2025-03-02T00:00") == [("low", "c")]


def test_ty_05() -> None:
    there = D.registered(ME, "2023-01-01")
    abroad = party("Blue Lake Foundation", kind="overseas")
    dollars = {"original_currency": "USD", "original_amount_minor": 1_200_000}
    gift = D.payment(ME, "2025-05-12", amount_fen=8_400_000, direction="in", counterparty=abroad, **dollars)
    teacher = party("王*", kind="person", person=person_of("王小明"))
    report = D.annual(ME, "2026-03-20", year=2025, overseas_activity=False)

    def told(month: str) -> list[tuple[str, Any]]:
        paid = D.payment(ME, f"2025-{month}-15", amount_fen=6_400_000, counterparty=teacher)
        return found(there, gift, paid, report, rule="TY-05")

    assert told("07") == [("critical", None)]
    assert told("12") == told("04") == []


def test_so_34() -> None:
    there = D.registered(ME, "2021-01-01", kind="association")
    account = "a_" + "b" * 32
    branch = D.branch(ME, "2024-02-01", account=account, branch_id="b-1")
    firm, main = party("某公司"), party("本会", account="a_" + "a" * 32)
    own = D.account_filed(ME, "2021-01-05", account="a_" + "a" * 32)
    fee = D.payment(ME, "2025-03-01", amount_fen=200_000, direction="in", counterparty=firm, own_account=account)
    up: Json = {"counterparty": main, "own_account": account, "purpose_text": "管理费"}
    told = "2025-12-31T00:00"
    assert found(there, own, branch, fee, rule="SO-34", until=told) == [("medium", "b")]
    handed = D.payment(ME, "2025-03-01", amount_fen=800_000, direction="out", **up)
    assert found(there, own, branch, handed, rule="SO-34", until=told) == [("medium", "c")]
    funded = D.payment(ME, "2025-03-01", amount_fen=800_000, direction="in", **up)
    assert found(there, own, branch, funded, rule="SO-34", until=told) == []
    assert found(there, own, branch, rule="SO-34") == [("low", "e")]
    assert found(D.registered(ME, "2021-01-01", kind="service_institution"), branch, rule="SO-34", until=told) == [
        ("high", "a")
    ]
