"""The one equation: alerts are a function of facts, rules and completeness, not of how and when the facts arrived.

Engine and oracle must say the same of every story, whatever the delivery.
"""

from collections import Counter
from itertools import pairwise
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.builders.engine import story_county
from tests.builders.records import heard
from tests.oracle.oracle import waiting
from tests.properties.cast import CODES, Teller
from tests.properties.comparing import STORY_RULES, assert_same, sides_alone
from tests.properties.delivery import carry_out, wildly
from tests.properties.examples import BRIEF_TIMES, TINY_TIMES, examples
from tests.properties.themes import THEMES, few_payments, story

STORIES_MIN, STORIES_MAX = 25, 60  # per theme, until its rule was hit often enough
SHORT_STORIES_PER_THEME = 30
FEW_PAYMENTS_STORIES = 500  # whatever comes last changes much, and they cost little
DELIVERIES = 2
HITS_MIN = 30  # per rule, else the stories prove nothing about it
fixed_budget = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=examples(150),
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("theme", THEMES)
def test_engine_and_definition_agree_on_stories_made_for_a_rule(theme: str, capsys: pytest.CaptureFixture[str]) -> None:
    hits: Counter[str] = Counter()
    number = 0
    while number < STORIES_MIN or hits[theme] < HITS_MIN:
        assert number < STORIES_MAX, f"{number} stories made for {theme} hit it {hits[theme]} times"
        told = story(Random(f"{theme}-{number}"), theme)
        alerts = assert_same(told, *(f"{theme}-{number}-{delivery}" for delivery in range(DELIVERIES)))
        hits.update(alert["rule"] for of_one in alerts.values() for alert in of_one)
        number += 1
    with capsys.disabled():
        told_of = f"{theme}: {number} stories, {DELIVERIES} deliveries each"
        print(f"\n{told_of}, alerts {dict(sorted(hits.items()))}")  # noqa: T201 - belongs into the log of the run


@pytest.mark.parametrize("theme", THEMES)
def test_engine_and_definition_agree_on_short_stories(theme: str) -> None:
    for number in range(examples(SHORT_STORIES_PER_THEME, BRIEF_TIMES)):
        told = story(Random(f"short-{theme}-{number}"), theme, brief=True)
        seeds = [f"short-{theme}-{number}-{delivery}" for delivery in range(DELIVERIES)]
        assert_same(told, *seeds, sides=sides_alone(theme))


def test_engine_and_definition_agree_on_a_few_payments_that_go_to_and_fro() -> None:
    for number in range(examples(FEW_PAYMENTS_STORIES, TINY_TIMES)):
        teller = Teller(Random(f"few-{number}"), brief=True)
        few_payments(teller, CODES[number % 2])
        assert_same(teller.events, *(f"few-{number}-{delivery}" for delivery in range(DELIVERIES)))


@fixed_budget
@given(theme=st.sampled_from(sorted(THEMES)), rng=st.randoms(use_true_random=False), delivery=st.integers(0, 2**32))
def test_engine_and_definition_agree_on_whatever_hypothesis_tells(theme: str, rng: Random, delivery: int) -> None:
    assert_same(story(rng, theme, noise_max=25), delivery)


@pytest.mark.parametrize("theme", THEMES)
def test_once_everything_has_taken_effect_nothing_more_is_said(theme: str) -> None:
    for number in range(examples(12)):
        rng = Random(f"quiet-{theme}-{number}")
        county = story_county()
        records = carry_out(wildly(story(rng, theme), rng), county)
        before = county.content()
        said = [len(storage.revisions) for storage in county.storage]
        county.restart()
        county.feed(records)
        county.finish()
        assert county.content() == before
        assert county.waiting() == waiting(heard(records), STORY_RULES)
        assert [len(storage.revisions) for storage in county.storage] == said


@pytest.mark.parametrize("theme", THEMES)
def test_every_alert_tells_its_life_without_gaps_or_empty_words(theme: str) -> None:
    for number in range(examples(20)):
        rng = Random(f"life-{theme}-{number}")
        county = story_county()
        carry_out(wildly(story(rng, theme), rng), county)
        for storage in county.storage:
            for identity in {revision.alert.id for revision in storage.revisions}:
                life = [revision for revision in storage.revisions if revision.alert.id == identity]
                assert [revision.alert.revision for revision in life] == list(range(1, len(life) + 1))
                kinds = ["new", *(revision.kind for revision in life)]
                for before, after in pairwise(kinds):
                    assert after in {"new": ["raised"], "withdrawn": ["raised"]}.get(before, ["amended", "withdrawn"])
                assert all((revision.kind == "withdrawn") == (revision.alert.state == "withdrawn") for revision in life)
