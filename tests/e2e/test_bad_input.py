"""Bad input is normal input: one row each, with the answer at the door and what is on record afterwards."""

import asyncio
import datetime as dt
import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError

from chassis.clock import FixedClock
from gateway.domain.callers import Caller
from gateway.outbound.access_tokens import AccessTokens, load_key
from tests.e2e.door import BATCH, SINGLE, Door, Json, own_producer, produce, producer_of
from tests.e2e.events import LEGAL_BASIS, organization_registered, payment, some_code

pytestmark = [pytest.mark.real, pytest.mark.anyio]
Note = Callable[[str, object], None]
PAYMENTS = "finance.payments.v1"


def valid() -> Json:
    return payment(some_code(), yuan="10")


def encoded(event: Json) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode()


def with_data(**data: object) -> bytes:
    event = valid()
    event["data"] |= data
    return encoded(event)


def nested(depth: int) -> bytes:
    event = valid()
    event["data"]["extra"] = json.loads("[" * depth + "]" * depth)
    return encoded(event)


def duplicate_key() -> bytes:
    return encoded(valid()).replace(b'"specversion":', b'"specversion": "1.0", "specversion":', 1)


def not_a_number() -> bytes:
    return with_data(amount_fen=1234567).replace(b"1234567", b"NaN")


def exponent() -> bytes:
    return with_data(amount_fen=1234567).replace(b"1234567", b"1e2")


def ahead() -> bytes:
    event = valid()
    event["time"] = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=25)).isoformat()
    return encoded(event)


def without_legal_basis() -> bytes:
    event = valid()
    del event["data"]["legal_basis"]
    return encoded(event)


def tax_registration() -> Json:
    data = {"registered_on": "2026-03-02"}
    return valid() | {"source": "/tax/bureau", "type": "tax.registration.opened.v1", "data": data}


REFUSED_OVER_HTTP: list[tuple[str, Callable[[], bytes], int, str]] = [
    ("invalid JSON", lambda: b'{"specversion": "1.0", ', 400, "malformed"),
    ("duplicate keys", duplicate_key, 400, "malformed"),
    ("NaN", not_a_number, 400, "malformed"),
    ("depth 17", lambda: nested(17), 400, "malformed"),
    ("300 KiB", lambda: with_data(purpose_text="x" * 300 * 1024), 413, "too_large"),
    ("unknown type", lambda: encoded(valid() | {"type": "finance.payment.dreamt.v1"}), 422, "unknown_type"),
    ("other department's source", lambda: encoded(valid() | {"source": "/tax/bureau"}), 403, "wrong_department"),
    ("other department's type", lambda: encoded(tax_registration()), 403, "wrong_department"),
    ("float money", lambda: with_data(amount_fen=10.5), 422, "invalid"),
    ("exponent money", exponent, 422, "invalid"),
    ("negative money", lambda: with_data(amount_fen=-1), 422, "invalid"),
    ("missing legal basis", without_legal_basis, 422, "legal_basis_missing"),
    ("time 25 h ahead", ahead, 422, "time_ahead"),
]


@pytest.mark.parametrize(
    ("body", "status", "code"), [row[1:] for row in REFUSED_OVER_HTTP], ids=[row[0] for row in REFUSED_OVER_HTTP]
)
async def test_a_bad_event_is_refused_with_where_and_why(
    door: Door, body: Callable[[], bytes], status: int, code: str, record_property: Note
) -> None:
    before = await rejected_events(door, "finance")
    answer = await door.send_raw(body(), client="finance")

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    codes = {problem["code"]} | {error["code"] for error in problem.get("errors", [])}
    assert code in codes, problem
    recorded = [item for item in await rejected_events(door, "finance") if item not in before]
    assert [item["code"] for item in recorded] in ([], [code]), "the publisher finds it again, once"
    record_property("answer", f"{status} {code}")
    record_property("record", f"rejected: {code}" if recorded else "none: nothing of it could be read")


async def test_a_batch_of_1001_is_refused_whole(door: Door, record_property: Note) -> None:
    answer = await door.send([valid() for _ in range(1_001)], client="finance")
    assert answer.status_code == 413, answer.text
    record_property("answer", "413 too_large")
    record_property("record", "none: a batch is refused before it is read")


async def test_one_bad_event_keeps_the_whole_batch_out_and_partial_lets_the_good_in(
    door: Door, record_property: Note
) -> None:
    good, bad = valid(), valid()
    bad["data"]["amount_fen"] = -5
    refused = await door.send([good, bad], client="finance")
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert (error["index"], error["pointer"]) == (1, "/data/amount_fen")
    where = await door.get("/v1/events", client="finance", source=good["source"], id=good["id"])
    assert where.status_code == 404, "nothing was sent"

    partly = await door.send([good, bad], client="finance", query="?partial=true")
    assert partly.status_code == 207
    assert [receipt["status"] for receipt in partly.json()["receipts"]] == ["accepted", "rejected"]
    record_property("answer", "422 with index and pointer; with partial=true 207")
    record_property("record", "the good one only with partial=true; the bad one rejected")


async def test_the_wrong_content_type_is_415(door: Door, record_property: Note) -> None:
    assert (await door.send_raw(encoded(valid()), client="finance", content_type="text/plain")).status_code == 415
    record_property("answer", "415")
    record_property("record", "none")


async def test_the_same_identity_is_a_duplicate_and_other_content_a_conflict(door: Door, record_property: Note) -> None:
    event = valid()
    first = await door.send([event], client="finance")
    again = await door.send([event], client="finance")
    assert again.json()["receipts"][0] | {"status": "accepted"} == first.json()["receipts"][0]
    assert again.json()["receipts"][0]["status"] == "duplicate"

    other = json.loads(json.dumps(event))
    other["data"]["amount_fen"] += 1
    refused = await door.send([other], client="finance")
    assert (refused.status_code, refused.json()["code"]) == (409, "identity_conflict")
    record_property("answer", "same: 202 duplicate with the first receipt; other: 409 identity_conflict")
    record_property("record", "the first stands")


async def test_an_expired_legal_basis_is_accepted_and_quarantined(door: Door, record_property: Note) -> None:
    event = payment(some_code(), yuan="3000000", legal_basis=LEGAL_BASIS | {"valid_until": "2020-01-01"})
    (receipt,) = await door.send_until_accepted([event], client="finance")
    assert receipt["status"] == "accepted"
    await door.until_quiet()
    where = await door.get("/v1/events", client="finance", source=event["source"], id=event["id"])
    assert where.json()["status"] == "quarantined"
    assert await door.every_alert(organization=event["subject"]) == []
    record_property("answer", "202 accepted")
    record_property("record", "quarantined: no alert of 3,000,000 yuan")


async def test_a_broken_credit_code_is_flagged_and_not_refused(door: Door, record_property: Note) -> None:
    code = some_code()
    broken = code[:-1] + ("1" if code[-1] == "0" else "0")
    await door.send_until_accepted([organization_registered(broken)], client="civil-affairs")
    await door.until_quiet()
    file = (await door.get(f"/v1/organizations/{broken}")).json()
    assert file["code_check"] == {"gb32100": False, "gb11714": True}
    record_property("answer", "202 accepted")
    record_property("record", "code_check gb32100 false, gb11714 true")


async def test_a_raw_identity_number_over_http_becomes_a_token_and_is_nowhere_on_disk(
    county: Any, door: Door, record_property: Note
) -> None:
    person, card = fresh_identity_number(), "62220210" + "".join(secrets.choice("0123456789") for _ in range(11))
    party = {"kind": "person", "person": person, "name": "张三"}
    event = payment(some_code(), yuan="10", counterparty=party, purpose_text=f"还款 {card} 谢谢", own_account=card)
    await door.send_until_accepted([event], client="finance")
    await door.until_quiet()
    answer = await door.http.post(
        "/v1/tokens", json={"persons": [person], "accounts": [card]}, headers=await door.headers("finance")
    )
    assert answer.json()["persons"][0].startswith("p_")
    assert answer.json()["accounts"][0].startswith("a_")
    assert files_that_hold(county.home, person.encode(), card.encode()) == []
    record_property("answer", "202 accepted")
    record_property("record", "tokens; the identity number and the card number of the purpose are in no file")


async def test_a_raw_identity_number_by_kafka_is_dead_and_stands_only_in_the_publishers_log(
    county: Any, door: Door, record_property: Note
) -> None:
    person = fresh_identity_number()
    event = payment(some_code(), yuan="10", counterparty={"kind": "person", "person": person, "name": "李四"})
    (rejected,) = await rejected_by_kafka(county, door, [event])
    assert rejected["code"] == "raw_identity"
    places = files_that_hold(county.home, person.encode())
    assert places, "the publisher's own topic log is beyond us"
    assert {path.parent.name.rpartition("-")[0] for path in places} == {PAYMENTS}
    record_property("answer", "dead letter raw_identity")
    record_property("record", "the value stands in the publisher's own topic log only")


async def test_a_record_on_the_wrong_partition_is_refused_and_the_partition_goes_on(
    county: Any, door: Door, record_property: Note
) -> None:
    event = valid()
    async with own_producer(county.credentials, "finance") as producer:
        partitions = await producer.partitions_for(PAYMENTS)
        right = (await producer.send_and_wait(PAYMENTS, b"{}", key=event["subject"].encode())).partition
        wrong = next(p for p in partitions if p != right)
        headers = [("content-type", SINGLE.encode())]
        await producer.send_and_wait(
            PAYMENTS, encoded(event), key=event["subject"].encode(), partition=wrong, headers=headers
        )
        await produce(producer, PAYMENTS, [after := payment(event["subject"], yuan="5")])
    await door.until_quiet()
    rejected = await rejected_events(door, "finance")
    assert [r["code"] for r in rejected if r["id"] == event["id"]] == ["wrong_partition"]
    where = await door.get("/v1/events", client="finance", source=after["source"], id=after["id"])
    assert where.json()["status"] == "applied"
    record_property("answer", "dead letter wrong_partition")
    record_property("record", "rejected; the next record is applied")


async def test_a_conflict_by_kafka_is_recorded_and_the_first_stands(
    county: Any, door: Door, record_property: Note
) -> None:
    event = payment(some_code(), yuan="2100000")
    other = json.loads(json.dumps(event))
    other["data"]["amount_fen"] = 1
    await door.send_until_accepted([event], client="finance")
    (rejected,) = await rejected_by_kafka(county, door, [other])
    assert rejected["code"] == "identity_conflict"
    (alert,) = await door.every_alert(organization=event["subject"])
    assert alert["measured"]["day_fen"] == 210_000_000
    record_property("answer", "dead letter identity_conflict")
    record_property("record", "rejected; the alert is of the first")


async def test_wrong_password_no_token_a_forged_and_an_expired_token_are_turned_away(
    county: Any, door: Door, record_property: Note
) -> None:
    form = {"grant_type": "client_credentials", "client_id": door.credentials["clients"]["finance"]["client_id"]}
    wrong = await door.http.post("/v1/oauth/token", data=form | {"client_secret": "guessed"})
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    key = load_key(Path(county.home) / "keys" / "access.pem")
    an_hour_ago = FixedClock(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
    expired, _ = AccessTokens(key, clock=an_hour_ago).sign(Caller("finance", "department", "finance"))
    for authorization in (None, "Bearer e30.e30.c2ln", f"Bearer {expired}"):
        headers = {"content-type": BATCH} | ({"authorization": authorization} if authorization else {})
        answer = await door.http.post("/v1/events", content=b"[]", headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    record_property("answer", "401 invalid_client; 401 without a token, with a forged or an expired one")
    record_property("record", "none")


async def test_finance_cannot_write_a_tax_topic_by_kafka(county: Any, record_property: Note) -> None:
    async with own_producer(county.credentials, "finance") as producer:
        with pytest.raises(TopicAuthorizationFailedError):
            await asyncio.wait_for(producer.send_and_wait("tax.registrations.v1", b"{}", key=b"x"), timeout=20)
    record_property("answer", "the broker: TopicAuthorizationFailedError")
    record_property("record", "none")


async def test_a_wrong_password_at_the_broker_opens_nothing(county: Any, record_property: Note) -> None:
    forged = producer_of({"kafka": county.credentials["kafka"] | {"users": {"finance": "guessed"}}}, "finance")
    try:
        with pytest.raises(KafkaError):
            await forged.start()
    finally:
        await forged.stop()
    record_property("answer", "the broker refuses the connection")
    record_property("record", "none")


async def rejected_events(door: Door, client: str) -> list[Json]:
    answer = await door.get("/v1/events/rejected", client=client, limit=200)
    answer.raise_for_status()
    items: list[Json] = answer.json()["items"]
    return items


async def rejected_by_kafka(county: Any, door: Door, events: list[Json]) -> list[Json]:
    async with own_producer(county.credentials, "finance") as producer:
        await produce(producer, PAYMENTS, events)
    await door.until_quiet()
    ids = {event["id"] for event in events}
    return [item for item in await rejected_events(door, "finance") if item["id"] in ids]


def fresh_identity_number() -> str:
    """An identity number with a valid check character. Source: GB 11643-1999."""
    body = f"3303261990{secrets.randbelow(12) + 1:02}{secrets.randbelow(28) + 1:02}{secrets.randbelow(1000):03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(w * int(c) for w, c in zip(weights, body, strict=True)) % 11]


def files_that_hold(home: Path, *needles: bytes) -> list[Path]:
    """Every file of the running platform (broker, database, logs) in which one of the values stands."""
    found = []
    for path in home.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if any(needle in content for needle in needles):
                found.append(path)
    return found
