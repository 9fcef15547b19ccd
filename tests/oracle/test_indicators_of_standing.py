"""The oracle against what the indicators say of organizations that may not act any more, or not now."""

from tests.builders.codes import code_of
from tests.builders.events import Desk, party
from tests.builders.records import Json, heard, records_of
from tests.oracle.oracle import open_alerts

ME = code_of(1)
D = Desk()
THERE = D.registered(ME, "2024-01-01")
REVOKED = D.ended(ME, "2026-06-01", how="revoked")
SUSPENDED = D.ended(ME, "2026-06-01")


def severities(*story: Json) -> list[str]:
    """Give the severities of SO-38's alerts."""
    alerts = open_alerts(heard(records_of([THERE, *story, *D.all_completed("2026-12-31T00:00")])))
    return [alert["severity"] for alert in alerts.get(ME, []) if alert["rule"] == "SO-38"]


def held(day: str) -> Json:
    return D.activity(ME, day, activity_id=f"act-{day}")


def test_whoever_is_revoked_and_acts_is_seen() -> None:
    assert severities(REVOKED, D.receipt(ME, "2026-06-02", amount_fen=50_000)) == ["critical"]
    assert severities(REVOKED, D.receipt(ME, "2026-06-01", amount_fen=50_000)) == []
    assert severities(D.receipt(ME, "2026-06-02", amount_fen=50_000)) == []
    gone = D.ended(ME, "2026-06-01", how="deregistered")
    assert severities(gone, D.payment(ME, "2026-06-05", amount_fen=400_000, direction="in")) == ["medium"]
    assert severities(gone, D.payment(ME, "2026-06-10", amount_fen=4_000_000, purpose_text="清算")) == []
    assert severities(gone, D.payment(ME, "2026-06-10", amount_fen=4_000_000)) == ["high"]
    interest = {"purpose_text": "利息", "counterparty": party("农商银行"), "direction": "in"}
    assert severities(gone, D.payment(ME, "2026-06-21", amount_fen=1_240, **interest)) == []


def test_whoever_is_suspended_and_acts_is_seen_for_at_most_180_days() -> None:
    assert severities(SUSPENDED, held("2026-10-20")) == ["high"]
    assert severities(SUSPENDED, held("2026-12-05")) == []
    assert severities(SUSPENDED, D.registered(ME, "2026-10-01", changed=True), held("2026-10-20")) == []
    assert severities(SUSPENDED, D.payment(ME, "2026-06-15", amount_fen=3_000_000, purpose_text="工资")) == []
    fee = D.payment(ME, "2026-06-15", amount_fen=3_000_000, direction="in", earmark="membership_fee")
    assert severities(SUSPENDED, fee) == ["high"]


def test_a_withdrawn_revocation_takes_all_back() -> None:
    assert severities(REVOKED, D.receipt(ME, "2026-06-02", amount_fen=50_000), D.withdrawn(REVOKED)) == []
