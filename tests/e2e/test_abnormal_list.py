"""One organization's way onto the abnormal list and off it, as clerks and the public see it through the gateway."""

from typing import Any

import pytest

from tests.e2e.door import Door, Json
from tests.e2e.events import event, organization_registered, some_code

pytestmark = [pytest.mark.real, pytest.mark.anyio]


def not_filed(code: str, *, on: str) -> Json:
    return event(
        "civil-affairs.inspection.concluded.v1",
        source="/civil-affairs/registry",
        subject=code,
        time=f"{on}T09:00:00+08:00",
        data={"year": 2025, "outcome": "not_filed", "concluded_on": on},
    )


class Clerk:
    """A person who is signed in."""

    def __init__(self, door: Door, headers: dict[str, str]) -> None:
        self.http, self.headers = door.http, headers

    @classmethod
    async def signed_in(cls, door: Door, name: str) -> "Clerk":
        said = {"username": name, "password": door.credentials["users"][name]}
        answer = await door.http.post("/v1/session", json=said)
        assert answer.status_code == 200, answer.text
        cookie = answer.headers["set-cookie"].partition(";")[0]
        door.http.cookies.clear()
        return cls(door, {"cookie": cookie, "x-csrf-token": answer.json()["csrf_token"]})

    async def step(self, listing_id: str, act: str, *, on: str, status: int = 200, **said: Any) -> Json:
        body = {"act": act, "on": on, "document": "平民〔2026〕1号", "text": "见附件"} | said
        answer = await self.http.post(f"/v1/listings/{listing_id}/acts", json=body, headers=self.headers)
        assert answer.status_code == status, answer.text
        told: Json = answer.json()
        return told


async def public_entry(door: Door, code: str) -> Json | None:
    """Read the public list as anyone can, to its end."""
    cursor = ""
    while True:
        answer = await door.http.get(f"/v1/public/lists/abnormal?limit=200{cursor}")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
        for entry in answer.json()["items"]:
            if entry["organization"]["code"] == code:
                found: Json = entry
                return found
        if answer.json()["next"] is None:
            return None
        cursor = f"&cursor={answer.json()['next']}"


def due_dates(listing: Json) -> dict[str, str]:
    return {each["name"]: each["due_on"] for each in listing["deadlines"]}


async def test_a_listing_over_spring_festival_is_on_the_public_list_from_its_decision_to_its_removal(
    door: Door,
) -> None:
    code = some_code()
    told = [organization_registered(code), not_filed(code, on="2026-02-02")]
    await door.send_until_accepted(told, client="civil-affairs")
    await door.until_quiet()
    officer, approver = await Clerk.signed_in(door, "credit-officer"), await Clerk.signed_in(door, "approver")
    (listing,) = (await door.get("/v1/listings", organization=code)).json()["items"]
    assert (listing["state"], listing["proposer"], listing["cause"]) == ("proposed", "platform", "annual_report")

    early = await approver.step(listing["id"], "decide", on="2026-02-02", outcome="list", status=409)
    assert early["code"] == "out_of_order"
    noticed = await officer.step(listing["id"], "notice", on="2026-02-02")
    # statement: 3 to 6, 9 to 13 and Saturday 14 February; decision: 24 to 27, Saturday 28 February, 2 to 6 March
    assert due_dates(noticed) == {"statement": "2026-02-14", "decision": "2026-03-06"}
    window = await approver.step(listing["id"], "decide", on="2026-02-14", outcome="list", status=409)
    assert window["code"] == "too_early"
    assert await public_entry(door, code) is None

    decided = await approver.step(listing["id"], "decide", on="2026-02-25", outcome="list")
    # service: 26, 27, Saturday 28 February, 2, 3 March
    assert due_dates(decided)["service"] == "2026-03-03"
    entry = await public_entry(door, code)
    assert entry == {
        "organization": {"code": code, "name": told[0]["data"]["name"]},
        "list": "abnormal",
        "cause": "annual_report",
        "cause_zh": "未按规定报送年度工作报告或年检不合格",
        "effective_on": "2026-02-25",
    }
    seen = (await door.get(f"/v1/organizations/{code}/credit", client="app")).json()
    assert seen == {"code": code, "lists": [entry]}

    await officer.step(listing["id"], "apply", on="2026-04-01")
    verified = await officer.step(listing["id"], "verify", on="2026-04-28", outcome="met")
    # verification: 2, 3, 7 to 10, 13 to 16 April; removal: 29, 30 April, 6, 7, 8 May
    assert (due_dates(verified)["verification"], due_dates(verified)["removal"]) == ("2026-04-16", "2026-05-08")
    await approver.step(listing["id"], "lift", on="2026-05-08", outcome="repaired")
    assert await public_entry(door, code) is None
    whole = (await door.get(f"/v1/listings/{listing['id']}")).json()
    assert (whole["state"], whole["lifted_on"]) == ("lifted", "2026-05-08")
    missed = {each["name"] for each in whole["deadlines"] if each["missed"]}
    assert missed == {"service", "verification"}, "never served, and verified twelve days late"
