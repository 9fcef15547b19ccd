"""From topics to answers: the whole monitor in one process, on the bus in memory and on Kafka."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chassis.bus import Bus
from chassis.database import Database
from chassis.internal_tokens import Principal
from chassis.kafka_bus import KafkaBus
from chassis.memory_bus import MemoryBus
from contracts import admit
from funds_monitor.bootstrap import HEARD, PARTITIONS
from tests.builders.codes import code_of
from tests.builders.events import Desk, party
from tests.builders.records import Json
from tests.integration.monitor.running import STAFF, Monitor, outgoing, running_monitor

pytestmark = [pytest.mark.anyio, pytest.mark.real]
CODES = [code_of(number) for number in range(700_000, 700_012)]
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
def desk(request: pytest.FixtureRequest) -> Desk:
    return Desk(request.node.name[:40].replace("[", "-").replace("]", ""))


@pytest.fixture
async def monitor(database: Database, tmp_path: Path) -> AsyncIterator[Monitor]:
    async with running_monitor(MemoryBus(partitions=PARTITIONS), database, tmp_path) as running:
        yield running


def large(desk: Desk, code: str = CODES[0], at: str = "2026-03-02", **data: object) -> Json:
    return desk.payment(code, at, amount_fen=2_000_000, **data)


async def test_an_event_becomes_an_alert_with_the_trace_that_it_came_with(monitor: Monitor, desk: Desk) -> None:
    event = large(desk) | {"traceparent": TRACE}
    await monitor.send(event)
    await monitor.until_applied(event)

    [alert] = (await monitor.ask("/alerts", organization=CODES[0]))["items"]
    assert (alert["rule"], alert["severity"], alert["revision"]) == ("SO-01", "medium", 1)
    assert (alert["amended_at"], alert["caused_by"]) == (None, {"source": event["source"], "id": event["id"]})
    bus = monitor.bus
    assert isinstance(bus, MemoryBus)
    [told] = bus.records("monitor.alerts.v1")
    said = admit(told)
    assert (said.type, said.id, said.source) == ("monitor.alert.raised.v1", f"{alert['id']}:1", "/monitor/funds")  # type: ignore[union-attr]
    assert (said.subject, said.traceparent) == (CODES[0], TRACE)  # type: ignore[union-attr]
    assert told.key == CODES[0].encode()


async def test_pages_of_alerts_stay_stable_while_new_ones_come_in(monitor: Monitor, desk: Desk) -> None:
    first = [large(desk, at=f"2026-03-{day:02d}") for day in range(1, 6)]
    for event in first:
        await monitor.send(event)
        await monitor.until_applied(event)
    page = await monitor.ask("/alerts", limit=2)
    late = large(desk, at="2026-03-09")
    await monitor.send(late)
    await monitor.until_applied(late)

    seen = [alert["id"] for alert in page["items"]]
    while page["next"] is not None:
        page = await monitor.ask("/alerts", limit=2, cursor=page["next"])
        seen += [alert["id"] for alert in page["items"]]

    assert seen == [f"alert-{event['id']}" for event in reversed(first)]


async def test_alerts_are_found_by_what_is_asked_for(monitor: Monitor, desk: Desk) -> None:
    registered = desk.registered(CODES[1], "2020-01-01", division="330326001")
    events = [registered, large(desk, CODES[0]), large(desk, CODES[1])]
    for event in events:
        await monitor.send(event)
        await monitor.until_applied(event)

    async def found(caller: Principal = STAFF, **query: object) -> list[str]:
        answer = await monitor.ask("/alerts", caller=caller, **query)
        return [alert["organization"]["code"] for alert in answer["items"]]

    assert await found(organization=CODES[0]) == [CODES[0]]
    assert await found(division="330326") == [CODES[1]]
    assert await found(rule="SO-03") == []
    assert await found(severity="medium", state="open", rule="SO-01") == [CODES[1], CODES[0]]
    assert await found(state="withdrawn") == []
    assert await found(raised_to="2020-01-01T00:00:00Z") == []
    assert await found(raised_from="2020-01-01T00:00:00Z", limit=1) == [CODES[1]]
    assert await found(Principal("clerk", "staff", divisions=("3303",))) == [CODES[1]]
    assert await found(Principal("ca", "department", department="civil-affairs")) == [CODES[1], CODES[0]]
    assert await found(Principal("tax", "department", department="tax")) == []


async def test_one_alert_shows_where_its_evidence_lies_and_its_history(monitor: Monitor, desk: Desk) -> None:
    event = large(desk, counterparty=party("丙公司"))
    await monitor.send(event)
    await monitor.until_applied(event)

    found = await monitor.ask(f"/alerts/alert-{event['id']}")

    [evidence] = found["evidence"]
    assert (evidence["topic"], evidence["offset"]) == ("finance.payments.v1", 0)
    assert len(evidence["content_sha256"]) == 64
    assert [(each["revision"], each["kind"]) for each in found["revisions"]] == [(1, "raised")]
    assert (
        found["law"] == [{"instrument": "CASH-LARGE-2016-3", "article": "5", "unverified": True}]
        or found["law"][0]["unverified"]
    )


async def test_what_nobody_may_see_is_not_there(monitor: Monitor, desk: Desk) -> None:
    event = large(desk)
    await monitor.send(event)
    await monitor.until_applied(event)
    tax = Principal("tax", "department", department="tax")
    app = Principal("app", "app")

    assert (await monitor.get(f"/alerts/alert-{event['id']}", caller=tax)).status_code == 404
    assert (await monitor.get("/alerts/none")).status_code == 404
    assert (await monitor.get("/alerts", caller=app)).status_code == 403
    assert (await monitor.get("/events/status", caller=tax, source=event["source"], id=event["id"])).status_code == 404
    assert (await monitor.http.get("/alerts")).status_code == 401
    admin = Principal("admin", "staff", roles=("admin",))
    for path in ("/alerts", "/rules", "/organizations/x/waiting", "/organizations/x/verdicts"):
        assert (await monitor.get(path, caller=admin)).status_code == 403, path
    assert (await monitor.get("/alerts", cursor="x")).status_code == 422
    assert (await monitor.get("/alerts", limit=201)).status_code == 422


async def test_every_event_says_what_became_of_it(monitor: Monitor, desk: Desk) -> None:
    corrected, withdrawn = large(desk), large(desk)
    correction = desk.corrected(corrected, amount_fen=1)
    sealed = large(desk, legal_basis={"instrument": "AGREEMENT", "valid_until": "2001-01-01"})
    parked, plain = large(desk, purpose_text="毒"), large(desk)
    withdrawal = desk.withdrawn(withdrawn)
    declared = desk.completed("finance.payments.v1", "2026-03-03")
    events = [corrected, withdrawn, correction, sealed, parked, plain, withdrawal, *declared]
    await monitor.send(*events)
    await monitor.until_applied(*events)

    async def status(event: Json) -> tuple[str, str | None]:
        found = await monitor.ask("/events/status", source=event["source"], id=event["id"])
        return found["status"], found.get("code")

    assert await status(corrected) == ("corrected", None)
    assert await status(correction) == ("applied", None)
    assert await status(withdrawn) == ("withdrawn", None)
    assert await status(withdrawal) == ("applied", None)
    assert await status(sealed) == ("quarantined", None)
    assert await status(parked) == ("pending", "parked")
    assert await status(declared[0]) == ("applied", None)
    found = await monitor.ask("/events/status", source=plain["source"], id=plain["id"])
    assert (found["status"], found["alerts"]) == ("applied", [f"alert-{plain['id']}"])
    assert (found["topic"], found["offset"]) == ("finance.payments.v1", 5)
    assert (await monitor.ask("/events/status", source=plain["source"], id="none"))["status"] == "unknown"


async def test_waiting_and_verdicts_tell_why_nothing_fired(monitor: Monitor, desk: Desk) -> None:
    waits = large(desk, purpose_text="等税务")
    small = desk.payment(CODES[1], "2026-03-02", amount_fen=1)
    await monitor.send(waits, small)
    await monitor.until_applied(waits, small)

    [waiting] = (await monitor.ask(f"/organizations/{CODES[0]}/waiting"))["items"]
    [verdict] = (await monitor.ask(f"/organizations/{CODES[1]}/verdicts"))["items"]
    assert (waiting["source"], waiting["since"], waiting["complete_until"]) == ("/tax/bureau", "2026-03-02", None)
    assert (verdict["verdict"], verdict["measured"]) == ("no_hit", {"amount_fen": 1})

    await monitor.send(*desk.completed("tax.registrations.v1", "2026-03-03"))
    await monitor.until_applied(waits)
    while not (await monitor.ask("/alerts"))["items"]:
        await monitor.until_applied(waits)
    assert (await monitor.ask(f"/organizations/{CODES[0]}/waiting"))["items"] == []


async def test_status_shows_every_known_source_before_its_first_event(monitor: Monitor, desk: Desk) -> None:
    event = large(desk)
    await monitor.send(event)
    status = await monitor.until_applied(event)

    sources = {(each["source"], each["topic"]): each for each in status["sources"]}
    assert {(source, topic.name) for topic in HEARD for source in topic.known_sources} <= sources.keys()
    assert sources["/courts/enforcement", "courts.enforcement.v1"]["last_event_at"] is None
    treasury = sources["/finance/treasury", "finance.payments.v1"]
    assert (treasury["last_event_at"], treasury["events"]) == ("2026-03-02T02:00:00Z", 1)
    assert len(status["shards"]) == PARTITIONS
    assert status["outbox_backlog"] == 0

    declared = desk.completed("finance.payments.v1", "2026-03-03")
    await monitor.send(*declared[:1])
    await monitor.until_applied(*declared[:1])
    while (await payments(monitor))["complete_until"] is None:
        await monitor.until_applied()


async def payments(monitor: Monitor) -> Json:
    sources: list[Json] = (await monitor.ask("/status"))["sources"]
    return next(each for each in sources if each["topic"] == "finance.payments.v1")


async def test_the_rules_that_are_shipped_are_active_at_the_very_first_start(monitor: Monitor) -> None:
    await monitor.until_applied()
    rules = (await monitor.ask("/rules"))["items"]

    assert {rule["id"] for rule in rules} >= {"SO-01", "SO-03", "SO-14", "SO-21", "SO-25"}
    assert {rule["state"] for rule in rules} == {"active"}
    assert all(rule["name"]["zh"] and rule["decides"] for rule in rules)
    assert all(bool(rule["law"]) != bool(rule["members"]) for rule in rules)  # a pattern cites what its members cite


async def test_a_restart_goes_on_where_it_was(database: Database, tmp_path: Path, desk: Desk) -> None:
    bus: Bus = MemoryBus(partitions=PARTITIONS)
    before, change = large(desk, counterparty=party("丙公司")), desk.registered(CODES[3], "2020-01-01", name="丙公司")
    async with running_monitor(bus, database, tmp_path) as monitor:
        await monitor.send(before)
        await monitor.until_applied(before)
    producer = bus.producer()
    await producer.send_many(list(outgoing([change])))

    async with running_monitor(bus, database, tmp_path) as monitor:
        await monitor.until_applied(change)
        [alert] = (await monitor.ask("/alerts"))["items"]

    assert alert["revision"] == 1
    assert alert["id"] == f"alert-{before['id']}"


async def test_the_same_on_kafka(kafka: KafkaBus, database: Database, tmp_path: Path, desk: Desk) -> None:
    events = [large(desk, code) for code in CODES]
    async with running_monitor(kafka, database, tmp_path) as monitor:
        await monitor.send(*events, *events)
        status = await monitor.until_applied(*events)
        alerts = (await monitor.ask("/alerts", limit=200))["items"]

    ours = {alert["organization"]["code"] for alert in alerts} & set(CODES)
    assert ours == set(CODES)
    assert status["reference"]["lag"] == 0
