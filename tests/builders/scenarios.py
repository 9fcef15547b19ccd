"""Scenarios as data, expanded into CloudEvents; the format is written in tests/data/scenarios/README.md."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct, convert

from contracts import TOPICS
from tests.builders.events import SOURCES, Desk, moment, told_topics
from tests.builders.records import Json

FOLDER = Path(__file__).resolve().parents[1] / "data" / "scenarios"
CAST = yaml.safe_load((FOLDER / "cast.yaml").read_text(encoding="utf-8"))
CODE: str = CAST["organization"]["code"]
COMPLETE = "2026-12-01"


class Expectation(Struct, forbid_unknown_fields=True):
    """What one open alert of the rule holds; what is not said may be anything."""

    severity: str
    measured: dict[str, Any] = {}
    evidence_count: int | None = None


class Scenario(Struct, forbid_unknown_fields=True):
    """One sentence of an indicator."""

    name: str
    given: list[dict[str, Any]]
    expect: list[Expectation]
    background: list[dict[str, Any]] | None = None
    complete: Any = COMPLETE
    waiting: list[str] = []


class ScenarioFile(Struct, forbid_unknown_fields=True):
    """All scenarios of a rule."""

    rule: str
    background: list[dict[str, Any]]
    scenarios: list[Scenario]


def load_scenarios() -> Iterator[tuple[str, Scenario]]:
    """Give every scenario with its rule, its background filled in."""
    for path in [*sorted(FOLDER.glob("SO-*.yaml")), *sorted(FOLDER.glob("TY-*.yaml"))]:
        file = convert(yaml.safe_load(path.read_text(encoding="utf-8")), ScenarioFile)
        for scenario in file.scenarios:
            if scenario.background is None:
                scenario.background = file.background
            yield file.rule, scenario


def fits(alert: dict[str, Any], expected: Expectation) -> bool:
    """Say whether an alert is what a scenario expects."""
    return (
        alert["severity"] == expected.severity
        and expected.measured.items() <= alert["measured"].items()
        and expected.evidence_count in {None, alert["evidence_count"]}
    )


def counted(told: Iterable[tuple[str, Scenario]], how: str) -> str:
    """Write how many scenarios of each rule were told, those that hit and those that must stay silent."""
    counts = Counter((rule, bool(scenario.expect)) for rule, scenario in told)
    rules = sorted({rule for rule, _ in counts})
    rows = [f"{rule}: {counts[rule, True]} hits, {counts[rule, False]} silent" for rule in rules]
    hits = sum(counts[rule, True] for rule in rules)
    return "\n".join([*rows, f"{counts.total()} scenarios {how}: {hits} hits, {counts.total() - hits} silent"])


def events_of(scenario: Scenario, code: str = CODE) -> list[Json]:
    """Expand a scenario into events about one organization, declarations of completeness last."""
    return told_of(scenario, code) + declarations(scenario.complete)


def told_of(scenario: Scenario, code: str = CODE) -> list[Json]:
    """Expand a scenario into events about one organization, without declarations."""
    named: dict[str, Json] = {}
    lines = [one for line in [*(scenario.background or ()), *scenario.given] for one in spread(line)]
    return [expand(line, number, named, sender_of(line, code)) for number, line in enumerate(lines)]


def spread(line: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give a line as often as it says, over so many days, each time with another person on the other side."""
    fields = dict(line)
    kind = next(iter(fields))
    count, days = fields.pop("people", None), fields.pop("days", 1)
    if count is None:
        yield line
        return
    first, sums = fields.pop(kind), fields.pop("yuan")
    for place in range(count):
        day = first + timedelta(days=place * days // count)
        who = {"kind": "person", "name": f"王{place}", "person": f"p_{place + 1:032d}"}
        yield {kind: day, "direction": "in", "counterparty": who, "yuan": sums[place % len(sums)], **fields}


def sender_of(line: dict[str, Any], code: str) -> str:
    """Name the organization that a line is about: another one of the cast, or the scenario's own."""
    return str(CAST["parties"][line["of"]]["code"]) if "of" in line else code


def expand(line: dict[str, Any], number: int, named: dict[str, Json], code: str) -> Json:
    """Expand one line; its first key names the event and says when."""
    fields = dict(line)
    kind = next(iter(fields))
    at, known = text_of(fields.pop(kind)), CAST["events"][kind]
    target = named.get(str(fields.get("corrects") or fields.get("withdraws") or ""))
    event: Json = {
        "specversion": "1.0",
        "id": f"s-{number:03d}",
        "source": SOURCES[known["type"].partition(".")[0]],
        "type": known["type"],
        "time": moment(at),
        "datacontenttype": "application/json",
    }
    if known.get("about") != "nobody":
        event["subject"] = known.get("about", code)
    named[str(fields.pop("as", number))] = event
    if "corrects" in fields and target is not None:
        event["corrects"] = target["id"]
    data = plain(known["data"]) | ({known["dated"]: at[:10]} if "dated" in known else {})
    if "withdraws" in fields and target is not None:
        event["type"] = target["type"].partition(".")[0] + ".event.withdrawn.v1"
        event["source"], data["event_id"] = target["source"], target["id"]
        event["_topic"] = topic_of_type(target["type"])
    event["data"] = data | written(fields)
    return event


def written(fields: dict[str, Any]) -> Json:
    """Write shorthand out in full."""
    data: Json = {}
    for name, value in fields.items():
        match name:
            case "corrects" | "withdraws":
                continue
            case "of":
                if value not in CAST["accounts"]:
                    continue
                data["own_account"] = CAST["accounts"][value]
            case "to" | "from":
                data["direction"] = "out" if name == "to" else "in"
                data["counterparty"] = CAST["parties"].get(value, {"kind": "organization", "name": value})
            case "usd":
                data |= {"original_currency": "USD", "original_amount_minor": value * 100}
            case "yuan":
                data["amount_fen"] = value * 100
            case _ if name.endswith("_yuan"):
                data[name.removesuffix("_yuan") + "_fen"] = value * 100
            case _:
                data[name] = plain(value)
    return data


def declarations(complete: Any, prefix: str = "told") -> list[Json]:
    """Declare topics complete: all until one time, or some until times of their own."""
    until = complete if isinstance(complete, dict) else {}
    desk = Desk(prefix)
    return [
        event
        for topic in told_topics()
        for event in desk.completed(topic, text_of(until.get(topic, COMPLETE if until else complete)))
    ]


def topic_of_type(event_type: str) -> str:
    topic = TOPICS.topic_of(event_type)
    assert topic is not None, event_type
    return topic.name


def text_of(at: Any) -> str:
    """Write a YAML date or time as text."""
    if isinstance(at, datetime):
        return at.strftime("%Y-%m-%dT%H:%M")
    return at.isoformat() if isinstance(at, date) else str(at)


def plain(value: Any) -> Any:
    """Turn YAML dates into text, everywhere inside."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return text_of(value) if isinstance(value, date) else value
