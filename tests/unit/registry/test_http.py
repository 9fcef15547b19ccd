"""What the gateway gets when it asks the registry."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey

from chassis.clock import FixedClock
from chassis.http import build_app
from chassis.internal_tokens import Principal, sign
from registry.inbound.http import registry_router
from registry.usecases.apply_events import apply_events
from registry.usecases.show_status import show_status
from tests.builders.codes import code_of
from tests.builders.events import Desk
from tests.builders.records import Json, records_of
from tests.unit.registry.shelves import Shelves
from tests.unit.registry.story import CODE

pytestmark = pytest.mark.anyio
CLOCK = FixedClock(datetime(2024, 6, 30, 15, 59, 59, tzinfo=UTC))  # one second before midnight in China
KEY = ECKey.generate_key("P-256")
desk = Desk()


class StandingConsumer:
    """A consumer that has read everything of one partition but three records."""

    def ready(self) -> bool:
        return True

    def views(self) -> list[Any]:
        return []

    def positions(self) -> dict[tuple[str, int], int]:
        return {("civil-affairs.organizations.v1", 2): 40}

    def lag(self) -> dict[tuple[str, int], int]:
        return {("civil-affairs.organizations.v1", 2): 3}


async def nothing_unsent() -> int:
    return 0


async def can_work() -> dict[str, bool]:
    return {"postgresql": True}


@pytest.fixture
def shelves() -> Shelves:
    return Shelves()


@pytest.fixture
async def gateway(shelves: Shelves) -> AsyncIterator[httpx.AsyncClient]:
    router = registry_router(
        load_facts=shelves.load_facts,
        load_page=shelves.load_page,
        read_status=partial(
            show_status, reading=StandingConsumer(), load_tally=shelves.load_tally, outbox_backlog=nothing_unsent
        ),
        clock=CLOCK,
    )
    app = build_app("registry", routers=[router], ready=can_work, internal_keys=[KEY], clock=CLOCK)
    token = sign(Principal(name="staff", kind="staff"), KEY, clock=CLOCK)
    headers = {"authorization": f"Bearer {token}"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://registry", headers=headers) as client:
        yield client


async def tell(shelves: Shelves, *events: Json) -> None:
    applied = await apply_events(0, records_of(events), open_work=shelves.open_work)
    assert applied.fresh == len(events)


async def test_a_file_has_the_shape_that_the_gateway_promises(gateway: httpx.AsyncClient, shelves: Shelves) -> None:
    registered = desk.registered(CODE, "2020-01-02", name="平阳县晨曦协会")
    post = desk.post_taken(CODE, "2020-01-02", person="王芳")
    await tell(shelves, registered, post)
    answer = await gateway.get(f"/organizations/{CODE}")
    assert answer.status_code == 200
    file = answer.json()
    wanted = ("code", "name", "kind", "status", "division", "code_check", "on")
    assert {name: file[name] for name in wanted} == {
        "code": CODE,
        "name": "平阳县晨曦协会",
        "kind": "association",
        "status": "active",
        "division": "330326",
        "code_check": {"gb32100": True, "gb11714": True},
        "on": "2024-06-30",
    }
    document = {
        "source": "/civil-affairs/registry",
        "id": registered["id"],
        "type": "civil-affairs.organization.registered.v1",
        "time": "2020-01-02T10:00:00+08:00",
    }
    assert file["identity"]["name"] == {"value": "平阳县晨曦协会", "since": "2020-01-02", "by": document}
    assert file["posts"][0]["content"]["post"] == "chair"
    assert file["posts"][0]["by"]["id"] == post["id"]
    assert file["totals"]["posts"] == 1


async def test_a_file_is_shown_as_of_the_day_that_is_asked_for(gateway: httpx.AsyncClient, shelves: Shelves) -> None:
    await tell(
        shelves,
        desk.registered(CODE, "2020-01-02", name="旧名"),
        desk.registered(CODE, "2022-01-02", changed=True, name="新名"),
    )
    assert (await gateway.get(f"/organizations/{CODE}", params={"on": "2022-01-01"})).json()["name"] == "旧名"
    assert (await gateway.get(f"/organizations/{CODE}", params={"on": "2022-01-02"})).json()["name"] == "新名"


async def test_a_file_can_be_shown_as_it_was_known(gateway: httpx.AsyncClient, shelves: Shelves) -> None:
    await tell(shelves, desk.registered(CODE, "2020-01-02"))  # the builders' log takes it in on 2030-01-01 in UTC
    path = f"/organizations/{CODE}"
    assert (await gateway.get(path, params={"on": "2031-01-01", "known_on": "2029-12-31"})).status_code == 404
    assert (await gateway.get(path, params={"on": "2031-01-01", "known_on": "2030-01-01"})).status_code == 200


@pytest.mark.parametrize("code", [code_of(2), "nonsense", "%00", "x" * 300])
async def test_an_organization_never_heard_of_is_a_problem_404(gateway: httpx.AsyncClient, code: str) -> None:
    answer = await gateway.get(f"/organizations/{code}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


async def test_a_day_that_is_none_is_refused(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.get(f"/organizations/{CODE}", params={"on": "2024-02-30"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_events_without_a_registration_are_a_file_of_unknown_status(
    gateway: httpx.AsyncClient, shelves: Shelves
) -> None:
    await tell(shelves, desk.account_filed(CODE, "2021-01-01"))
    file = (await gateway.get(f"/organizations/{CODE}")).json()
    assert (file["status"], file["name"], file["kind"]) == ("unknown", None, None)
    assert len(file["accounts"]) == 1


async def test_a_list_is_walked_page_by_page_without_gap_or_repeat(
    gateway: httpx.AsyncClient, shelves: Shelves
) -> None:
    codes = sorted(code_of(number) for number in range(5))
    await tell(shelves, *(desk.registered(code, "2020-01-02") for code in codes))
    walked, cursor = [], ""
    while cursor is not None:
        page = (await gateway.get("/organizations", params={"limit": 2, "cursor": cursor})).json()
        assert len(page["items"]) <= 2
        walked += [item["code"] for item in page["items"]]
        cursor = page["next"]
    assert walked == codes


@pytest.mark.parametrize("limit", [0, 201, "many"])
async def test_a_list_has_a_limit(gateway: httpx.AsyncClient, limit: object) -> None:
    assert (await gateway.get("/organizations", params={"limit": str(limit)})).status_code == 422


async def test_the_status_tells_lag_and_counts(gateway: httpx.AsyncClient, shelves: Shelves) -> None:
    await tell(shelves, desk.registered(CODE, "2020-01-02"), desk.account_filed(CODE, "2020-01-02"))
    status = (await gateway.get("/status")).json()
    assert (status["service"], status["ready"], status["lag"]) == ("registry", True, 3)
    assert (status["counts"]["organizations"], status["counts"]["facts"]) == (1, 2)
    assert status["partitions"] == [
        {"topic": "civil-affairs.organizations.v1", "partition": 2, "next_offset": 40, "lag": 3}
    ]


@pytest.mark.parametrize("path", [f"/organizations/{CODE}", "/organizations", "/status"])
async def test_nobody_is_told_anything_without_the_gateway_s_token(gateway: httpx.AsyncClient, path: str) -> None:
    stranger = sign(Principal(name="staff", kind="staff"), ECKey.generate_key("P-256"), clock=CLOCK)
    assert (await gateway.get(path, headers={"authorization": ""})).status_code == 401
    assert (await gateway.get(path, headers={"authorization": f"Bearer {stranger}"})).status_code == 401


async def test_health_is_told_to_anybody(gateway: httpx.AsyncClient) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert (await gateway.get(path, headers={"authorization": ""})).status_code == 200
