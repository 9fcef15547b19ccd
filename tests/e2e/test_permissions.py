"""Every kind of caller at every door of the running county: the answer is the one in the table, and nothing leaks."""

import json
import secrets
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from gateway.domain.public_file import PUBLIC_FIELDS
from tests.builders.permissions import Row, rows
from tests.e2e.door import SINGLE, Door, Json
from tests.e2e.events import account_filed, organization_registered, payment, some_code

pytestmark = [pytest.mark.real, pytest.mark.anyio]
ROLES = ("handler", "checker", "approver", "rule-owner", "rule-approver", "credit-officer", "auditor", "admin")
SUPERVISE = {"staff", *ROLES} - {"admin"}
MAY_KNOW_OF_ALERT = SUPERVISE | {"civil-affairs"}
MAY_KNOW_OF_LISTING = SUPERVISE | {"civil-affairs"}
MAY_KNOW_OF_PAYMENT = SUPERVISE | {"finance"}
PASSWORD = "four-blue-lotus-flowers"


class Attempts:
    """What there is to be seen, and who tries to see it."""

    def __init__(self, door: Door) -> None:
        self.door, self.http = door, door.http
        self.code = some_code()
        self.payment = payment(self.code, yuan="2100000")
        self.victim = f"v{secrets.token_hex(6)}"
        self.alert_id = ""
        self.listing_id = ""

    async def prepare(self) -> None:
        """Let there be an organization, a payment of it, an alert that civil affairs decides about, and an account."""
        told = [organization_registered(self.code), account_filed(self.code)]
        await self.door.send_until_accepted(told, client="civil-affairs")
        await self.door.send_until_accepted([self.payment], client="finance")
        await self.door.until_quiet()
        (alert,) = await self.door.every_alert(organization=self.code)
        self.alert_id = alert["id"]
        proposed = await self.http.post(
            "/v1/listings", json=self.proposal(), headers=await self.headers("credit-officer")
        )
        assert proposed.status_code == 201, proposed.text
        self.listing_id = proposed.json()["id"]
        headers = await self.headers("admin")
        made = {"name": self.victim, "password": PASSWORD, "roles": ["handler"]}
        assert (await self.http.post("/v1/accounts", json=made, headers=headers)).status_code == 201

    async def headers(self, caller: str) -> dict[str, str]:
        """Say who is asking: a person by a session of its own, a client by its token."""
        if caller == "none":
            return {}
        if caller not in ROLES:
            return await self.door.headers(caller)
        said = {"username": caller, "password": self.door.credentials["users"][caller]}
        answer = await self.http.post("/v1/session", json=said)
        assert answer.status_code == 200, answer.text
        cookie = answer.headers["set-cookie"].partition(";")[0]
        self.http.cookies.clear()
        return {"cookie": cookie, "x-csrf-token": answer.json()["csrf_token"]}

    async def attempt(self, row: Row, headers: dict[str, str]) -> httpx.Response:
        """Knock at one door."""
        path = row.path.format(
            code=self.code,
            alert_id=self.alert_id,
            listing_id=self.listing_id,
            name=self.victim,
            type="finance.payment.settled.v1",
            id="1",
            collection="posts",
            import_id="none",
        )
        sent: dict[str, Any] = {"headers": headers, **self.said().get(row.operation, {})}
        sent["headers"] = headers | sent.pop("more_headers", {})
        if row.path == "/v1/stream":
            async with self.http.stream("GET", path, **sent) as answer:
                if answer.status_code != httpx.codes.OK:
                    await answer.aread()
                return answer
        return await self.http.request(row.method.upper(), path, **sent)

    def proposal(self) -> Json:
        """A proposal for the abnormal list."""
        return {"organization": self.code, "cause": "other", "reason": "见附件"}

    def said(self) -> dict[str, Json]:
        """What each door is told; what is let in must be able to succeed."""
        event = json.dumps(payment(self.code, yuan="5"))
        return {
            "post /v1/oauth/token": {
                "data": {"grant_type": "client_credentials", "client_id": secrets.token_hex(8), "client_secret": "y"}
            },
            "post /v1/session": {"json": {"username": secrets.token_hex(8), "password": PASSWORD}},
            "post /v1/session/password": {"json": {"old_password": PASSWORD, "password": "short"}},
            "post /v1/accounts": {
                "json": {"name": f"n{secrets.token_hex(6)}", "password": PASSWORD, "roles": ["handler"]}
            },
            "patch /v1/accounts/{name}": {"json": {"is_disabled": True}},
            "post /v1/accounts/{name}/password": {"json": {"password": PASSWORD + "2"}},
            "post /v1/events": {"content": event, "more_headers": {"content-type": SINGLE}},
            "get /v1/events": {"params": {"source": self.payment["source"], "id": self.payment["id"]}},
            "get /v1/events/rejected": {"params": {"limit": 200}},
            "get /v1/alerts": {"params": {"organization": self.code}},
            "get /v1/listings": {"params": {"organization": self.code}},
            "post /v1/listings": {"json": self.proposal()},
            "post /v1/listings/{listing_id}/acts": {"json": {"act": "state", "text": "见附件"}},
            "post /v1/tokens": {"json": {"persons": [], "accounts": []}},
            "post /v1/imports": {
                "params": {"kind": "organizations"},
                "content": "统一社会信用代码\r\n",
                "more_headers": {"content-type": "text/csv"},
            },
        }

    def leaks(self, row: Row, caller: str, answer: httpx.Response) -> list[str]:
        """Say what of an answer this caller must not know."""
        text = "" if row.path == "/v1/stream" and answer.status_code == httpx.codes.OK else answer.text
        found = [word for word in ("argon2", "password_hash", PASSWORD, "Traceback") if word in text]
        if self.alert_id in text and caller not in MAY_KNOW_OF_ALERT:
            # To its publisher an event names the alerts that it took part in.
            found += [] if (row.operation, caller) == ("get /v1/events", "finance") else ["the alert"]
        if self.listing_id in text and caller not in MAY_KNOW_OF_LISTING:
            found.append("the listing")
        if self.payment["data"]["payment_id"] in text and caller not in MAY_KNOW_OF_PAYMENT:
            found.append("the payment")
        if row.operation == "get /v1/organizations/{code}" and answer.is_success and caller not in SUPERVISE:
            found += sorted(set(answer.json()) - set(PUBLIC_FIELDS))
        if not answer.is_success and self.code in text:
            found.append("the organization")
        return found


async def test_each_caller_gets_at_each_door_the_answer_in_the_table_and_nothing_that_is_not_its_own(
    door: Door,
    record_property: Callable[[str, object], None],
) -> None:
    attempts = Attempts(door)
    await attempts.prepare()
    table, wrong, leaked = rows(), [], []
    callers = list(table[0].expected)
    lines = [f"{'':<45}" + " ".join(f"{caller[:7]:>7}" for caller in callers)]
    headers = {caller: await attempts.headers(caller) for caller in callers}
    for row in table:
        told = []
        for caller, expected in row.expected.items():
            own = await attempts.headers(caller) if row.operation == "delete /v1/session" else headers[caller]
            answer = await attempts.attempt(row, own)
            told.append(f"{answer.status_code:>7}")
            if answer.status_code != expected:
                wrong.append(f"{row.operation} as {caller}: {answer.status_code}, not {expected}: {answer.text[:300]}")
            leaked += [f"{row.operation} as {caller}: {what}" for what in attempts.leaks(row, caller, answer)]
        lines.append(f"{row.operation:<45}" + " ".join(told))
    count = sum(len(row.expected) for row in table)
    record_property("table", "\n".join([*lines, f"{count} attempts, {len(wrong)} other answers, {len(leaked)} leaks"]))
    assert wrong == []
    assert leaked == []
