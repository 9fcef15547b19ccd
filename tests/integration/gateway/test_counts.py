"""Stated numbers at the door, on real Kafka and PostgreSQL: what the log holds decides, whoever wrote it."""

import json
import secrets
from typing import Any

import pytest

from contracts import partition_of
from tests.builders.events import Desk
from tests.builders.records import PARTITIONS, Json
from tests.integration.gateway.house import House, outgoing, some_code, some_desk

pytestmark = [pytest.mark.real, pytest.mark.anyio]
PAYMENTS = "finance.payments.v1"


class Branch:
    """A source of its own, so that what others sent to the topic is not among its numbers."""

    def __init__(self) -> None:
        self.source, self.desk = f"/finance/{secrets.token_hex(8)}", some_desk()

    def pays(self, *amounts_fen: int) -> list[Json]:
        return [self._mine(self.desk.payment(some_code(), "2026-01-02", amount_fen=fen)) for fen in amounts_fen]

    def declares(self, count: int, fen: int) -> Json:
        (declared,) = Desk(secrets.token_hex(8)).completed(PAYMENTS, "2026-01-03")
        del declared["_topic"]
        return self._mine(declared | {"data": declared["data"] | {"event_count": count, "amount_fen": fen}})

    def _mine(self, event: Json) -> Json:
        return event | {"source": self.source}


async def shares_of(house: House, declared: Json) -> dict[int, tuple[int, int]]:
    """Read what the copies of a declaration say in each partition."""
    found = {}
    for record in await house.records(PAYMENTS):
        value = json.loads(record.value)
        if value["id"] == declared["id"]:
            found[record.partition] = (value["data"]["event_count"], value["data"]["amount_fen"])
    return found


async def test_what_was_sent_over_http_and_past_it_is_compared_and_shown_until_it_agrees(
    house: House, infrastructure: Any
) -> None:
    branch = Branch()
    sent, produced = branch.pays(10, 20, 30), branch.pays(40)
    assert (await house.send(*sent)).status_code == 202
    await house.produce(infrastructure, *outgoing(produced), *outgoing(produced))
    wrong = branch.declares(3, 60)
    refused = await house.send(wrong)
    assert (refused.status_code, refused.json()["code"]) == (422, "count_mismatch")
    assert "stated 3, counted 4" in refused.json()["errors"][0]["detail"]
    assert await shares_of(house, wrong) == {}
    assert [item["code"] for item in await house.rejected(wrong)] == ["count_mismatch"]
    (blocked,) = await blocked_of(house, branch)
    assert blocked["stated"] == {"event_count": 3, "amount_fen": 60}
    assert blocked["counted"] == {"event_count": 4, "amount_fen": 100}
    right = branch.declares(4, 100)
    assert (await house.send(right)).status_code == 202
    wanted = dict.fromkeys(range(PARTITIONS), (0, 0))
    for event in [*sent, *produced]:
        at = partition_of(event["subject"], PARTITIONS)
        wanted[at] = (wanted[at][0] + 1, wanted[at][1] + event["data"]["amount_fen"])
    assert await shares_of(house, right) == wanted
    assert (await house.send(branch.declares(0, 0))).status_code == 202, "counted anew from here"
    assert await blocked_of(house, branch) == []
    assert await house.rejected(right) == [], "its copies differ in their numbers and are no conflict"


async def blocked_of(house: House, branch: Branch) -> list[Json]:
    answer = await house.get("/v1/status")
    (row,) = [row for row in answer.json()["sources"] if row["source"] == branch.source]
    return list(row["blocked"])
