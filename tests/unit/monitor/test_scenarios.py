"""Every sentence of the indicators' must-hit and must-not, through the engine."""

from random import Random

import pytest

from tests.builders.engine import EngineCounty, rule_alone, shipped_rules
from tests.builders.records import records_of
from tests.builders.scenarios import CODE, Scenario, counted, events_of, fits, load_scenarios

SCENARIOS = [pytest.param(rule, scenario, id=f"{rule}: {scenario.name}") for rule, scenario in load_scenarios()]
HIT_AND_SILENT_MIN = 3  # per rule: a rule with fewer near misses is not pinned down


def county_after(rule: str, scenario: Scenario, *, shuffled: bool) -> EngineCounty:
    county, events = EngineCounty(rule_alone(rule)), events_of(scenario)
    if shuffled:
        Random(scenario.name).shuffle(events)
    for record in records_of(events):
        county.feed([record])
    county.finish()
    return county


@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize(("rule", "scenario"), SCENARIOS)
def test_a_scenario_ends_with_exactly_the_alerts_it_says(rule: str, scenario: Scenario, shuffled: bool) -> None:  # noqa: FBT001
    county = county_after(rule, scenario, shuffled=shuffled)
    alerts = [alert for alert in county.content().get(CODE, []) if alert["rule"] == rule]
    assert len(alerts) == len(scenario.expect), alerts
    for alert, expected in zip(alerts, scenario.expect, strict=True):
        assert fits(alert, expected), (alert["severity"], alert["measured"], alert["evidence_count"])
    waiting = {
        topic for storage in county.storage for code, one, topic in storage.waiting if (code, one) == (CODE, rule)
    }
    assert waiting == set(scenario.waiting)


def test_every_rule_has_scenarios_that_hit_and_scenarios_that_stay_silent(capsys: pytest.CaptureFixture[str]) -> None:
    book, told = shipped_rules(), list(load_scenarios())
    for rule in [*(rule.id for rule in book.rules), *(pattern.id for pattern in book.patterns)]:
        own = [scenario for name, scenario in told if name == rule]
        assert sum(bool(scenario.expect) for scenario in own) >= HIT_AND_SILENT_MIN, rule
        assert sum(not scenario.expect for scenario in own) >= HIT_AND_SILENT_MIN, rule
    with capsys.disabled():
        table = counted(told, "in process")
        print(f"\n{table}")  # noqa: T201 - belongs into the log of the run
