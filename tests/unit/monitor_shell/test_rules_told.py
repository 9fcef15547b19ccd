"""What is told of rules on their topic: taken over by every shard once, or refused, never in anybody's way."""

from typing import Any

import pytest

from contracts import Record, admit
from funds_monitor.domain.outcome import AlertRevision
from funds_monitor.usecases.answer_versions import answer_versions
from funds_monitor.usecases.learn_rules import learn_rules
from funds_monitor.usecases.ports import RULES_TOPIC
from tests.builders.codes import code_of
from tests.builders.events import Desk
from tests.builders.records import PARTITIONS, Json, Log
from tests.unit.monitor.test_versions import RULE
from tests.unit.monitor_shell.memory_store import MemoryStore
from tests.unit.monitor_shell.rule_shelf import BROKEN, RuleShelf, compiled
from tests.unit.monitor_shell.shell_county import ShellCounty

pytestmark = pytest.mark.anyio
ME, OTHER = code_of(1), code_of(2)


class Office:
    """A county that judges by one rule, and hears what is told of it."""

    def __init__(self) -> None:
        self.desk, self.log, self.shelf = Desk(), Log(), RuleShelf()
        self.county = ShellCounty(MemoryStore(), rules=self.shelf, compile_rules=compiled)
        self.heard: list[Record] = []

    async def start(self) -> "Office":
        await self.county.start()
        return self

    def rule_event(self, version: int, *, kind: str = "activated", since: str = "2026-04-01") -> Json:
        data = {"rule": RULE, "version": version, "effective_from": since, "by": ["甲", "乙"], "reason": "新标准"}
        return self.desk.event(f"monitor.rule.{kind}.v1", None, "2026-11-01", data)

    async def hear(self, *events: Json) -> None:
        """Let events reach the topic, and this process."""
        self.heard += [record for event in events for record in self.log.append(event)]
        await self.learn()

    async def learn(self) -> None:
        county = self.county
        await learn_rules(
            self.heard, desk=county.desk, rules=county.rules, compile_rules=county.compile_rules, admit=admit
        )

    async def pays(self, *days: str, code: str = ME) -> None:
        events = [self.desk.payment(code, day, amount_fen=210_000_000) for day in days]
        await self.county.feed([record for event in events for record in self.log.append(event)])
        await self.county.finish()

    def said(self) -> list[tuple[str, str, int]]:
        told: list[AlertRevision] = self.county.store.tables.told
        return [(each.kind, each.reason, each.alert.rule_version) for each in told]

    def reflected(self) -> set[int]:
        """Up to where the shards reflect the topic of rules."""
        offsets = self.county.store.tables.reference_offsets
        [partition] = {record.partition for record in self.heard}
        return {offsets.get((shard, RULES_TOPIC, partition), 0) for shard in range(PARTITIONS)}

    def refused(self) -> dict[str, int]:
        return dict(self.county.desk.refused)


async def test_every_shard_takes_another_version_over_and_says_why() -> None:
    office = await Office().start()
    await office.pays("2026-03-02", "2026-04-02")
    await office.pays("2026-04-03", code=OTHER)
    event = office.rule_event(3)
    await office.hear(event)
    assert office.reflected() == {0}
    await office.county.finish()
    assert office.said()[3:] == [("amended", "rule_changed", 3)] * 2
    assert office.county.store.tables.told[-1].caused_by == (event["source"], event["id"])
    assert office.reflected() == {1}
    await office.pays("2026-03-05", "2026-04-05")
    assert sorted(office.said()[5:]) == [("raised", "late_fact", 1), ("raised", "new", 3)]


async def test_a_process_that_comes_back_judges_by_what_was_told_and_says_nothing_twice() -> None:
    office = await Office().start()
    await office.pays("2026-04-02")
    await office.hear(office.rule_event(2))
    await office.county.finish()
    assert office.said()[1:] == [("withdrawn", "rule_changed", 1)]
    await office.county.start()
    await office.learn()
    await office.county.finish()
    await office.pays("2026-04-05")
    assert len(office.said()) == 2


async def test_a_process_that_ends_before_a_shard_took_the_version_over_takes_it_over_when_it_is_back() -> None:
    office = await Office().start()
    await office.pays("2026-04-02")
    await office.hear(office.rule_event(3))
    await office.county.start()
    assert office.said()[1:] == []
    await office.learn()
    await office.county.finish()
    assert office.said()[1:] == [("amended", "rule_changed", 3)]


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"version": 7}, "rule_version_unknown"),
        ({"version": BROKEN}, "rule_version_broken"),
        ({"version": 2, "kind": "retired"}, "rule_version_not_judging"),
    ],
)
async def test_what_does_not_fit_is_refused_by_code_and_stops_nothing(event: dict[str, Any], code: str) -> None:
    office = await Office().start()
    await office.pays("2026-04-02")
    bad, good = office.rule_event(**event), office.rule_event(3)
    await office.hear(bad, good)
    await office.county.finish()
    assert office.refused() == {code: 1}
    assert {identity: refused for identity, (_, refused) in office.shelf.told.items()} == {
        (bad["source"], bad["id"]): code,
        (good["source"], good["id"]): "",
    }
    assert office.said()[1:] == [("amended", "rule_changed", 3)]
    await office.county.start()
    await office.learn()
    assert office.refused() == {}


async def test_people_see_who_judges_when_and_what_was_refused() -> None:
    office = await Office().start()
    bad, good = office.rule_event(7), office.rule_event(3)
    await office.hear(bad, good, office.rule_event(3, kind="retired", since="2026-06-01"))
    found = await answer_versions(RULE, rules=office.shelf)
    assert found is not None
    assert {each["version"]: each["judges"] for each in found["items"]} == {
        1: [{"from": None, "to": "2026-03-31"}],
        2: [],
        3: [{"from": "2026-04-01", "to": "2026-05-31"}],
        BROKEN: [],
    }
    assert [(each["version"], each["refused"]) for each in found["told"]] == [
        (7, "rule_version_unknown"),
        (3, None),
        (3, None),
    ]
    assert (found["told"][1]["by"], found["told"][1]["reason"]) == (["甲", "乙"], "新标准")
    assert await answer_versions("SO-99", rules=office.shelf) is None


async def test_a_pattern_keeps_its_version() -> None:
    office = await Office().start()
    office.shelf.versions.append(office.shelf.versions[0].__class__("TY-01", 2, "draft", ""))
    event = office.rule_event(2)
    event["data"]["rule"] = "TY-01"
    await office.hear(event)
    assert office.refused() == {"rule_is_a_pattern": 1}


async def test_an_event_that_is_sent_again_after_a_later_one_changes_nothing() -> None:
    office = await Office().start()
    await office.pays("2026-04-02")
    first, second = office.rule_event(2), office.rule_event(3)
    await office.hear(first, second, first)
    await office.county.finish()
    assert office.said()[1:] == [("amended", "rule_changed", 3)]
    assert office.reflected() == {3}


async def test_a_rule_that_is_retired_takes_back_what_it_said_of_later_days() -> None:
    office = await Office().start()
    await office.pays("2026-03-02", "2026-04-02")
    await office.hear(office.rule_event(1, kind="retired"))
    await office.county.finish()
    assert office.said()[2:] == [("withdrawn", "rule_changed", 1)]
    assert [alert["rule"] for of_one in office.county.content().values() for alert in of_one] == [RULE]


async def test_what_another_process_refused_stays_refused() -> None:
    office = await Office().start()
    await office.pays("2026-04-02")
    versions, office.shelf.versions = office.shelf.versions, []
    event = office.rule_event(3)
    await office.hear(event)
    assert office.refused() == {"rule_version_unknown": 1}
    office.shelf.versions = versions
    await office.county.start()
    await office.hear(office.rule_event(2, since="2026-09-01"))
    await office.county.finish()
    assert office.refused() == {"rule_version_unknown": 1}
    assert len(office.said()) == 1
