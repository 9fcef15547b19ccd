"""Credit on real Kafka and PostgreSQL: facts propose, named persons decide, and the list shows it the same minute."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey
from pydantic import SecretStr

from chassis import migrations, shipped
from chassis.clock import SystemClock
from chassis.database import Database
from chassis.internal_tokens import Principal, sign
from chassis.kafka_bus import KafkaBus
from contracts import admit
from credit.bootstrap import wire
from credit.settings import CreditSettings
from tests.builders.codes import code_of
from tests.builders.events import Desk
from tests.builders.records import Json
from tests.integration.monitor.running import outgoing

pytestmark = [pytest.mark.real, pytest.mark.anyio]
WAIT_S = 30.0  # a group's first join takes seconds
KEY = ECKey.generate_key("P-256")
OFFICER = Principal("officer", "staff", roles=("credit-officer",))
APPROVER = Principal("approver", "staff", roles=("approver",))
PUBLIC = Principal("public", "app")


class Credit:
    """Running credit, and who asks it."""

    def __init__(self, http: httpx.AsyncClient, infrastructure: Any, settings: CreditSettings) -> None:
        self.http, self.infrastructure, self.settings = http, infrastructure, settings

    async def ask(self, method: str, path: str, *, by: Principal = OFFICER, body: Json | None = None) -> httpx.Response:
        """Ask as the gateway does on behalf of somebody."""
        token = sign(by, KEY, clock=SystemClock())
        return await self.http.request(method, path, json=body, headers={"authorization": f"Bearer {token}"})

    async def step(self, listing_id: str, act: str, *, by: Principal = OFFICER, **said: Any) -> Json:
        """Take a step that is allowed."""
        body = {"act": act, "document": "平民〔2026〕1号", "text": "见附件"} | said
        answer = await self.ask("POST", f"/listings/{listing_id}/acts", by=by, body=body)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def publish(self, *events: Json) -> None:
        """Publish as civil affairs does."""
        password = SecretStr(self.infrastructure.kafka_password("civil-affairs"))
        more = {"kafka_username": "civil-affairs", "kafka_password": password}
        bus = KafkaBus(self.settings.model_copy(update=more))
        try:
            await bus.producer().send_many(list(outgoing(events)))
        finally:
            await bus.close()

    async def listing_of(self, code: str, **expected: Any) -> Json:
        """Wait until an organization has one listing like this."""
        async with asyncio.timeout(WAIT_S):
            while True:
                items = (await self.ask("GET", f"/listings?organization={code}")).json()["items"]
                if len(items) == 1 and expected.items() <= items[0].items():
                    found: Json = items[0]
                    return found
                await asyncio.sleep(0.05)

    async def public_codes(self) -> set[str]:
        """Read the whole public list, page by page."""
        codes: set[str] = set()
        cursor = ""
        while True:
            page = (await self.ask("GET", f"/public/lists/abnormal?limit=200{cursor}", by=PUBLIC)).json()
            codes |= {each["organization"]["code"] for each in page["items"]}
            if page["next"] is None:
                return codes
            cursor = f"&cursor={page['next']}"


@pytest.fixture(scope="module")
def settings(infrastructure: Any, tmp_path_factory: pytest.TempPathFactory) -> CreditSettings:
    key_file: Path = tmp_path_factory.mktemp("keys") / "internal.pem"
    key_file.write_bytes(KEY.as_pem(private=False))
    url = infrastructure.database_url("credit")
    migrations.upgrade(url, shipped.path("credit", "migrations"))
    return CreditSettings(
        database_url=SecretStr(url),
        kafka_bootstrap=infrastructure.kafka_bootstrap,
        kafka_username="credit",
        kafka_password=SecretStr(infrastructure.kafka_password("credit")),
        internal_public_key_file=key_file,
    )


@pytest.fixture
async def credit(infrastructure: Any, settings: CreditSettings) -> AsyncIterator[Credit]:
    bus, database = KafkaBus(settings), Database(settings.database_url.get_secret_value())
    service = wire(settings, bus=bus, database=database, clock=SystemClock())
    for part in service.parts:
        await part.open()
    transport = httpx.ASGITransport(service.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://credit", timeout=30) as http:
        yield Credit(http, infrastructure, settings)
    for part in reversed(service.parts):
        await part.close()
    await bus.close()


@pytest.fixture
def desk() -> Desk:
    return Desk(secrets.token_hex(8))


def some_code() -> str:
    return code_of(secrets.randbelow(1_000_000))


async def test_a_listing_from_the_fact_to_the_public_list_and_off_it_again(credit: Credit, desk: Desk) -> None:
    code = some_code()
    inspected = desk.inspection(code, "2026-03-02", year=2025, outcome="not_filed")
    await credit.publish(desk.registered(code, "2020-01-01"), inspected, inspected)
    listing = await credit.listing_of(code, state="proposed", cause="annual_report")
    assert listing["facts"] == [{"source": inspected["source"], "id": inspected["id"]}]
    assert listing["proposer"] == "platform"

    noticed = await credit.step(listing["id"], "notice", on="2026-03-02")
    assert {each["name"]: each["due_on"] for each in noticed["deadlines"]} == {
        "statement": "2026-03-16",
        "decision": "2026-03-30",
    }
    assert code not in await credit.public_codes()
    decided = await credit.step(listing["id"], "decide", by=APPROVER, on="2026-03-20", outcome="list")
    assert (decided["state"], decided["effective_on"]) == ("listed", "2026-03-20")
    assert code in await credit.public_codes()

    await credit.step(listing["id"], "apply", on="2026-04-01")
    await credit.step(listing["id"], "verify", on="2026-04-10", outcome="met")
    await credit.step(listing["id"], "lift", by=APPROVER, on="2026-04-13", outcome="repaired")
    assert code not in await credit.public_codes()
    seen = (await credit.ask("GET", f"/organizations/{code}/credit", by=PUBLIC)).json()
    assert seen == {"code": code, "lists": []}
    assert await said_of(credit, code) == ["proposed", "noticed", "decided", "lifted"]


async def said_of(credit: Credit, code: str) -> list[str]:
    """Wait for the outbox, then read what was said of an organization."""
    async with asyncio.timeout(WAIT_S):
        while (await credit.ask("GET", "/status")).json()["outbox_backlog"]:  # noqa: ASYNC110 - in another table
            await asyncio.sleep(0.05)
    bus = KafkaBus(credit.settings)  # credit may read what it says
    try:
        consumer = await bus.read(["credit.listings.v1"])
        assignment = consumer.assignment()
        ends = await consumer.latest(assignment)
        for place in assignment:
            consumer.seek(place, 0)
        consumer.resume(assignment)
        records: list[Any] = []
        while len(records) < sum(ends.values()):
            records += await consumer.getmany(timeout_s=0.2, records_max=1_000)
    finally:
        await bus.close()
    events: list[Any] = [admit(record) for record in records if record.key == code.encode()]
    return [event.type.split(".")[2] for event in events]


async def test_a_fact_taken_back_leaves_the_listing_and_asks_for_a_decision(credit: Credit, desk: Desk) -> None:
    code = some_code()
    inspected = desk.inspection(code, "2026-03-02", year=2025)
    await credit.publish(desk.registered(code, "2020-01-01"), inspected)
    listing = await credit.listing_of(code, state="proposed")
    await credit.step(listing["id"], "notice", on="2026-03-02")
    await credit.step(listing["id"], "decide", by=APPROVER, on="2026-03-20", outcome="list")
    await credit.publish(desk.withdrawn(inspected))
    doubted = await credit.listing_of(code, doubted=True)
    assert doubted["state"] == "listed"
    assert code in await credit.public_codes()
    await credit.step(listing["id"], "lift", by=APPROVER, outcome="revoked")
    assert code not in await credit.public_codes()


async def test_who_may_do_what(credit: Credit, desk: Desk) -> None:
    code = some_code()
    await credit.publish(desk.registered(code, "2020-01-01"))
    body = {"organization": code, "cause": "other", "reason": "见附件"}
    unknown = await credit.ask("POST", "/listings", body=body | {"organization": some_code()})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_organization")
    async with asyncio.timeout(WAIT_S):
        while (proposed := await credit.ask("POST", "/listings", body=body)).status_code != 201:  # noqa: ASYNC110 - a topic
            await asyncio.sleep(0.05)
    listing_id = proposed.json()["id"]
    both = Principal("officer", "staff", roles=("credit-officer", "approver"))
    client = Principal("staff", "staff")
    for by, act, status in [
        (APPROVER, "notice", 403),
        (client, "notice", 403),
        (PUBLIC, "notice", 403),
        (OFFICER, "decide", 403),
        (both, "drop", 403),
    ]:
        answer = await credit.ask("POST", f"/listings/{listing_id}/acts", by=by, body={"act": act, "text": "t"})
        assert answer.status_code == status, (by, act, answer.text)
    assert (await credit.ask("GET", "/listings", by=PUBLIC)).status_code == 403
    elsewhere = Principal("officer", "staff", roles=("credit-officer",), divisions=("110101",))
    assert (await credit.ask("GET", f"/listings/{listing_id}", by=elsewhere)).status_code == 404
    assert (await credit.ask("GET", "/listings", by=elsewhere)).json()["items"] == []
    early = await credit.ask("POST", f"/listings/{listing_id}/acts", by=APPROVER, body={"act": "lift", "document": "d"})
    assert (early.status_code, early.json()["code"]) == (409, "out_of_order")


async def test_steps_at_the_same_time_are_taken_one_after_the_other(credit: Credit, desk: Desk) -> None:
    code = some_code()
    await credit.publish(desk.registered(code, "2020-01-01"), desk.inspection(code, "2026-03-02", year=2025))
    listing = await credit.listing_of(code, state="proposed")
    body = {"act": "notice", "on": "2026-03-02", "document": "d"}
    path = f"/listings/{listing['id']}/acts"
    answers = await asyncio.gather(*(credit.ask("POST", path, body=body) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
