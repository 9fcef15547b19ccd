"""What `/v1/status` says of sources: what the door refused and what the monitor sees, side by side."""

import pytest

from contracts import TOPICS
from contracts.counting import Blocked
from gateway.domain.calm import Look
from gateway.domain.counting import Claim, Difference
from gateway.usecases.ports import Observed
from gateway.usecases.show_status import show_status
from tests.builders.records import Json

pytestmark = pytest.mark.anyio
PAYMENTS = "finance.payments.v1"
SILENCE = {
    "state": "silent",
    "since": "2026-03-15T00:00:00Z",
    "declared_at": "2026-03-05T00:00:00Z",
    "allowed_days": 10,
}


async def row_of(source: str, observed: Observed) -> Json:
    async def observe() -> Observed:
        return observed

    said = await show_status(observe=observe, topics=TOPICS)
    (row,) = [row for row in said["sources"] if (row["source"], row["topic"]) == (source, PAYMENTS)]
    return dict(row)


def observed(*, monitor: Json, differences: list[Difference] | None = None) -> Observed:
    return Observed(Look({}, []), [], monitor, [], [], differences or [])


async def test_silence_and_blocked_declarations_of_the_monitor_are_passed_on_after_what_the_door_refused() -> None:
    in_log = Blocked("k-1", 2, None, 1, 10, None, 2_000_000).told(3)
    refused = Blocked("h-1", 7, 700, 6, 600, 1_000_000, 3_000_000)
    said = {"source": "/finance/treasury", "topic": PAYMENTS, "complete_until": None, "blocked": [in_log]}
    differences = [Difference(Claim("/finance/treasury", PAYMENTS), refused)]
    differences += [Difference(Claim("/finance/treasury", "finance.receipts.v1"), refused)]
    row = await row_of(
        "/finance/treasury", observed(monitor={"sources": [said | {"silence": SILENCE}]}, differences=differences)
    )
    assert row["silence"] == SILENCE
    assert [(each["partition"], each["id"]) for each in row["blocked"]] == [(None, "h-1"), (3, "k-1")]
    assert row["blocked"][0]["since"] == "1970-01-01T00:00:01Z"


async def test_while_the_monitor_says_nothing_nobody_knows_of_silence() -> None:
    row = await row_of("/finance/treasury", observed(monitor={}))
    assert (row["silence"], row["blocked"]) == (None, [])
