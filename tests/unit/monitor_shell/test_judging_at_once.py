"""A county judged at once, with nothing stored, gets the alerts that it gets piece by piece."""

import io
import json
from collections import Counter
from typing import Any

import pytest

from contracts import TOPICS, admit
from funds_monitor.inbound.judge_command import main
from funds_monitor.usecases.judge_records import judge_records
from tests.builders.engine import EngineCounty, content_of, order_of, shipped_rules
from tests.builders.records import Json, records_of
from tests.builders.scenarios import Scenario, events_of, load_scenarios

EACH = 4  # scenarios a rule


def some_scenarios() -> list[tuple[str, Scenario]]:
    counted: Counter[str] = Counter()
    found = []
    for rule, scenario in load_scenarios():
        counted[rule] += 1
        if counted[rule] <= EACH:
            found.append((rule, scenario))
    return found


def piece_by_piece(events: list[Json]) -> dict[str, list[dict[str, Any]]]:
    county = EngineCounty()
    county.feed(records_of(events))
    county.finish()
    return county.content()


@pytest.mark.parametrize(("rule", "scenario"), some_scenarios(), ids=lambda each: getattr(each, "name", each))
def test_at_once_is_as_piece_by_piece_in_any_order(rule: str, scenario: Scenario) -> None:
    events = events_of(scenario)
    wanted = piece_by_piece(events)
    for told in (events, events[::-1]):
        judged = judge_records(records_of(told), rules=shipped_rules(), admit=admit, topics=TOPICS)
        found: dict[str, list[dict[str, Any]]] = {}
        for alert in judged.alerts:
            found.setdefault(alert.organization, []).append(content_of(alert))
        assert {code: sorted(its, key=order_of) for code, its in found.items()} == wanted, rule


def test_the_command_gives_the_alerts_and_a_summary() -> None:
    [scenario] = [each for _, each in load_scenarios() if each.name == some_hit()]
    events = [{name: part for name, part in each.items() if name[0] != "_"} for each in events_of(scenario)]
    poor = dict(events[0], type="finance.payment.dreamt.v1")
    lines, out = [json.dumps(event).encode() for event in (*events, poor)], io.BytesIO()
    assert main([], lines=lines, out=out) == 0
    *alerts, summary = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [each["alert"]["rule"] for each in alerts] == [
        alert["rule"] for its in piece_by_piece(events_of(scenario)).values() for alert in its
    ]
    assert summary["summary"]["refused"] == {"unknown_type": 1}
    assert summary["summary"]["errors"] == {}
    assert summary["summary"]["rules"]["SO-01"]["en"] == "Large transfer"


def test_the_command_tells_how_far_each_shard_is_where_asked(capsys: pytest.CaptureFixture[str]) -> None:
    [scenario] = [each for _, each in load_scenarios() if each.name == some_hit()]
    lines = [json.dumps(each).encode() for each in events_of(scenario) if "_topic" not in each]
    assert main([], lines=lines, out=io.BytesIO()) == 0
    assert capsys.readouterr().err == ""
    assert main(["--progress"], lines=lines, out=io.BytesIO()) == 0
    told = [line.split() for line in capsys.readouterr().err.splitlines()]
    assert {word for word, *_ in told} == {"progress"}
    assert sum(int(judged) for _, _, judged, facts in told if judged == facts) == len(lines)


def some_hit() -> str:
    return next(scenario.name for _, scenario in load_scenarios() if scenario.expect)


def test_a_line_that_is_no_json_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], lines=[b"{"], out=io.BytesIO()) == 1
    assert capsys.readouterr().err.startswith("line 1 is no event: ")
