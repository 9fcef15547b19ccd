"""A proof of the stories in which rules change: each deliberate fault in taking versions over is noticed by them."""

import pytest

from tests.builders.engine import EngineCounty
from tests.builders.records import heard
from tests.mutants.mutants_of_versions import MUTANTS_OF_VERSIONS
from tests.mutants.mutating import RAISED, Mutant, builder_of
from tests.oracle.oracle import open_alerts, waiting
from tests.properties.delivery import carry_out
from tests.properties.versions import MakeVersions, points_of, sides_of, version_story

STORIES_MAX = 200  # per mutant; most are noticed within ten


def notices(mutant: Mutant, make: MakeVersions, number: int) -> bool:
    """Say whether one story tells the mutant from the definition, or its true points from the true engine's."""
    told = version_story(f"mutant-{number}", mutant.themes[number % len(mutant.themes)], brief=number % 4 != 0 or None)
    sides, true = sides_of(told.life, make), sides_of(told.life).make()
    county: EngineCounty = sides.make()
    rules, events = sides.rules(told.steps), heard(carry_out(told.steps, true))
    try:
        carry_out(told.steps, county)
    except RAISED:
        return True
    is_told = county.content() == open_alerts(events, rules) and county.waiting() == waiting(events, rules)
    return not is_told or points_of(county) != points_of(true)


@pytest.mark.parametrize("mutant", MUTANTS_OF_VERSIONS, ids=lambda mutant: mutant.name)
def test_the_stories_notice(mutant: Mutant) -> None:
    make = builder_of(mutant, "county_of_versions")
    assert any(notices(mutant, make, number) for number in range(STORIES_MAX))


def test_without_a_fault_there_is_nothing_to_notice() -> None:
    true = Mutant("none", "versions", "ALWAYS = Span()", "ALWAYS = Span()", ("SO-01", "SO-03", "SO-08", "SO-21"))
    make = builder_of(true, "county_of_versions")
    assert not any(notices(true, make, number) for number in range(8))
