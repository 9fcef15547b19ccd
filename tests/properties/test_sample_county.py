"""The sample county: what its stories promise is found, what only looks like it stays silent, in any order."""

from datetime import date
from random import Random

import msgspec
import pytest

from contracts.working_days import WORKING_DAYS
from funds_monitor.domain.rulebook import RuleBook
from qinglian.sample.county import SIZE, SampleCounty, sample_county
from qinglian.sample.stories import LOOK_ALIKES, PLANTED, QUIET
from tests.builders.engine import EngineCounty, shipped_rules
from tests.builders.sample import (
    SMALL,
    Alerts,
    events_of_stories,
    found_in_stories,
    portions,
    promised,
    told_events,
    unplanned,
)
from tests.properties.comparing import delivered, difference, expected
from tests.properties.delivery import Step, calmly, wildly

END_ON = date(2026, 11, 26)
SHUFFLED_EACH = 4  # one of so many stories; all of them, and all their neighbours: benchmarks/sample_county.py
OTHER_ENDS = (date(2026, 5, 31), date(2028, 2, 29))  # another season, and a leap day


@pytest.fixture(scope="module")
def told() -> SampleCounty:
    return sample_county(size=SMALL, end_on=END_ON)


@pytest.fixture(scope="module")
def alerts(told: SampleCounty) -> Alerts:
    return delivered(calmly(told_events(told)))


def test_what_the_stories_promise_is_found_and_nothing_else_is_said_of_their_people(
    told: SampleCounty, alerts: Alerts
) -> None:
    found = found_in_stories(told, alerts)
    assert found == promised(told)
    assert found


def test_look_alikes_promise_nothing_and_all_twelve_are_told() -> None:
    assert sorted(story.key for story in LOOK_ALIKES) == [f"L{number:02d}" for number in range(1, 13)]
    assert not [story.key for story in (*LOOK_ALIKES, *QUIET) if story.expects]
    assert all(story.expects for story in PLANTED)


def test_in_the_whole_county_stories_are_found_look_alikes_silent_and_unplanned_alerts_few() -> None:
    whole = sample_county(end_on=END_ON)
    alerts = delivered([Step("feed", portion, (False,)) for portion in portions(told_events(whole))])
    assert found_in_stories(whole, alerts) == promised(whole)
    # Three per hundred organizations a year, three years. The one reason that there is: benchmarks/sample_county.py.
    assert 0 < len(unplanned(whole, alerts)) * 100 <= 3 * 3 * SIZE
    assert {(alert["rule"], alert["measured"]["branch"]) for alert in unplanned(whole, alerts)} <= {("SO-01", "b")}


def test_the_definition_says_the_same_of_every_story(told: SampleCounty) -> None:
    everything = told_events(told)
    for each in told.told:
        events = events_of_stories(everything, [each])
        assert difference(expected(events), delivered(calmly(events))) == "", each.story.key


def test_shuffled_with_duplicates_stories_give_the_same_alerts(told: SampleCounty) -> None:
    events = events_of_stories(told_events(told), told.told[::SHUFFLED_EACH])
    steps = wildly(events, Random("county"), portions=(500, 1_000, 2_000), duplicates_percent=10)
    assert difference(delivered(calmly(events)), delivered(steps)) == ""


def told_from(year: int) -> EngineCounty:
    """Give a county whose SO-36 knows the first year of which it is told, as every deployment sets it."""
    book = shipped_rules()
    rule = book.rule("SO-36")
    number = msgspec.structs.replace(rule.parameters["told_from"], default=year)
    changed = msgspec.structs.replace(rule, parameters={**rule.parameters, "told_from": number})
    return EngineCounty(RuleBook([changed if each is rule else each for each in book.rules], book.words, book.patterns))


@pytest.mark.parametrize("end_on", OTHER_ENDS, ids=str)
def test_the_stories_hold_whatever_the_last_day_is(end_on: date) -> None:
    county = sample_county(size=SMALL, end_on=end_on)
    steps = calmly(events_of_stories(told_events(county), county.told))
    found = delivered(steps, lambda: told_from(county.span.begin_on.year))
    dated = {"SO-06-receipts"} if end_on.year - 1 not in WORKING_DAYS.years else set()
    assert found_in_stories(county, found) == [line for line in promised(county) if line[0] not in dated]
