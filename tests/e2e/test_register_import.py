"""Clerks write the register and import an extract, through the gateway, on everything that runs."""

import asyncio
import json
import secrets
from typing import Any

import httpx
import pytest

from contracts.register_extract import EXTRACT_BYTES_MAX
from tests.builders.extracts import CSV, FORMS, MONEY, NAME, PERSON, Planted, as_csv, rows_of, with_forty_faults
from tests.e2e.door import Door, Json
from tests.e2e.events import some_code

pytestmark = [pytest.mark.real, pytest.mark.anyio]
ROWS = 90  # just enough for forty faults; benchmarks/register_import.py has five thousand
RAW_PERSON = "339999198001010019"


async def post(door: Door, path: str, body: Json, *, client: str = "civil-affairs", **headers: str) -> httpx.Response:
    return await door.http.post(path, json=body, headers=await door.headers(client) | headers)


async def upload(door: Door, content: bytes, *, media_type: str = CSV) -> Json:
    headers = await door.headers("civil-affairs") | {"content-type": media_type}
    answer = await door.http.post("/v1/imports?kind=organizations", content=content, headers=headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def commit(door: Door, import_id: str) -> httpx.Response:
    return await post(door, f"/v1/imports/{import_id}/commit", {})


def an_entry(code: str, **more: Any) -> Json:
    return {
        "code": code,
        "name": "虚拟县晨曦协会",
        "kind": "association",
        "registered_on": "2020-01-02",
        "start_up_funds_fen": 3_000_000,
        "division": "330326",
        **more,
    }


async def test_a_clerk_reads_what_was_written_at_once_and_everybody_hears_it_once(door: Door) -> None:
    code = some_code()
    written = await post(door, "/v1/organizations", an_entry(code, legal_representative=RAW_PERSON))
    assert written.status_code == 201, written.text
    file = (await door.get(f"/v1/organizations/{code}")).json()
    assert (file["name"], file["identity"]["name"]["by"]["id"]) == ("虚拟县晨曦协会", written.json()["id"])
    assert RAW_PERSON not in json.dumps(file)
    post_taken = {"person": RAW_PERSON, "name_masked": "王*", "post": "chair", "from_on": "2021-01-01"}
    assert (await post(door, f"/v1/organizations/{code}/posts", post_taken)).status_code == 201
    await door.until_quiet()
    file = (await door.get(f"/v1/organizations/{code}")).json()
    assert (file["totals"]["posts"], file["posts"][0]["content"]["post"]) == (1, "chair")
    assert file["posts"][0]["content"]["person"] == file["identity"]["legal_representative"]["value"]
    identity = {"source": written.json()["source"], "id": written.json()["id"]}
    told = (await door.get("/v1/events", **identity)).json()
    assert (told["topic"], told["status"] in {"accepted", "applied"}) == ("civil-affairs.organizations.v1", True)


async def test_a_clerk_is_told_what_stands_against_a_write(door: Door) -> None:
    code = some_code()
    posts = f"/v1/organizations/{code}/post-leavings"
    leaving = {"person": RAW_PERSON, "post": "chair", "to_on": "2022-01-01"}
    assert (await post(door, posts, leaving)).status_code == 404
    assert (await post(door, "/v1/organizations", an_entry(code))).status_code == 201
    assert (await post(door, "/v1/organizations", an_entry(code))).status_code == 409
    answer = await post(door, posts, leaving)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    bad = await post(door, f"/v1/organizations/{code}/penalties", {"penalty_id": "p", "kind": "bow", "served_on": "x"})
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "/kind")


async def test_the_same_write_under_one_key_is_written_once(door: Door) -> None:
    code, key = some_code(), secrets.token_hex(8)
    first, second = [
        await post(door, "/v1/organizations", an_entry(code), **{"idempotency-key": key}) for _ in range(2)
    ]
    assert (first.status_code, second.status_code, first.json()) == (201, 201, second.json())


@pytest.mark.parametrize("form", FORMS)
async def test_an_extract_with_forty_faults_is_told_forty_times_and_mended_it_is_in_and_heard(
    door: Door, form: str
) -> None:
    write, media_type = FORMS[form]
    rows = rows_of(ROWS, first=100_000 + ROWS * list(FORMS).index(form))
    faulty, planted = with_forty_faults(rows)
    found = await upload(door, write(faulty), media_type=media_type)
    assert (found["state"], found["rows"], found["errors_count"]) == ("faulty", ROWS, 40)
    assert [Planted(each["row"], each["column"], each["code"]) for each in found["errors"]] == planted
    assert all(
        each[part][language] for each in found["errors"] for part in ("what", "mend") for language in ("zh", "en")
    )
    told = json.dumps(found["errors"], ensure_ascii=False)
    assert not [row for row in faulty if any(row[place] and row[place] in told for place in (NAME, PERSON))]
    assert (await commit(door, found["id"])).status_code == 409
    await nothing_is_written(door, rows)

    found = await upload(door, write(rows), media_type=media_type)
    assert (found["state"], found["to_register"], found["errors"]) == ("ready", ROWS, [])
    await nothing_is_written(door, rows)
    first, second = await asyncio.gather(commit(door, found["id"]), commit(door, found["id"]))
    assert (first.status_code, first.json()["state"]) == (200, "committed"), first.text
    assert (second.status_code, second.json()) == (200, first.json())
    assert (await door.get(f"/v1/organizations/{rows[-1][0]}")).json()["name"] == rows[-1][NAME]
    await until_said(door, [f"import-{found['id']}-{row}" for row in range(2, ROWS + 2)])

    again = await upload(door, write(rows), media_type=media_type)
    assert (again["state"], again["unchanged"], again["to_register"], again["to_change"]) == ("ready", ROWS, 0, 0)


async def test_a_file_of_another_kind_and_one_that_is_too_large_are_refused(door: Door) -> None:
    headers = await door.headers("civil-affairs")
    for media_type, content, status in (("application/pdf", b"x", 415), (CSV, b"x" * (EXTRACT_BYTES_MAX + 1), 413)):
        answer = await door.http.post(
            "/v1/imports?kind=organizations", content=content, headers=headers | {"content-type": media_type}
        )
        assert (answer.status_code, answer.json()["status"]) == (status, status)


async def test_an_import_is_refused_when_the_register_changed_underneath(door: Door) -> None:
    row = [*rows_of(1)[0]]
    row[0] = some_code()
    found = await upload(door, as_csv([row]))
    assert (await post(door, "/v1/organizations", an_entry(row[0]))).status_code == 201
    refused = await commit(door, found["id"])
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    row[MONEY] = "40000"
    found = await upload(door, as_csv([row]))
    assert (found["to_register"], found["to_change"]) == (0, 1)
    assert (await commit(door, found["id"])).status_code == 200


async def nothing_is_written(door: Door, rows: list[list[str]]) -> None:
    for row in (rows[0], rows[len(rows) // 2], rows[-1]):
        assert (await door.get(f"/v1/organizations/{row[0]}")).status_code == 404


async def until_said(door: Door, ids: list[str]) -> None:
    """Wait until the log has each event of an import, once."""
    await door.until_quiet()
    for id_ in ids:
        told = (await door.get("/v1/events", source="/civil-affairs/registry", id=id_)).json()
        assert told.get("topic") == "civil-affairs.organizations.v1", told
