"""A proof of the stories: each deliberate fault of the engine is noticed by them, soon."""

from collections.abc import Callable
from functools import partial
from random import Random

import pytest

from tests.mutants.mutants import COUNTED, MUTANTS
from tests.mutants.mutating import RAISED, Mutant, builder_of, county_of
from tests.properties.comparing import MakeCounty, definition_of, delivered, difference, expected
from tests.properties.delivery import wildly
from tests.properties.test_counts import noticed
from tests.properties.themes import story

STORIES_MAX = 400  # per mutant; most are noticed within ten
MUTANTS_MIN = 12


def is_noticed(look: Callable[[], object]) -> bool:
    """Say whether a look at a mutated engine finds a difference, or the engine raises."""
    try:
        return bool(look())
    except RAISED:
        return True


def difference_in(mutant: Mutant, make: MakeCounty, number: int) -> str:
    """Tell one story; say where the mutant differs from the definition."""
    theme = mutant.themes[number % len(mutant.themes)]
    told = story(Random(f"mutant-{number}"), theme, noise_max=25)
    wanted = expected(told, definition_of(mutant.rules))
    return difference(wanted, delivered(wildly(told, Random(number)), make))


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_stories_notice(mutant: Mutant) -> None:
    make = county_of(mutant)
    assert any(is_noticed(partial(difference_in, mutant, make, number)) for number in range(STORIES_MAX))


@pytest.mark.parametrize("mutant", COUNTED, ids=lambda mutant: mutant.name)
def test_the_stories_with_numbers_notice(mutant: Mutant) -> None:
    make = partial(builder_of(mutant, "story_county"), drops_known=True)
    themes = mutant.themes
    assert any(is_noticed(partial(noticed, themes[n % len(themes)], n, make)) for n in range(STORIES_MAX))


def test_there_are_enough_mutants_and_their_names_differ() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= MUTANTS_MIN
    assert len({mutant.name for mutant in COUNTED}) == len(COUNTED) >= MUTANTS_MIN


def test_a_mutant_whose_fragment_is_gone_fails_loudly() -> None:
    gone = Mutant("gone", "beliefs", "no such fragment", "", ("SO-01",))
    with pytest.raises(LookupError, match="stands 0 times"):
        county_of(gone)
