"""The registry on real Kafka and PostgreSQL: once in effect, whoever owns the shard, and again after a restart."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey
from pydantic import SecretStr

from chassis import migrations, shipped
from chassis.bus import Outgoing
from chassis.clock import SystemClock
from chassis.database import Database
from chassis.errors import Fenced
from chassis.internal_tokens import Principal, sign
from chassis.kafka_bus import KafkaBus
from registry.bootstrap import wire
from registry.outbound.fact_rows import FactShelf
from registry.outbound.shards import Shards
from registry.outbound.tallies import Tallies
from registry.settings import RegistrySettings
from registry.usecases.apply_events import apply_events
from tests.builders.codes import code_of
from tests.builders.events import Desk
from tests.builders.records import Json, Log, topic_of
from tests.real import opened

pytestmark = [pytest.mark.real, pytest.mark.anyio]
WAIT_S = 30.0  # a group's first join takes seconds
KEY = ECKey.generate_key("P-256")


def some_code() -> str:
    return code_of(secrets.randbelow(1_000_000))


def some_desk() -> Desk:
    return Desk(secrets.token_hex(8))


@pytest.fixture(scope="module")
def settings(infrastructure: Any, tmp_path_factory: pytest.TempPathFactory) -> RegistrySettings:
    """What the launcher would tell the registry; its database is brought to its newest shape."""
    key_file: Path = tmp_path_factory.mktemp("keys") / "internal.pem"
    key_file.write_bytes(KEY.as_pem(private=False))
    url = infrastructure.database_url("registry")
    migrations.upgrade(url, shipped.path("registry", "migrations"))
    return RegistrySettings(
        database_url=SecretStr(url),
        kafka_bootstrap=infrastructure.kafka_bootstrap,
        kafka_username="registry",
        kafka_password=SecretStr(infrastructure.kafka_password("registry")),
        internal_public_key_file=key_file,
    )


@pytest.fixture
async def database(settings: RegistrySettings) -> AsyncIterator[Database]:
    async with opened(Database(settings.database_url.get_secret_value())) as database:
        yield database


@asynccontextmanager
async def running(settings: RegistrySettings) -> AsyncIterator[httpx.AsyncClient]:
    """Run the registry's parts, and be the gateway that asks it."""
    bus, database = KafkaBus(settings), Database(settings.database_url.get_secret_value())
    service = wire(settings, bus=bus, database=database, clock=SystemClock())
    for part in service.parts:
        await part.open()
    token = sign(Principal(name="gateway", kind="service"), KEY, clock=SystemClock(), lifetime_s=600)
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(service.app),
        base_url="http://registry",
        headers={"authorization": f"Bearer {token}"},
    )
    try:
        yield client
    finally:
        await client.aclose()
        for part in reversed(service.parts):
            await part.close()
        await bus.close()


async def publish(settings: RegistrySettings, infrastructure: Any, *events: Json) -> None:
    """Send as the department itself does, with its own Kafka user."""
    own = settings.model_copy(
        update={
            "kafka_username": "civil-affairs",
            "kafka_password": SecretStr(infrastructure.kafka_password("civil-affairs")),
        }
    )
    bus = KafkaBus(own)
    messages = [
        Outgoing(topic_of(event), record.value, key=record.key, headers=record.headers)
        for event in events
        for record in Log().append(event)
    ]
    try:
        await bus.producer().send_many(messages)
    finally:
        await bus.close()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something, with an end."""
    async with asyncio.timeout(WAIT_S):
        while not await holds():  # noqa: ASYNC110 - what we wait for is in another process's tables
            await asyncio.sleep(0.05)


async def test_what_a_department_publishes_is_in_the_file(settings: RegistrySettings, infrastructure: Any) -> None:
    code, desk = some_code(), some_desk()
    registered = desk.registered(code, "2020-01-02", name="平阳县晨曦协会")
    async with running(settings) as gateway:
        await publish(settings, infrastructure, registered, desk.post_taken(code, "2020-02-01", person="王芳"))

        async def both_are_there() -> bool:
            answer = await gateway.get(f"/organizations/{code}")
            return answer.status_code == 200 and bool(answer.json()["posts"]) and answer.json()["name"] is not None

        await until(both_are_there)
        file = (await gateway.get(f"/organizations/{code}", params={"on": "2020-01-31"})).json()
        assert (file["name"], file["status"], file["posts"]) == ("平阳县晨曦协会", "active", [])
        assert (await gateway.get("/readyz")).status_code == 200
        status = (await gateway.get("/status")).json()
        assert {row["partition"] for row in status["partitions"]} == set(range(6))


async def test_after_a_restart_nothing_is_applied_again(settings: RegistrySettings, infrastructure: Any) -> None:
    code, desk = some_code(), some_desk()
    event = desk.registered(code, "2020-01-02")
    later = desk.registered(code, "2021-01-02", changed=True, name="改名之后")
    async with running(settings) as gateway:
        await publish(settings, infrastructure, event, event)
        await until(lambda: is_named(gateway, code, event["data"]["name"]))
        await until(lambda: has_read_all(gateway))  # what other tests published, too
        counted = (await gateway.get("/status")).json()["counts"]
    async with running(settings) as gateway:
        await publish(settings, infrastructure, later)
        await until(lambda: is_named(gateway, code, "改名之后"))
        again = (await gateway.get("/status")).json()["counts"]
    assert again["facts"] == counted["facts"] + 1
    assert again["organizations"] == counted["organizations"]


async def has_read_all(gateway: httpx.AsyncClient) -> bool:
    status = (await gateway.get("/status")).json()
    return {row["partition"] for row in status["partitions"]} == set(range(6)) and status["lag"] == 0


async def is_named(gateway: httpx.AsyncClient, code: str, name: str) -> bool:
    answer = await gateway.get(f"/organizations/{code}")
    return answer.status_code == 200 and answer.json()["name"] == name


async def test_a_file_comes_back_from_the_database_as_it_went_in(database: Database) -> None:
    code, desk = some_code(), some_desk()
    registered = desk.registered(
        code, "2020-01-02", name="平阳县\u0000晨曦", address='带"引号"\n和换行', corrects="other"
    )
    registered |= {"jurisdiction": "330326100", "traceparent": f"00-{'1' * 32}-{'2' * 16}-01"}
    shards = Shards(database)
    records = Log().append(registered)
    shard = records[0].partition
    await shards.take(shard)
    await apply_events(shard, records, open_work=shards.open_work)
    (fact,) = await FactShelf(database).load_facts(code)
    assert fact.data["name"] == "平阳县\u0000晨曦"
    assert fact.data["address"] == '带"引号"\n和换行'
    assert (fact.id, fact.subject, fact.jurisdiction) == (registered["id"], code, "330326100")
    assert fact.traceparent == registered["traceparent"]
    assert fact.place.appended_us == records[0].timestamp_us
    assert len(fact.content_hash) == 32
    assert datetime.fromtimestamp(fact.time_us / 1e6, UTC).isoformat() == "2020-01-02T02:00:00+00:00"


async def test_a_former_owner_of_a_shard_changes_nothing(database: Database) -> None:
    code, desk = some_code(), some_desk()
    records = Log().append(desk.registered(code, "2020-01-02"))
    shard = records[0].partition
    former, owner = Shards(database), Shards(database)
    await former.take(shard)
    await owner.take(shard)
    with pytest.raises(Fenced):
        await apply_events(shard, records, open_work=former.open_work)
    assert await FactShelf(database).load_facts(code) == []
    await apply_events(shard, records, open_work=owner.open_work)
    assert len(await FactShelf(database).load_facts(code)) == 1


async def test_a_shard_that_was_dropped_is_no_longer_ours(database: Database) -> None:
    shards = Shards(database)
    await shards.take(0)
    shards.drop(0)
    with pytest.raises(Fenced):
        await apply_events(0, [], open_work=shards.open_work)


async def test_offsets_and_counts_are_what_was_committed(database: Database) -> None:
    code, desk = some_code(), some_desk()
    log = Log()
    event = desk.registered(code, "2020-01-02")
    other = event | {"data": event["data"] | {"name": "另一个名字"}}
    records = [*log.append(event), *log.append(event), *log.append(other)]
    shard = records[0].partition
    shards, tallies = Shards(database), Tallies(database)
    await shards.take(shard)
    before, _ = await tallies.load_tally()
    await apply_events(shard, records[:1], open_work=shards.open_work)
    await apply_events(shard, records[1:], open_work=shards.open_work)
    after, _ = await tallies.load_tally()
    assert after.facts - before.facts == 1
    assert after.repeated - before.repeated == 1
    assert after.conflicting - before.conflicting == 1
    assert after.organizations - before.organizations <= 1  # a random code may have been met before
    (fact,) = [fact for fact in await FactShelf(database).load_facts(code) if fact.id == event["id"]]
    assert fact.data["name"] == event["data"]["name"]


async def test_completeness_never_goes_back(database: Database) -> None:
    topic, desk, log = "civil-affairs.fees.v1", some_desk(), Log()
    shards, tallies = Shards(database), Tallies(database)
    await shards.take(3)
    for day in ("2024-03-01", "2024-02-01"):
        said = {"topic": topic, "complete_until": f"{day}T00:00:00+08:00"}
        event = desk.event("civil-affairs.source.completed.v1", None, day, said) | {"_topic": topic, "_partition": 3}
        await apply_events(3, log.append(event), open_work=shards.open_work)
    _, declared = await tallies.load_tally()
    (row,) = [row for row in declared if row.topic == topic]
    assert (row.until_us, row.partitions) == (1_709_222_400_000_000, 1)


async def test_pages_follow_the_order_of_codes(database: Database) -> None:
    desk, log = some_desk(), Log()
    shards = Shards(database)
    codes = sorted({some_code() for _ in range(12)})
    for shard in range(6):
        await shards.take(shard)
    for code in codes:
        (record,) = log.append(desk.registered(code, "2020-01-02"))
        await apply_events(record.partition, [record], open_work=shards.open_work)
    shelf = FactShelf(database)
    walked: list[str] = []
    while page := await shelf.load_page(walked[-1] if walked else "", limit=5):
        walked += page
    assert walked == sorted(set(walked))
    assert set(codes) <= set(walked)
