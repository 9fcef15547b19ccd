"""What departments write to Kafka themselves, past the HTTP door, and what is refused of it."""

import json
import secrets
from typing import Any

import pytest

from chassis.bus import Outgoing
from contracts import CLOUDEVENTS_HEADERS, partition_of
from tests.builders.records import Json
from tests.integration.gateway.house import House, a_payment, encoded, outgoing, some_code, some_desk, until

pytestmark = [pytest.mark.real, pytest.mark.anyio]
PAYMENTS = "finance.payments.v1"
DEAD = f"{PAYMENTS}.dead"


async def dead_letters(house: House, event_id: str) -> list[dict[str, bytes]]:
    """Read the dead letters of an event: headers, and `value`."""
    rejected = (await house.get("/v1/events/rejected", limit=200)).json()["items"]
    places = {(item["topic"], item["partition"], item["offset"]) for item in rejected if item["id"] == event_id}
    letters = [dict(record.headers) | {"value": record.value} for record in await house.records(DEAD)]
    return [
        letter
        for letter in letters
        if (letter["dead-topic"].decode(), int(letter["dead-partition"]), int(letter["dead-offset"])) in places
    ]


async def until_rejected(house: House, event: Json, count: int = 1) -> list[Json]:
    """Wait until refusals of an event are shown, and its dead letters are written."""

    async def is_there() -> bool:
        return len(await house.rejected(event)) == count and len(await dead_letters(house, event["id"])) == count

    await until(is_there)
    return await house.rejected(event)


async def test_an_event_by_kafka_gets_its_receipt_and_is_known_at_the_door(house: House, infrastructure: Any) -> None:
    event = a_payment()
    await house.produce(infrastructure, *outgoing([event]))

    async def is_known() -> bool:
        return bool((await house.where(event))["http"] == 200)

    await until(is_known)
    assert (await house.send(event)).json()["receipts"][0]["status"] == "duplicate"
    sources = (await house.http.get("/v1/status")).json()["sources"]
    (finance,) = [row for row in sources if (row["source"], row["topic"]) == (event["source"], PAYMENTS)]
    assert finance["last_event_at"] >= "2026-03-02T02:00:00"


async def test_a_refused_record_is_dead_once_and_the_partition_goes_on(house: House, infrastructure: Any) -> None:
    bad, good = a_payment(), None
    bad["data"]["amount_fen"] = -1
    good = a_payment(code=bad["subject"])
    await house.produce(infrastructure, *outgoing([bad, good]))
    (rejected,) = await until_rejected(house, bad)
    assert (rejected["code"], rejected["pointer"], rejected["topic"]) == ("invalid", "/data/amount_fen", PAYMENTS)
    (letter,) = await dead_letters(house, bad["id"])
    assert (letter["dead-code"], json.loads(letter["value"])["id"]) == (b"invalid", bad["id"])
    assert (await house.where(bad))["status"] == "rejected"

    async def good_is_known() -> bool:
        return bool((await house.where(good))["http"] == 200)

    await until(good_is_known)


async def test_a_raw_number_is_not_copied_anywhere(house: House, infrastructure: Any) -> None:
    person = f"33032619900101{secrets.randbelow(10_000):04}"
    event = a_payment(counterparty={"kind": "person", "person": person, "name": "李四"})
    await house.produce(infrastructure, *outgoing([event]))
    (rejected,) = await until_rejected(house, event)
    assert rejected["code"] == "raw_identity"
    (letter,) = await dead_letters(house, event["id"])
    assert letter["value"] == b""
    assert letter["dead-value"] == b"withheld"
    assert all(person.encode() not in record.value for record in await house.records(DEAD))
    async with house.database.read() as session:
        rows = await session.fetch("SELECT * FROM rejections")
    assert all(person not in str(value) for row in rows for value in row)


async def test_what_cannot_be_read_at_all_is_on_record(house: House, infrastructure: Any) -> None:
    noise = secrets.token_hex(8).encode()
    key = some_code().encode()
    large = Outgoing(PAYMENTS, b"[" + b" " * 300_000 + noise + b"]", key, None, CLOUDEVENTS_HEADERS)
    await house.produce(infrastructure, Outgoing(PAYMENTS, b"{" + noise, key, None, CLOUDEVENTS_HEADERS), large)

    async def both_are_there() -> bool:
        letters = [dict(record.headers) for record in await house.records(DEAD) if record.key == key or not record.key]
        return {b"undecodable", b"too_large"} <= {letter["dead-code"] for letter in letters}

    await until(both_are_there)
    assert all(len(record.value) < 300_000 for record in await house.records(DEAD))


async def test_the_wrong_partition_is_refused(house: House, infrastructure: Any) -> None:
    event = a_payment()
    wrong = (partition_of(event["subject"], 6) + 1) % 6
    await house.produce(infrastructure, *outgoing([event], partition=wrong))
    (rejected,) = await until_rejected(house, event)
    assert rejected["code"] == "wrong_partition"


async def test_of_two_contents_the_first_in_the_log_stands(house: House, infrastructure: Any) -> None:
    event = a_payment()
    other = event | {"data": event["data"] | {"amount_fen": 9}}
    await house.produce(infrastructure, *outgoing([event, event, other, event]))
    (rejected,) = await until_rejected(house, event)
    where = await house.where(event)
    assert rejected["code"] == "identity_conflict"
    assert rejected["offset"] == where["offset"] + 2
    assert (await house.send(event)).json()["receipts"][0]["status"] == "duplicate"
    assert (await house.send(other)).status_code == 409


async def test_a_withdrawal_goes_where_its_target_is(house: House) -> None:
    desk = some_desk()
    receipt = desk.receipt(some_code(), "2026-03-02", amount_fen=100)
    withdrawal = {name: value for name, value in desk.withdrawn(receipt).items() if not name.startswith("_")}
    await house.send(receipt)
    answer = await house.send(withdrawal)
    assert answer.json()["receipts"][0]["topic"] == "finance.receipts.v1", answer.text
    elsewhere = withdrawal | {"subject": some_code(), "id": f"{withdrawal['id']}x"}
    refused = await house.send(elsewhere)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/subject")
    again = withdrawal | {"data": {"event_id": withdrawal["id"], "reason": "x"}, "id": f"{withdrawal['id']}y"}
    assert (await house.send(again)).json()["code"] == "withdrawal_uncorrectable"


async def test_binary_mode_by_kafka_is_the_same_event(house: House, infrastructure: Any) -> None:
    event = a_payment()
    names = [name for name in event if name not in ("data", "datacontenttype")]
    headers = tuple((f"ce_{name}", event[name].encode()) for name in names)
    key = event["subject"].encode()
    message = Outgoing(PAYMENTS, encoded(event["data"]), key, None, (("content-type", b"application/json"), *headers))
    await house.produce(infrastructure, message)

    async def is_known() -> bool:
        return bool((await house.where(event))["http"] == 200)

    await until(is_known)
    assert (await house.send(event)).json()["receipts"][0]["status"] == "duplicate"
