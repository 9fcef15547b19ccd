"""From a department's door to the stream, over the real thing."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.door import Door, Json, own_producer, produce
from tests.e2e.events import account_filed, completed, organization_registered, payment, some_code

pytestmark = [pytest.mark.real, pytest.mark.anyio]
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


async def alerts_when_quiet(door: Door, **filters: object) -> list[Json]:
    await door.until_quiet()
    return await door.every_alert(**filters)


async def test_two_million_in_a_day_are_one_alert_with_evidence_and_clause(door: Door) -> None:
    code = some_code()
    await door.send_until_accepted([organization_registered(code), account_filed(code)], client="civil-affairs")
    payments = [payment(code, yuan="1300000"), payment(code, yuan="800000")]
    await door.send_until_accepted(payments, client="finance")

    (alert,) = await alerts_when_quiet(door, organization=code, rule="SO-01")

    assert alert["severity"] == "medium"
    assert alert["state"] == "open"
    assert alert["measured"]["day_fen"] == 210_000_000
    assert {(e["source"], e["id"]) for e in alert["evidence"]} == {(p["source"], p["id"]) for p in payments}
    assert [(clause["instrument"], clause["article"]) for clause in alert["law"]] == [("CASH-LARGE-2016-3", "5")]


async def test_the_events_behind_an_alert_are_shown_as_they_were_received_to_those_who_may_see_them(
    door: Door,
) -> None:
    code = some_code()
    large = payment(code, yuan="2100000")
    await door.send_until_accepted([large], client="finance")
    (alert,) = await alerts_when_quiet(door, organization=code)

    (shown,) = (await door.get(f"/v1/alerts/{alert['id']}/evidence")).json()["items"]
    assert shown["event"]["data"]["amount_fen"] == 210_000_000
    assert (shown["event"]["type"], shown["event"]["subject"]) == (large["type"], code)
    (named,) = (await door.get(f"/v1/alerts/{alert['id']}/evidence", client="civil-affairs")).json()["items"]
    assert named == {name: value for name, value in shown.items() if name != "event"}
    assert (await door.get(f"/v1/alerts/{alert['id']}/evidence", client="tax")).status_code == 404


async def test_an_alert_reaches_the_stream_and_a_resumed_stream_misses_nothing(door: Door) -> None:
    first, second = some_code(), some_code()
    stream = door.stream()
    told = asyncio.ensure_future(anext(e async for e in stream if told_of(e, first)))
    await asyncio.sleep(0)
    await door.send_until_accepted([payment(first, yuan="2100000")], client="finance")
    seen = await asyncio.wait_for(told, timeout=30)
    assert seen["event"] == "alert.raised"

    await door.send_until_accepted([payment(second, yuan="2200000")], client="finance")
    await door.until_quiet()
    resumed = door.stream(last_event_id=seen["id"])
    later = await asyncio.wait_for(anext(e async for e in resumed if told_of(e, second)), timeout=30)
    assert int(later["id"]) > int(seen["id"])


def told_of(event: Json, code: str) -> bool:
    return bool(event["data"].get("alert", {}).get("organization", {}).get("code") == code)


async def test_a_correction_withdraws_the_alert_and_the_history_stays(door: Door) -> None:
    code = some_code()
    wrong = payment(code, yuan="2100000")
    await door.send_until_accepted([wrong], client="finance")
    (alert,) = await alerts_when_quiet(door, organization=code)

    mended = payment(code, yuan="21000") | {"corrects": wrong["id"]}
    await door.send_until_accepted([mended], client="finance")

    (alert,) = await alerts_when_quiet(door, organization=code)
    assert alert["state"] == "withdrawn"
    where = await door.get("/v1/events", client="finance", source=wrong["source"], id=wrong["id"])
    assert where.json()["status"] == "corrected"
    where = await door.get("/v1/events", client="finance", source=mended["source"], id=mended["id"])
    assert where.json()["status"] == "applied"


async def test_absence_is_concluded_only_when_the_tax_office_is_complete(door: Door) -> None:
    code = some_code()
    await door.send_until_accepted([organization_registered(code, on="2025-03-01")], client="civil-affairs")
    await door.send_until_accepted([payment(code, yuan="6200", on="2025-03-20")], client="finance")
    assert await alerts_when_quiet(door, organization=code, rule="SO-21") == []
    waiting = (await door.get(f"/v1/organizations/{code}/waiting")).json()["items"]
    assert [item["rule"] for item in waiting if item["topic"] == "tax.registrations.v1"] == ["SO-21"]

    await door.send_until_accepted([completed("tax.registrations.v1", until="2025-04-02")], client="tax")

    (alert,) = await alerts_when_quiet(door, organization=code, rule="SO-21")
    assert alert["measured"]["moved_a"] == 620_000
    waiting = (await door.get(f"/v1/organizations/{code}/waiting")).json()["items"]
    (later,) = [item for item in waiting if item["rule"] == "SO-21"]
    assert later["since"] == "2025-05-31", "the ninety-first day, which would make it graver, still waits"


async def test_the_departments_own_producer_and_http_lead_to_the_same_alert(county: Any, door: Door) -> None:
    code = some_code()
    async with own_producer(county.credentials, "finance") as producer:
        await produce(producer, "finance.payments.v1", [payment(code, yuan="2300000")])

    (alert,) = await alerts_when_quiet(door, organization=code)

    assert alert["rule"] == "SO-01"
    assert alert["organization"]["code"] == code


async def test_the_file_of_an_organization_is_there_with_its_code_checked(door: Door) -> None:
    code = some_code()
    await door.send_until_accepted([organization_registered(code, on="2024-05-06")], client="civil-affairs")
    await door.until_quiet()

    file = (await door.get(f"/v1/organizations/{code}", client="app")).json()

    assert (file["code"], file["kind"], file["status"]) == (code, "association", "active")
    assert file["code_check"] == {"gb32100": True, "gb11714": True}


def test_the_readme_s_first_alert_takes_two_pushes(county: Any) -> None:
    for department in ("civil-affairs", "finance"):
        path = EXAMPLES / f"first-alert.{department}.jsonl"
        command = [
            sys.executable,
            "-m",
            "qinglian.cli",
            "push",
            str(path),
            "--department",
            department,
            "--home",
            str(county.home),
        ]
        pushed = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert pushed.returncode == 0, pushed.stdout + pushed.stderr


async def test_the_readme_s_first_alert_is_there(door: Door) -> None:
    example = json.loads((EXAMPLES / "first-alert.finance.jsonl").read_text().splitlines()[0])
    (alert,) = await alerts_when_quiet(door, organization=example["subject"])
    assert alert["rule"] == "SO-01"
