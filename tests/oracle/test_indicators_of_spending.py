"""The oracle against what the indicators say of spending."""

from typing import Any

from tests.builders.codes import code_of
from tests.builders.events import Desk, party
from tests.builders.records import Json, heard, records_of
from tests.oracle.oracle import open_alerts

ME = code_of(1)
D = Desk()


def said(*story: Json) -> list[tuple[str, str]]:
    """Give severity and branch of the alerts on spending."""
    alerts = open_alerts(heard(records_of([*story, *D.all_completed("2026-12-01T00:00")])))
    mine = [alert for alert in alerts.get(ME, []) if alert["rule"] == "SO-30"]
    return [(alert["severity"], alert["measured"]["branch"]) for alert in mine]


def spent(day: str, yuan: int, purpose: str | None = None, **data: Any) -> Json:
    return D.payment(ME, day, amount_fen=yuan * 100, purpose_text=purpose, **data)


def there(**data: Any) -> list[Json]:
    """Register an organization of which a serving official is vice-chair."""
    seat = D.post_taken(ME, "2024-06-01", person="王五", post="vice_chair", official_status="serving")
    return [D.registered(ME, "2024-05-01", **data), seat]


def test_so_30_single_payments() -> None:
    dealer = party("昆阳烟酒商行")
    assert said(*there(), spent("2026-09-15", 5_600, counterparty=dealer)) == [("medium", "a")]
    assert said(*there(), spent("2026-09-05", 5_600, counterparty=dealer)) == [("low", "a")]
    assert said(*there(), spent("2026-05-15", 5_600, counterparty=dealer)) == [("low", "a")]
    assert said(*there(), spent("2026-05-15", 50_000, counterparty=dealer)) == [("high", "a")]
    assert said(*there(), spent("2026-05-15", 8_000, "医用酒精")) == []
    assert said(*there(sector="旅游服务"), spent("2026-05-15", 8_000, "旅游推介")) == []
    assert said(there()[0], spent("2026-05-15", 5_600, counterparty=dealer)) == []
    award = D.award(ME, "2025-07-19")
    assert said(there()[0], award, spent("2026-05-15", 5_600, counterparty=dealer)) == [("low", "a")]
    assert said(there()[0], award, spent("2026-07-19", 5_600, counterparty=dealer)) == []
    meeting = D.activity(ME, "2026-05-01", activity_id="act-1", kind="conference", budget_fen=3_000_000)
    assert said(*there(), meeting, spent("2026-05-15", 30_000, "年会场地", project_ref="act-1")) == []


def test_so_30_against_what_is_usual() -> None:
    def month(*usual: int, spends: int) -> list[tuple[str, str]]:
        before = [spent(f"2025-{number:02d}-12", yuan, "景区门票") for number, yuan in enumerate(usual, 7)]
        return said(
            *there(), *before, spent("2026-05-05", spends // 2, "旅游"), spent("2026-05-25", spends // 2, "旅游")
        )

    assert month(400, 400, spends=3_400) == [("low", "b")]
    assert month(200, 600, 900, spends=3_400) == [("low", "b")]
    assert month(200, 700, 900, spends=3_400) == []
    assert month(400, 1_200, spends=3_400) == [("low", "b")]
    assert month(200, spends=2_800) == []
    assert month(800, spends=3_400) == []
    assert month(spends=3_400) == []
