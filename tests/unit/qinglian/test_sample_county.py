from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from contracts.credit_code import check_code
from contracts.tokens import is_token
from qinglian.sample.county import SIZE, SampleCounty, by_department, phases, sample_county
from qinglian.sample.pen import SOURCES
from qinglian.sample.span import Span
from tests.builders.records import admitted, records_of
from tests.builders.sample import SMALL, story_rows, told_events

ROOT = Path(__file__).parents[3]
END_ON = date(2026, 11, 26)
EVENTS_MAX = 60_000  # what the door takes in the time that a person waits


@pytest.fixture(scope="module")
def small() -> SampleCounty:
    return sample_county(size=SMALL, end_on=END_ON)


def test_the_same_seed_size_and_day_tell_the_same(small: SampleCounty) -> None:
    again = sample_county(size=SMALL, end_on=END_ON)
    assert again.events() == small.events()
    assert again.declarations() == small.declarations()


def test_another_seed_tells_something_else(small: SampleCounty) -> None:
    other = sample_county(seed=2, size=SMALL, end_on=END_ON)
    assert not {event["id"] for event in other.events()} & {event["id"] for event in small.events()}


def test_every_event_is_let_in_and_its_identity_is_its_own(small: SampleCounty) -> None:
    events = told_events(small)
    for record in records_of(events):
        assert not admitted(record).quarantined
    assert max(Counter((event["source"], event["id"]) for event in events).values()) == 1


def test_everything_happened_before_the_last_day(small: SampleCounty) -> None:
    assert max(event["time"] for event in small.events()) < END_ON.isoformat()


def test_all_six_departments_speak_and_money_comes_last() -> None:
    events = sample_county(size=SMALL, end_on=END_ON).events()
    first, money = phases(events)
    assert len(first) + len(money) == len(events)
    assert {name for name, told in by_department(first).items() if told} == {*SOURCES} - {"finance"}
    assert {event["type"].split(".")[0] for event in money} == {"finance"}


def test_the_whole_county_has_three_hundred_organizations_of_three_kinds_and_is_loaded_in_a_minute() -> None:
    county = sample_county(end_on=END_ON)
    assert len(county.organizations) == SIZE == 300
    assert min(Counter(one.kind for one in county.organizations).values()) >= 10
    assert len({one.name for one in county.organizations}) == SIZE
    assert 35_000 <= len(county.events()) <= EVENTS_MAX


def test_the_document_lists_every_story_and_nothing_that_is_not_told() -> None:
    text = (ROOT / "docs" / "sample-county.md").read_text(encoding="utf-8")
    written = [line for line in text.splitlines() if line.startswith(("| SO-", "| TY-", "| L"))]
    planted, silent = story_rows(sample_county(end_on=END_ON))
    assert written == [*planted, *silent]


def test_codes_hold_and_people_are_tokens(small: SampleCounty) -> None:
    for one in small.organizations:
        check = check_code(one.code)
        assert check.gb32100
        assert check.gb11714
        assert check.known_prefix
        assert is_token(one.account)
        assert is_token(one.chair.token)


def test_a_county_too_small_for_its_stories_says_so() -> None:
    with pytest.raises(ValueError, match="stories alone need"):
        sample_county(size=10, end_on=END_ON)


def test_the_span_begins_three_years_before_also_on_a_leap_day() -> None:
    assert Span(date(2028, 2, 29)).begin_on == date(2025, 2, 28)
    assert Span(END_ON).begin_on == date(2023, 11, 26)


def test_the_last_such_date_lies_well_before_the_end() -> None:
    span = Span(END_ON)
    assert span.last(9, 1) == date(2026, 9, 1)
    assert span.last(12, 20) == date(2025, 12, 20)
    assert span.last(9, 27) == date(2026, 9, 27)
    assert span.last(9, 28) == date(2025, 9, 28)
