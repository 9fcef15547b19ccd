"""Events at the door, on real Kafka and PostgreSQL."""

import asyncio
import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from chassis.database import Database
from gateway.settings import GatewaySettings
from tests.builders.records import Json
from tests.integration.gateway.house import (
    SECRET,
    House,
    a_payment,
    encoded,
    running_gateway,
    some_code,
    some_desk,
    until,
)

pytestmark = [pytest.mark.real, pytest.mark.anyio]
PAYMENTS = "finance.payments.v1"


async def sent_to(house: House, topic: str, event: Json) -> list[Json]:
    """Read the copies of an event from its topic."""
    values = [json.loads(record.value) | {"_partition": record.partition} for record in await house.records(topic)]
    return [value for value in values if (value["source"], value["id"]) == (event["source"], event["id"])]


async def test_structured_binary_and_batch_lead_to_the_same_receipt(house: House) -> None:
    structured, binary, batched = a_payment(), a_payment(), a_payment()
    attributes = {f"ce-{name}": value for name, value in binary.items() if name not in ("data", "datacontenttype")}
    answers = [
        await house.send_raw(encoded(structured)),
        await house.send_raw(encoded(binary["data"]), content_type="application/json; charset=utf-8", **attributes),
        await house.send(batched),
    ]
    for answer, event in zip(answers, (structured, binary, batched), strict=True):
        assert answer.status_code == 202, answer.text
        (receipt,) = answer.json()["receipts"]
        assert receipt["status"] == "accepted"
        assert (receipt["source"], receipt["id"], receipt["topic"]) == (event["source"], event["id"], PAYMENTS)
        (copy,) = await sent_to(house, PAYMENTS, event)
        assert copy["_partition"] == receipt["partition"]


async def test_the_same_again_is_a_duplicate_with_the_first_receipt_and_other_content_a_conflict(house: House) -> None:
    event = a_payment()
    first = (await house.send(event)).json()["receipts"][0]
    again = (await house.send(event)).json()["receipts"][0]
    assert again == first | {"status": "duplicate"}
    other = await house.send(event | {"data": event["data"] | {"amount_fen": 7}})
    assert (other.status_code, other.json()["code"]) == (409, "identity_conflict")
    assert len(await sent_to(house, PAYMENTS, event)) == 1


async def test_two_requests_with_one_identity_at_once_write_it_once(house: House) -> None:
    event = a_payment()
    other = event | {"data": event["data"] | {"amount_fen": 7}}
    answers = await asyncio.gather(*(house.send(each) for each in (event, event, other, event)))
    told = sorted(a.json()["receipts"][0]["status"] if a.status_code == 202 else a.json()["code"] for a in answers)
    assert told in (
        ["accepted", "duplicate", "duplicate", "identity_conflict"],
        ["accepted", "identity_conflict", "identity_conflict", "identity_conflict"],
    )
    assert len(await sent_to(house, PAYMENTS, event)) == 1


async def test_one_bad_event_keeps_all_out_and_partial_lets_the_good_in(house: House) -> None:
    good, bad = a_payment(), a_payment()
    bad["data"]["amount_fen"] = -5
    refused = await house.send(good, bad)
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert (error["index"], error["pointer"], error["code"]) == (1, "/data/amount_fen", "invalid")
    assert await sent_to(house, PAYMENTS, good) == []
    assert (await house.where(good))["http"] == 404
    assert (await house.where(bad))["status"] == "rejected"
    partly = await house.send(good, bad, query="?partial=true")
    assert partly.status_code == 207
    assert [(r["index"], r["status"]) for r in partly.json()["receipts"]] == [(0, "accepted"), (1, "rejected")]


async def test_a_correction_under_another_subject_is_a_withdrawal_there_and_an_event_of_its_own(house: House) -> None:
    desk, right = some_desk(), some_code()
    wrong = desk.payment(some_code(), "2026-03-02", amount_fen=5_000)
    moved = desk.payment(right, "2026-03-02", amount_fen=5_000, corrects=wrong["id"])
    await house.send(wrong)
    receipt = (await house.send(moved)).json()["receipts"][0]
    assert receipt["status"] == "accepted"
    (copy,) = await sent_to(house, PAYMENTS, moved)
    assert "corrects" not in copy
    assert copy["subject"] == right
    withdrawals = await withdrawals_of(house, wrong)
    assert [each["subject"] for each in withdrawals] == [wrong["subject"]]
    again = (await house.send(moved)).json()["receipts"][0]
    assert again == receipt | {"status": "duplicate"}
    assert len(await withdrawals_of(house, wrong)) == 1
    house.behind.answers["/events/status"] = {"status": "withdrawn", "alerts": []}
    where = await house.where(wrong)
    assert (where["status"], where["moved_to"]) == ("corrected", moved["id"])


async def withdrawals_of(house: House, event: Json) -> list[Json]:
    values = [json.loads(record.value) for record in await house.records(PAYMENTS)]
    return [value for value in values if value["data"].get("event_id") == event["id"]]


async def test_a_declaration_of_completeness_is_in_every_partition_after_the_events_before_it(house: House) -> None:
    desk = some_desk()
    (declared,) = desk.completed(PAYMENTS, "2026-01-01")
    del declared["_topic"]
    event = desk.payment(some_code(), "2025-12-31", amount_fen=1)
    answer = await house.send(declared, event)
    assert answer.status_code == 202, answer.text
    assert {copy["_partition"] for copy in await sent_to(house, PAYMENTS, declared)} == set(range(6))
    by_time = sorted(await house.records(PAYMENTS), key=lambda record: record.timestamp_us)
    order = [
        record.value.find(event["id"].encode()) >= 0
        for record in by_time
        if event["id"].encode() in record.value or declared["id"].encode() in record.value
    ]
    assert order == [True] + [False] * 6
    assert (await house.send(declared)).json()["receipts"][0]["status"] == "duplicate"
    assert len(await sent_to(house, PAYMENTS, declared)) == 6


async def test_raw_numbers_become_tokens_at_the_door(house: House) -> None:
    person, card = "330326199001011234", "6222021001122334455"
    event = a_payment(
        counterparty={"kind": "person", "person": person, "name": "张三"},
        own_account=card,
        purpose_text=f"还款 {card}",
    )
    assert (await house.send(event)).status_code == 202
    (copy,) = await sent_to(house, PAYMENTS, event)
    answer = await house.http.post(
        "/v1/tokens", json={"persons": [person], "accounts": [card]}, headers=await house.headers("finance")
    )
    tokens = answer.json()
    assert copy["data"]["counterparty"]["person"] == tokens["persons"][0]
    assert copy["data"]["own_account"] == tokens["accounts"][0]
    assert card not in copy["data"]["purpose_text"]
    async with house.database.read() as session:
        row = await session.fetch_one("SELECT * FROM access_ledger ORDER BY number DESC LIMIT 1")
    assert row is not None
    assert (row["client_id"], row["persons"], row["accounts"]) == ("finance", 1, 1)


def with_data(**data: object) -> bytes:
    event = a_payment()
    return encoded(event | {"data": event["data"] | data})


def without_basis() -> bytes:
    event = a_payment()
    del event["data"]["legal_basis"]
    return encoded(event)


def ahead() -> bytes:
    return encoded(a_payment() | {"time": (datetime.now(UTC) + timedelta(hours=25)).isoformat()})


BAD: list[tuple[str, Callable[[], bytes], int, str]] = [
    ("invalid JSON", lambda: b'{"specversion": "1.0", ', 400, "malformed"),
    ("duplicate keys", lambda: encoded(a_payment()).replace(b'"id":', b'"id": "x", "id":', 1), 400, "malformed"),
    ("NaN", lambda: with_data(amount_fen=float("nan")), 400, "malformed"),
    ("lone surrogate", lambda: with_data(purpose_text="@").replace(b"@", rb"\ud800"), 400, "malformed"),
    ("depth 17", lambda: with_data(extra="@").replace(b'"@"', b"[" * 17 + b"]" * 17), 400, "malformed"),
    ("300 KiB", lambda: with_data(purpose_text="x" * 300 * 1024), 413, "too_large"),
    ("unknown type", lambda: encoded(a_payment() | {"type": "finance.payment.dreamt.v1"}), 422, "unknown_type"),
    ("other department's source", lambda: encoded(a_payment() | {"source": "/tax/bureau"}), 403, "wrong_department"),
    ("float money", lambda: with_data(amount_fen=10.5), 422, "invalid"),
    ("exponent money", lambda: with_data(amount_fen="@").replace(b'"@"', b"1e2"), 422, "invalid"),
    ("negative money", lambda: with_data(amount_fen=-1), 422, "invalid"),
    ("missing legal basis", without_basis, 422, "legal_basis_missing"),
    ("time 25 h ahead", ahead, 422, "time_ahead"),
]


@pytest.mark.parametrize(("body", "status", "code"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
async def test_a_bad_event_is_refused_and_on_record(
    house: House, body: Callable[[], bytes], status: int, code: str
) -> None:
    answer = await house.send_raw(body())
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    newest = (await house.get("/v1/events/rejected", limit=1)).json()["items"][0]
    assert (newest["code"], newest["topic"]) == (code, None)


async def test_requests_that_are_too_large_or_of_another_kind_are_refused(house: House) -> None:
    assert (await house.send(*[a_payment()] * 1_001)).status_code == 413
    assert (await house.send_raw(b" " * (4 * 1024 * 1024 + 1))).status_code == 413
    assert (await house.send_raw(encoded(a_payment()), content_type="text/plain")).status_code == 415
    assert (await house.send_raw(encoded(a_payment()), content_type="application/json")).status_code == 415


async def test_only_departments_publish_and_only_for_themselves(house: House) -> None:
    event = a_payment()
    for client in ("staff", "app"):
        assert (await house.send(event, client=client)).status_code == 403
    other = await house.send(event, client="tax")
    assert (other.status_code, other.json()["code"]) == (403, "wrong_department")
    for headers in ({}, {"authorization": "Bearer e30.e30.c2ln"}, {"authorization": f"Bearer {'x' * 9000}"}):
        answer = await house.http.post("/v1/events", content=b"[]", headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


async def test_what_another_department_sent_is_not_there(house: House) -> None:
    event = a_payment()
    await house.send(event)
    assert (await house.where(event))["status"] == "accepted"
    assert (await house.where(event, client="staff"))["http"] == 200
    for client in ("tax", "app"):
        assert (await house.where(event, client=client))["http"] == 404


async def test_a_token_is_given_for_the_form_and_for_basic_and_wrong_secrets_are_slowed_down(house: House) -> None:
    form = {"grant_type": "client_credentials"}
    basic = base64.b64encode(f"tax:{SECRET}".encode()).decode()
    answer = await house.http.post("/v1/oauth/token", data=form, headers={"authorization": f"Basic {basic}"})
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["expires_in"] == 900
    assert answer.headers["cache-control"] == "no-store"
    guessed = form | {"client_id": "civil-affairs", "client_secret": "guessed"}
    statuses = [(await house.http.post("/v1/oauth/token", data=guessed)).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]
    unknown = await house.http.post("/v1/oauth/token", data=form | {"client_id": "nobody", "client_secret": "x"})
    assert (unknown.status_code, unknown.json()["error"]) == (401, "invalid_client")
    other = await house.http.post("/v1/oauth/token", data={"grant_type": "password"})
    assert (other.status_code, other.json()["error"]) == (400, "unsupported_grant_type")


async def test_the_log_s_events_get_receipts_that_the_door_could_not_write(settings: GatewaySettings) -> None:
    """As after a crash between the acknowledgement and the receipt."""
    event = a_payment()
    async with running_gateway(settings) as house:
        receipt = (await house.send(event)).json()["receipts"][0]
    database = Database(settings.database_url.get_secret_value())
    async with database.write() as session:
        await session.run("DELETE FROM receipts WHERE id = $1", event["id"])
        await session.run("DELETE FROM consumer_offsets WHERE consumer = 'gateway-admission'")
    await database.close()
    async with running_gateway(settings) as restarted:

        async def is_known() -> bool:
            return bool((await restarted.where(event))["http"] == 200)

        await until(is_known)
        assert (await restarted.where(event))["offset"] == receipt["offset"]
        assert (await restarted.send(event)).json()["receipts"][0] == receipt | {"status": "duplicate"}
