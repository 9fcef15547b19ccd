"""A proof of the stories: each deliberate fault of the engine is noticed by them, soon."""

from functools import cache
from random import Random

import pytest

from tests.builders.story_rules import rules_of_stories
from tests.mutants.mutants import COUNTED, MUTANTS
from tests.mutants.mutating import Mutant, builder_of, county_of
from tests.oracle.rules import Rules, read_rules
from tests.properties.comparing import MakeCounty, delivered, difference, expected
from tests.properties.delivery import wildly
from tests.properties.test_counts import noticed
from tests.properties.themes import story

STORIES_MAX = 400  # per mutant; most are noticed within ten
MUTANTS_MIN = 12


@cache
def definition_of(rules: frozenset[str]) -> Rules:
    """Give the definition's reading of some rules."""
    return read_rules(rules_of_stories(rules))


def notices(mutant: Mutant, make: MakeCounty, number: int) -> bool:
    """Say whether one story tells the mutant from the definition, by other alerts or by an exception."""
    theme = mutant.themes[number % len(mutant.themes)]
    told = story(Random(f"mutant-{number}"), theme, noise_max=25)
    try:
        wanted = expected(told, definition_of(mutant.rules))
        return bool(difference(wanted, delivered(wildly(told, Random(number)), make)))
    except (AssertionError, LookupError, TypeError, ValueError):
        return True


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_stories_notice(mutant: Mutant) -> None:
    make = county_of(mutant)
    assert any(notices(mutant, make, number) for number in range(STORIES_MAX))


@pytest.mark.parametrize("mutant", COUNTED, ids=lambda mutant: mutant.name)
def test_the_stories_with_numbers_notice(mutant: Mutant) -> None:
    county = builder_of(mutant, "story_county")
    assert any(
        differs_by_numbers(mutant.themes[number % len(mutant.themes)], number, county) for number in range(STORIES_MAX)
    )


def differs_by_numbers(theme: str, number: int, county: MakeCounty) -> bool:
    """Say whether one story with numbers tells the mutant from the definition."""
    try:
        return bool(noticed(theme, number, lambda: county(drops_known=True)))
    except (AssertionError, LookupError, TypeError, ValueError):
        return True


def test_there_are_enough_mutants_and_their_names_differ() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= MUTANTS_MIN
    assert len({mutant.name for mutant in COUNTED}) == len(COUNTED) >= MUTANTS_MIN


def test_a_mutant_whose_fragment_is_gone_fails_loudly() -> None:
    gone = Mutant("gone", "beliefs", "no such fragment", "", ("SO-01",))
    with pytest.raises(LookupError, match="stands 0 times"):
        county_of(gone)
