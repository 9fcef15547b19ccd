"""A rule may change in the middle of a story: each of its versions judges its own days, whenever it was told of."""

from collections import Counter

import pytest

from tests.builders.records import heard
from tests.oracle.oracle import waiting
from tests.properties.comparing import assert_agreed, expected
from tests.properties.delivery import carry_out
from tests.properties.examples import examples
from tests.properties.themes import THEMES
from tests.properties.versions import VersionStory, points_of, sides_of, version_story

STORIES_PER_THEME = 5
SHORT_STORIES_PER_THEME = 10
DIFFERING_MIN = 1  # per theme: stories whose alerts the versions change, else they prove nothing


def stories(theme: str) -> list[VersionStory]:
    """Give stories of every length."""
    long = [version_story(f"versions-{theme}-{number}", theme) for number in range(examples(STORIES_PER_THEME))]
    short = [
        version_story(f"short-versions-{theme}-{number}", theme, brief=True)
        for number in range(examples(SHORT_STORIES_PER_THEME))
    ]
    return [*long, *short]


@pytest.mark.parametrize("theme", THEMES)
def test_engine_and_definition_agree_on_rules_that_change(theme: str) -> None:
    differing = Counter[bool]()
    for told in stories(theme):
        sides = sides_of(told.life)
        wanted = expected(told.events, sides.rules(told.steps))
        differing[wanted != expected(told.events, sides.rules([]))] += 1
        assert_agreed(wanted, told.steps, sides, f"versions {told.life.changes}")
    assert differing[True] >= DIFFERING_MIN


@pytest.mark.parametrize("theme", THEMES)
def test_a_county_that_was_told_bit_by_bit_ends_like_one_that_knew_from_the_start(theme: str) -> None:
    for number in range(examples(3)):
        told = version_story(f"knew-{theme}-{number}", theme)
        sides = sides_of(told.life)
        late, early = sides.make(), sides.make()
        for change in told.life.changes:
            early.announce(*change)
        records = carry_out(told.steps, late)
        carry_out([step for step in told.steps if step.name != "announce"], early)
        assert late.content() == early.content()
        assert late.waiting() == early.waiting() == waiting(heard(records), sides.rules(told.steps))
        assert points_of(late) == points_of(early)


@pytest.mark.parametrize("theme", THEMES)
def test_a_change_of_versions_is_said_once_and_for_its_reason(theme: str) -> None:
    for number in range(examples(3)):
        told = version_story(f"said-{theme}-{number}", theme)
        county = sides_of(told.life).make()
        carry_out([step for step in told.steps if step.name != "announce"], county)
        before = [len(storage.revisions) for storage in county.storage]
        for change in told.life.changes:
            county.announce(*change)
        county.finish()
        told_since = zip(before, county.storage, strict=True)
        said = [each for start, storage in told_since for each in storage.revisions[start:]]
        assert {each.reason for each in said} <= {"rule_changed", "merged"}
        once = [len(storage.revisions) for storage in county.storage]
        county.restart()
        county.finish()
        assert [len(storage.revisions) for storage in county.storage] == once
