"""The sample county as the engine and the oracle take it, and what its stories promise."""

from collections.abc import Iterable, Iterator
from typing import Any

from qinglian.sample.county import SampleCounty, Told
from qinglian.sample.stories import LOOK_ALIKES, PLANTED, QUIET
from tests.builders.engine import shipped_rules
from tests.builders.records import Json

SMALL = 210  # stories and a few ordinary neighbours
PORTION = 500

Alerts = dict[str, list[dict[str, Any]]]
Line = tuple[str, str, str]  # story or code, rule, severity


def told_events(county: SampleCounty) -> list[Json]:
    """Give all events and declarations; the latter say where they belong."""
    declared = [event | {"_topic": event["data"]["topic"]} for event in county.declarations()]
    return [*county.events(), *declared]


def portions(events: list[Json]) -> Iterator[tuple[Json, ...]]:
    """Cut events as a consumer's batches do."""
    for place in range(0, len(events), PORTION):
        yield tuple(events[place : place + PORTION])


def promised(county: SampleCounty, rules: Iterable[str] | None = None) -> list[Line]:
    """Give what the stories promise of the rules in force: story, rule, severity, once per alert."""
    book = shipped_rules()
    in_force = set(rules if rules is not None else {each.id for each in (*book.rules, *book.patterns)})
    return sorted(
        (told.story.key, expected.rule, expected.severity)
        for told in county.told
        for expected in told.story.expects
        for _ in range(expected.count)
        if expected.rule in in_force
    )


def found_in_stories(county: SampleCounty, alerts: Alerts) -> list[Line]:
    """Give what was said of the organizations of stories."""
    story_of = players(county)
    return sorted(
        (story_of[code], alert["rule"], alert["severity"])
        for code, of_one in alerts.items()
        if code in story_of
        for alert in of_one
    )


def unplanned(county: SampleCounty, alerts: Alerts) -> list[dict[str, Any]]:
    """Give the alerts on organizations that play in no story."""
    story_of = players(county)
    return [alert for code, of_one in alerts.items() if code not in story_of for alert in of_one]


def players(county: SampleCounty) -> dict[str, str]:
    """Name for each organization in a story that story."""
    return {one.code: told.story.key for told in county.told for one in (told.scene.organization, *told.scene.others)}


def events_of_stories(events: Iterable[Json], told: Iterable[Told]) -> list[Json]:
    """Of a county's events give those of the organizations of some stories, those of nobody, and declarations."""
    codes = {one.code for each in told for one in (each.scene.organization, *each.scene.others)}
    return [event for event in events if event.get("subject") in {None, *codes}]


def story_rows(county: SampleCounty) -> tuple[list[str], list[str]]:
    """Give the rows of docs/sample-county.md: stories with their alerts, and those that must stay silent."""
    name_of = {told.story.key: told.scene.organization.name for told in county.told}
    planted = [
        f"| {story.key} | {name_of[story.key]} | {story.title} | "
        + ", ".join(f"{one.rule} {one.severity}" for one in story.expects)
        + " |"
        for story in PLANTED
    ]
    silent = [f"| {story.key} | {name_of[story.key]} | {story.title} |" for story in (*LOOK_ALIKES, *QUIET)]
    return planted, silent
