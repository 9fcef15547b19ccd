"""Scenarios renamed to live side by side: unlike all others, and within themselves as they were."""

from functools import cache
from itertools import combinations

from funds_monitor.domain.names import name_score
from funds_monitor.domain.words import load_words
from tests.builders.engine import RULES
from tests.builders.renaming import CODE, NAMES, REFERENCES, REFERENCES_END, Renaming, fresh_signs, texts_of
from tests.builders.scenarios import load_scenarios, told_of

NAMES_COMPARED_MAX = 12  # of one scenario: some have a thousand givers who differ in a digit


@cache
def renamed() -> list[tuple[Renaming, list[tuple[str, str, str]]]]:
    """Give each scenario's renaming, and every text of it: the member that holds it, as it was, as it is."""
    signs, found = fresh_signs(), []
    for number, (_, scenario) in enumerate(load_scenarios()):
        events = told_of(scenario)
        renaming = Renaming(number, events, signs)
        both = zip(texts_of(events), texts_of(renaming.events), strict=True)
        found.append((renaming, [(member, was, now) for (member, was), (_, now) in both]))
    return found


def is_address(member: str, was: str) -> bool:
    """Say whether a text names one particular thing."""
    is_reference = member in REFERENCES or member.endswith(REFERENCES_END)
    return bool(CODE.fullmatch(was)) or was.startswith(("p_", "a_")) or is_reference


def names_of(texts: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    return sorted({(was, now) for member, was, now in texts if member in NAMES and not CODE.fullmatch(was)})


def test_no_two_scenarios_speak_of_the_same_thing() -> None:
    seen: set[str] = set()
    for _, texts in renamed():
        own = {now for member, was, now in texts if is_address(member, was)}
        assert own
        assert own.isdisjoint(seen), own & seen
        seen |= own


def test_names_of_two_scenarios_share_no_letter_but_those_of_words_that_rules_look_for() -> None:
    seen: set[str] = set()
    for _, texts in renamed():
        own = {sign for was, now in names_of(texts) for sign in set(now.lower()) - set(was.lower())}
        assert own.isdisjoint(seen), own & seen
        seen |= own
    assert len(seen) > len(renamed())


def test_names_within_a_scenario_are_as_alike_as_they_were() -> None:
    compared = 0
    for _, texts in renamed():
        for (was, now), (other, other_now) in combinations(names_of(texts)[:NAMES_COMPARED_MAX], 2):
            signs = list(zip(was + other, now + other_now, strict=True))
            kept = {sign for sign, changed in signs if sign == changed}
            if kept.isdisjoint(sign for sign, changed in signs if sign != changed):
                assert name_score(now, other_now) == name_score(was, other), (was, other)
                compared += 1
    assert compared > len(renamed())


def test_rules_find_their_words_in_a_name_as_before() -> None:
    words = load_words(RULES)
    for was, now in {was: now for _, texts in renamed() for was, now in names_of(texts)}.items():
        for each in words.names():
            assert words.matches(now, each) == words.matches(was, each), (was, each)


def test_codes_tokens_and_references_keep_their_order() -> None:
    for _, texts in renamed():
        for start in ("5", "9", "1", "p_", "a_", "s-", "aw-"):
            alike = {was: now for member, was, now in texts if is_address(member, was) and was.startswith(start)}
            assert sorted(alike.values()) == [alike[was] for was in sorted(alike)]


def test_what_is_said_in_the_county_is_told_back_in_the_scenario_s_words() -> None:
    for renaming, texts in renamed():
        assert all(renaming.told_back(now) == was for _, was, now in texts)
        names = names_of(texts)
        listed = renaming.told_back("、".join(now for _, now in names))
        assert listed.lower() == "、".join(was for was, _ in names).lower()
    assert renaming.told_back(7) == 7
