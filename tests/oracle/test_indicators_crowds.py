"""The oracle against what the indicators say of crowds: firms that are charged, and measures over many values."""

from tests.builders.codes import code_of
from tests.builders.events import Desk, party
from tests.builders.records import Json, heard, records_of
from tests.oracle.oracle import open_alerts

ME = code_of(1)
D = Desk()
THERE = D.registered(ME, "2024-01-01")


def alerts_of(story: list[Json], rule: str) -> list[tuple[str, str]]:
    """Give severity and branch of one rule's alerts."""
    alerts = open_alerts(heard(records_of([THERE, *story, *D.all_completed("2026-12-01T00:00")])))
    found = [alert for alert in alerts.get(ME, []) if alert["rule"] == rule]
    return [(alert["severity"], str(alert["measured"]["branch"])) for alert in found]


def firm(number: int) -> Json:
    return party(f"第{number}公司", code=code_of(40 + number, kind="91"))


def charged(firms: int, amount_fen: int = 300_000, *, every_days: int = 1) -> list[Json]:
    """Let so many firms pay one sum, one after the other."""
    days = [f"2026-03-{1 + number * every_days:02d}" for number in range(firms)]
    return [
        D.payment(ME, day, amount_fen=amount_fen, direction="in", counterparty=firm(number))
        for number, day in enumerate(days)
    ]


def given(firms: int, *, day: int = 15) -> list[Json]:
    """Let so many firms get receipts for services after an awards activity of 10 May."""
    held = D.activity(ME, "2026-05-01", activity_id="act", kind="award", held_from="2026-05-10")
    receipts = [
        D.receipt(ME, f"2026-05-{day + number:02d}", amount_fen=500_000, kind="service", payer=firm(number))
        for number in range(firms)
    ]
    return [held, *receipts]


def complained(*days: str) -> list[Json]:
    return [
        D.event(
            "civil-affairs.complaint.received.v1",
            ME,
            day,
            {"complaint_id": f"c-{day}", "kind": "fee", "received_on": day},
        )
        for day in days
    ]


def test_many_firms_that_pay_one_sum_are_seen() -> None:
    assert alerts_of(charged(10), "SO-33") == [("medium", "a")]
    assert alerts_of(charged(9), "SO-33") == []
    assert alerts_of(charged(10, 19_999), "SO-33") == []
    assert alerts_of([*charged(10), D.fee(ME, "2026-01-05", amount_fen=300_000)], "SO-33") == []


def test_receipts_after_an_activity_without_a_fee_are_seen() -> None:
    assert alerts_of(given(5), "SO-33") == [("medium", "b")]
    assert alerts_of(given(4), "SO-33") == []
    assert alerts_of([*given(5), D.fee(ME, "2026-01-05", amount_fen=500_000)], "SO-33") == []


def test_complaints_are_seen_and_two_branches_are_high() -> None:
    days = ("2026-03-02", "2026-03-20", "2026-05-01")
    assert alerts_of(complained(*days), "SO-33") == [("low", "c")]
    assert alerts_of(complained(*days[:2]), "SO-33") == []
    assert alerts_of([*charged(10), *complained(*days)], "SO-33") == [("high", "c")]
