"""What services say, as clients follow it; and whether all is quiet."""

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from chassis.bus import Outgoing
from chassis.kafka_bus import KafkaBus
from contracts import CLOUDEVENTS_HEADERS, TOPICS, encode_event, make_event
from contracts.monitor import AlertOrganization, AlertRaised, AlertWindow
from tests.builders.records import Json
from tests.integration.gateway.house import House, a_payment, some_code, until

pytestmark = [pytest.mark.real, pytest.mark.anyio]
ALERTS = "monitor.alerts.v1"
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def an_alert(code: str, revision: int = 1) -> Outgoing:
    alert_id = f"alert-{secrets.token_hex(8)}"
    data = AlertRaised(
        id=alert_id,
        rule="SO-01",
        rule_version=1,
        organization=AlertOrganization(code, "平阳县试行协会"),
        severity="medium",
        state="open",
        window=AlertWindow("2026-03-01", "2026-03-02"),
        raised_at=NOW,
        amended_at=None,
        title="大额",
        why="因为",
        measured={"day_fen": 1},
        evidence=(),
        evidence_count=0,
        law=(),
        settled=False,
        history=False,
        revision=revision,
        reason="new",
    )
    event = make_event(
        type="monitor.alert.raised.v1",
        source="/monitor/funds",
        id=f"{alert_id}:{revision}",
        subject=code,
        time=NOW,
        data=data,
    )
    return Outgoing(ALERTS, encode_event(event), code.encode(), None, CLOUDEVENTS_HEADERS)


async def say(house: House, infrastructure: Any, *messages: Outgoing) -> None:
    await house.produce(infrastructure, *messages, department="funds-monitor")


@contextlib.asynccontextmanager
async def following(house: House, last_event_id: str | None = None) -> AsyncIterator[AsyncIterator[Json]]:
    headers = await house.headers("staff")
    if last_event_id is not None:
        headers["last-event-id"] = last_event_id
    async with house.http.stream("GET", "/v1/stream", headers=headers, timeout=httpx.Timeout(30)) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield events_of(answer)


async def events_of(answer: httpx.Response) -> AsyncIterator[Json]:
    event: Json = {}
    async for line in answer.aiter_lines():
        field, _, value = line.partition(":")
        if not line and "data" in event:
            yield event | {"data": json.loads(event["data"])}
            event = {}
        elif field:
            event[field] = value.strip()


async def take(events: AsyncIterator[Json], count: int, codes: Sequence[str]) -> list[Json]:
    """Take the next events about these organizations."""
    taken: list[Json] = []
    async with asyncio.timeout(30):
        async for event in events:
            if event["data"]["alert"]["organization"]["code"] in codes:
                taken.append(event)
            if len(taken) == count:
                return taken
    return taken


async def test_an_alert_is_on_the_stream_once_and_a_resumed_stream_misses_nothing(
    house: House, infrastructure: Any
) -> None:
    codes = [some_code() for _ in range(6)]
    alerts = [an_alert(code) for code in codes]
    async with following(house) as events:
        await say(house, infrastructure, alerts[0])
        (first,) = await take(events, 1, codes)
    assert first["event"] == "alert.raised"
    assert first["data"]["type"] == "alert.raised"
    assert first["data"]["alert"]["window"] == {"from": "2026-03-01", "to": "2026-03-02"}
    assert first["data"]["at"].startswith("2026-03-02T00:00:00")
    await say(house, infrastructure, *alerts[1:5], alerts[0])
    async with following(house, first["id"]) as events:
        caught_up = await take(events, 4, codes)
        await say(house, infrastructure, alerts[5])
        caught_up += await take(events, 1, codes)
    told = [event["data"]["alert"]["organization"]["code"] for event in caught_up]
    assert sorted(told[:4]) == sorted(codes[1:5])
    assert told[4] == codes[5]
    ids = [int(event["id"]) for event in (first, *caught_up)]
    assert ids == sorted(set(ids))


async def test_the_stream_s_numbers_have_no_gaps_whatever_shards_commit_at_once(
    house: House, infrastructure: Any
) -> None:
    codes = [some_code() for _ in range(60)]
    await asyncio.gather(*(say(house, infrastructure, *[an_alert(code) for code in codes[n::3]]) for n in range(3)))

    async def all_are_there() -> bool:
        async with house.database.read() as session:
            bodies = await session.fetch("SELECT body FROM stream_log")
        found = b"".join(row["body"] for row in bodies)
        return all(code.encode() in found for code in codes)

    await until(all_are_there)
    async with house.database.read() as session:
        row = await session.fetch_one(
            "SELECT count(*), max(sequence), (SELECT sequence FROM stream_counter) FROM stream_log"
        )
    assert row is not None
    assert row[0] == row[1] == row[2]


async def test_the_stream_is_for_staff_and_takes_only_its_own_numbers(house: House) -> None:
    for client in ("finance", "app"):
        assert (await house.get("/v1/stream", client=client)).status_code == 403
    headers = await house.headers("staff") | {"last-event-id": "abc"}
    assert (await house.http.get("/v1/stream", headers=headers)).status_code == 400


async def test_alerts_and_files_come_from_the_services_and_are_away_with_them(house: House) -> None:
    page = {"items": [{"id": "a1", "rule": "SO-01"}], "next": None}
    code = some_code()
    file = {"code": code, "name": "x", "kind": "association", "status": "active", "division": "1", "posts": [1]}
    rules = {"items": [{"id": "SO-01", "decides": "civil-affairs"}, {"id": "SO-14", "decides": "finance"}]}
    waiting = {"items": [{"rule": "SO-01"}, {"rule": "SO-14"}]}
    house.behind.answers |= {
        "/alerts": page,
        f"/organizations/{code}": file,
        "/rules": rules,
        f"/organizations/{code}/waiting": waiting,
    }
    assert (await house.get("/v1/alerts", client="staff", rule="SO-01", limit=5)).json() == page
    asked = next(request for request in house.behind.asked if request.url.path == "/alerts")
    assert dict(asked.url.params) == {"rule": "SO-01", "limit": "5"}
    assert (await house.get("/v1/alerts", client="app")).status_code == 403
    assert (await house.get("/v1/alerts", client="staff", limit=201)).status_code == 422
    assert (await house.get(f"/v1/organizations/{code}", client="staff")).json() == file
    assert "posts" not in (await house.get(f"/v1/organizations/{code}", client="app")).json()
    shown = (await house.get(f"/v1/organizations/{code}/waiting", client="finance")).json()["items"]
    assert [item["rule"] for item in shown] == ["SO-14"]
    house.behind.away.add("/alerts")
    away = await house.get("/v1/alerts", client="staff")
    assert (away.status_code, away.json()["code"]) == (503, "unavailable")
    assert int(away.headers["retry-after"]) >= 1


async def test_quiet_is_said_only_when_every_stage_is_at_the_end(house: House) -> None:
    async def status() -> Json:
        found: Json = (await house.http.get("/v1/status")).json()
        return found

    assert not (await status())["quiet"], "no service has said where it is"
    known = {(row["source"], row["topic"]) for row in (await status())["sources"]}
    assert known >= {(source, topic.name) for topic in TOPICS.all for source in topic.known_sources}
    event = a_payment()
    await house.send(event)
    ends = await ends_of_log(house)

    def stand_at(positions: dict[tuple[str, int], int], backlog: int = 0) -> None:
        rows = [{"topic": t, "partition": p, "next_offset": offset} for (t, p), offset in positions.items()]
        said = {"ready": True, "outbox_backlog": backlog, "partitions": rows}
        house.behind.answers["/status"] = said

    stand_at(ends)

    async def is_quiet() -> bool:
        return bool((await status())["quiet"])

    await until(is_quiet)
    receipt = await house.where(event)
    place = (receipt["topic"], receipt["partition"])
    stand_at(ends | {place: ends[place] - 1})
    behind = await status()
    assert not behind["quiet"]
    of_event = (event["source"], place[0])
    assert [row["lag"] for row in behind["sources"] if (row["source"], row["topic"]) == of_event] == [1]
    stand_at(ends, backlog=1)
    assert not (await status())["quiet"]
    stand_at({key: offset for key, offset in ends.items() if key != place})
    assert not (await status())["quiet"], "a partition that nobody reads is not worked off"


async def ends_of_log(house: House) -> dict[tuple[str, int], int]:
    bus = KafkaBus(house.settings)
    try:
        consumer = await bus.read([topic.name for topic in TOPICS.all])
        return dict(await consumer.latest(consumer.assignment()))
    finally:
        await bus.close()


async def test_health_description_and_page_are_there_without_a_network(house: House) -> None:
    async def is_ready() -> bool:
        return (await house.http.get("/readyz")).status_code == 200

    await until(is_ready)
    assert (await house.http.get("/healthz")).status_code == 200
    house.behind.away.add("/readyz")
    assert (await house.http.get("/readyz")).status_code == 503
    services = (await house.http.get("/v1/status")).json()["services"]
    assert {each["name"]: each["ready"] for each in services} == {
        "registry": False,
        "funds-monitor": False,
        "credit": False,
        "gateway": True,
    }
    assert (await house.http.get("/v1/openapi.json")).json()["openapi"].startswith("3.1")
    page = (await house.http.get("/docs")).text
    assert "https://" not in page.replace("https://fastapi.tiangolo.com/img/favicon.png", "")
    assert (await house.http.get("/docs/assets/swagger-ui-bundle.js")).status_code == 200


async def test_laws_types_and_schemas_are_told(house: House) -> None:
    laws = (await house.get("/v1/laws")).json()["items"]
    assert {"AGREEMENT", "FISCAL", "OWN-FILING"} <= {law["key"] for law in laws}
    types = (await house.get("/v1/event-types")).json()["items"]
    payment = next(each for each in types if each["type"] == "finance.payment.settled.v1")
    assert payment["topic"] == "finance.payments.v1"
    schema = (await house.get(payment["schema"])).json()
    assert schema["title"] == "finance.payment.settled.v1"
    assert (await house.get("/v1/event-types/nothing.like.this.v1/schema")).status_code == 404
