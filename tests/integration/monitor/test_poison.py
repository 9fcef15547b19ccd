"""A rule that always raises, an event that breaks the engine, bytes that are no event: nobody stops, all is visible."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chassis.bus import Outgoing
from chassis.database import Database
from contracts import CLOUDEVENTS_HEADERS, partition_of
from funds_monitor.bootstrap import PARTITIONS, assemble_engine
from funds_monitor.domain.facts import Fact
from funds_monitor.domain.outcome import CompletenessChange, Outcome
from funds_monitor.domain.reference import ReferenceBook
from funds_monitor.domain.rulebook import RuleBook
from funds_monitor.domain.shard import Shard
from funds_monitor.outbound.rules import RuleRows, read_rule_files
from funds_monitor.usecases.ports import StoredRule
from tests.builders.codes import code_of
from tests.builders.engine import RULES
from tests.builders.events import Desk, party
from tests.builders.records import Json
from tests.e2e.equality import told_by_gateway, told_by_oracle
from tests.integration.monitor.running import POLL_S, QUIET_TIMEOUT_S, Monitor, running_monitor
from tests.properties.comparing import expected

pytestmark = [pytest.mark.anyio, pytest.mark.real]
POISON = "event-that-breaks-the-engine"
UNREADABLE = (b"\xff\xfe no text", b"{", b"")
RAISING = """
id: SO-99
version: 1
name: {zh: 总是出错, en: Always raises}
seed: [15]
decides: civil-affairs
law: []
applies: {kinds: [association, foundation, service_institution], unregistered: true}
wakes_on: {payment: "true"}
hit: {a: 'minus_years(d, 100000) < d'}
severity: [{level: low}]
why: {a: {zh: "从未", en: "Never."}}
"""


class Breakable(Shard):
    """The engine, but for one event that breaks it."""

    def observe(self, facts: Sequence[Fact]) -> Outcome:
        """Break, or observe."""
        if any(fact.position.id == POISON for fact in facts):
            raise ZeroDivisionError(POISON)
        return super().observe(facts)


def breakable(
    number: int, rules: RuleBook, book: ReferenceBook, completeness: Iterable[CompletenessChange]
) -> Breakable:
    """Assemble an engine that one event breaks."""
    sound = assemble_engine(number, rules, book, completeness)
    return Breakable(number, rules, book, sound.completeness)  # type: ignore[arg-type]


def raising_rule() -> StoredRule:
    return StoredRule(id="SO-99", version=1, state="active", text=RAISING, decides="civil-affairs", summary={})


def codes() -> list[str]:
    """Give three organizations: two of one shard, one of another."""
    first, *others = [code_of(number) for number in range(810_000, 810_200)]
    shard = partition_of(first, PARTITIONS)
    beside = next(code for code in others if partition_of(code, PARTITIONS) == shard)
    return [first, beside, next(code for code in others if partition_of(code, PARTITIONS) != shard)]


def transfer(desk: Desk, code: str, at: str, **data: Any) -> Json:
    return desk.payment(code, at, amount_fen=250_000_000, counterparty=party("甲公司"), **data)


async def send_unreadable(monitor: Monitor, code: str) -> None:
    """Send bytes that nobody can read into the partition of an organization, on two topics."""
    producer = monitor.bus.producer()
    await producer.send_many(
        [
            Outgoing(topic=topic, value=value, key=code.encode(), headers=CLOUDEVENTS_HEADERS)
            for topic in ("finance.payments.v1", "civil-affairs.organizations.v1")
            for value in UNREADABLE
        ]
    )
    await producer.close()


@pytest.fixture
async def monitor(kafka: Any, database: Database, tmp_path: Path) -> AsyncIterator[Monitor]:
    shipped = [msgspec.structs.replace(rule, state="active") for rule in read_rule_files(RULES)]
    await RuleRows(database).save([*shipped, raising_rule()])
    async with running_monitor(kafka, database, tmp_path, assemble=breakable) as running:
        yield running


async def until_parked(monitor: Monitor, event: Json) -> None:
    async with asyncio.timeout(QUIET_TIMEOUT_S):
        while True:
            found = await monitor.ask("/events/status", source=event["source"], id=event["id"])
            if found.get("code") == "parked":
                return
            await asyncio.sleep(POLL_S)


async def verdict(monitor: Monitor, code: str, rule: str) -> Json:
    items = (await monitor.ask(f"/organizations/{code}/verdicts"))["items"]
    (found,) = [item for item in items if item["rule"] == rule]
    return dict(found)


async def test_neither_a_rule_that_raises_nor_a_poison_event_stops_anybody_and_all_is_seen(monitor: Monitor) -> None:
    desk, (poisoned, beside, elsewhere) = Desk("poison"), codes()
    everybody = [poisoned, beside, elsewhere]
    before = [desk.registered(code, "2020-01-01") for code in everybody]
    before += [transfer(desk, code, "2026-03-02") for code in everybody]
    poison = transfer(desk, poisoned, "2026-03-03", id=POISON)
    after = [transfer(desk, code, "2026-03-04") for code in everybody]

    await monitor.send(*before)
    await send_unreadable(monitor, poisoned)
    await monitor.send(poison, *after)
    await until_parked(monitor, poison)
    status = await monitor.until_applied(*before, *after)

    # The others are judged as the definition says, those of the same shard and organization too.
    alerts = [
        alert
        for code in everybody
        for alert in (await monitor.ask("/alerts", organization=code, state="open", limit=200))["items"]
    ]
    assert {(alert["organization"]["code"], alert["rule"]) for alert in alerts} >= {(c, "SO-01") for c in everybody}
    assert told_by_gateway(alerts) == told_by_oracle(expected(before + after))

    # The rule is counted, its verdict tells why, and it goes on being asked.
    assert set(status["rule_errors"]) == {"SO-99"}
    assert status["rule_errors"]["SO-99"] >= len(everybody) * 2
    for code in everybody:
        said = await verdict(monitor, code, "SO-99")
        assert (said["verdict"], said["detail"]) == ("error", "ValueError: year -97974 is out of range")
        assert (await verdict(monitor, code, "SO-01"))["verdict"] == "hit"

    # The event is parked with its place and reason; what could not be read is counted.
    [parked] = [each for each in status["last_parked"] if each["id"] == POISON]
    assert status["parked"] >= 1
    assert (parked["organization"], parked["topic"]) == (poisoned, "finance.payments.v1")
    assert (parked["partition"], POISON in parked["error"]) == (partition_of(poisoned, PARTITIONS), True)
    assert sum(status["refused"].values()) >= 2 * len(UNREADABLE)
    assert status["reference"]["failures"] == 0

    # The shard goes on.
    later = transfer(desk, poisoned, "2026-03-05")
    await monitor.send(later)
    again = await monitor.until_applied(later)
    assert again["rule_errors"]["SO-99"] > status["rule_errors"]["SO-99"]
    assert again["parked"] == status["parked"]
