"""The oracle against what the indicators say of money that many persons give."""

from typing import Any

from tests.builders.codes import code_of, person_of
from tests.builders.events import Desk, party
from tests.builders.records import Json, heard, records_of
from tests.oracle.oracle import open_alerts

ME, CHARITY = code_of(1), code_of(2, kind="53")
D = Desk()


def severities(*story: Json, qualified: bool | None = None) -> list[str]:
    """Give the severities of SO-35's alerts."""
    there = D.registered(ME, "2024-01-01", public_fundraising=qualified)
    alerts = open_alerts(heard(records_of([there, *story, *D.all_completed("2026-12-01T00:00")])))
    return [alert["severity"] for alert in alerts.get(ME, []) if alert["rule"] == "SO-35"]


def gifts(count: int, *sums_fen: int, days: int = 1, **data: Any) -> list[Json]:
    """Let so many persons give, spread over some days of March."""
    givers = [party("王*", kind="person", person=person_of(f"giver-{number}")) for number in range(count)]
    return [
        D.payment(
            ME,
            f"2026-03-{2 + number * days // count:02d}",
            amount_fen=sums_fen[number % len(sums_fen)],
            direction="in",
            counterparty=giver,
            **data,
        )
        for number, giver in enumerate(givers)
    ]


def test_two_hundred_givers_in_a_week_are_seen() -> None:
    assert severities(*gifts(200, 30_000)) == ["medium"]
    assert severities(*gifts(199, 30_000)) == []
    assert severities(*gifts(204, 30_000, days=12)) == []
    assert severities(*gifts(200, 250_000)) == []
    assert severities(*gifts(200, 240_000, 250_000, 260_000, 255_000, 245_000, 235_000, 270_000)) == ["high"]


def test_tuition_dues_and_the_qualified_are_not() -> None:
    assert severities(*gifts(200, 30_000, purpose_text="学费")) == []
    assert severities(*gifts(200, 30_000, earmark="membership_fee")) == []
    assert severities(*gifts(200, 30_000), D.fee(ME, "2026-01-01", amount_fen=15_000)) == []
    assert severities(*gifts(200, 30_000), qualified=True) == []


def test_a_joint_drive_counts_when_the_partner_is_qualified() -> None:
    partner = party("县慈善总会", code=CHARITY)
    joint: Json = {
        "kind": "joint_fundraising",
        "held_from": "2026-03-01",
        "held_to": "2026-03-31",
        "counterpart": partner,
    }
    drive = D.activity(ME, "2026-02-20", activity_id="joint", **joint)
    qualified = D.registered(CHARITY, "2025-01-01", public_fundraising=True)
    plain = D.registered(CHARITY, "2025-01-01")
    assert severities(*gifts(200, 30_000), drive, qualified) == []
    assert severities(*gifts(200, 30_000), drive, plain) == ["medium"]
    assert severities(*gifts(200, 30_000), qualified) == ["medium"]
