"""Every tidy rule knows good from bad, and the tree follows it."""

import pytest

from tests.arch import (
    rules_of_limits,
    rules_of_names,
    rules_of_purity,
    rules_of_signatures,
    rules_of_size,
    rules_of_tests,
)
from tests.arch.sources import Source, all_sources
from tests.arch.tidy import Rule, functions

RULES: tuple[Rule, ...] = (
    *rules_of_size.RULES,
    *rules_of_names.RULES,
    *rules_of_signatures.RULES,
    *rules_of_purity.RULES,
    *rules_of_limits.RULES,
    *rules_of_tests.RULES,
)
GOOD = [pytest.param(rule, good, id=f"{rule.name}-{n}") for rule in RULES for n, good in enumerate(rule.good, 1)]
BAD = [pytest.param(rule, bad, id=f"{rule.name}-{n}") for rule in RULES for n, bad in enumerate(rule.bad, 1)]


@pytest.mark.parametrize(("rule", "lines"), GOOD)
def test_good_lines_follow_the_rule(rule: Rule, lines: Source) -> None:
    assert rule.applies(lines)
    assert rule.breaches(lines) == []


@pytest.mark.parametrize(("rule", "lines"), BAD)
def test_bad_lines_are_caught(rule: Rule, lines: Source) -> None:
    assert rule.breaches(lines)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_tree_follows(rule: Rule) -> None:
    breaches = [breach for source in all_sources() for breach in rule.breaches(source)]
    assert not breaches, "\n".join([rule.story, *breaches])


def test_nine_of_ten_functions_fit_on_half_a_page() -> None:
    lengths = [rules_of_size.length_of(function) for source in all_sources() for function in functions(source)]
    assert 0 < rules_of_size.percentile_90(lengths) <= rules_of_size.FUNCTION_LINES_P90


def test_nine_of_ten_files_are_short() -> None:
    lengths = [source.lines for source in all_sources()]
    assert 0 < rules_of_size.percentile_90(lengths) <= rules_of_size.FILE_LINES_P90


@pytest.mark.parametrize(("lengths", "expected"), [([1], 1), ([*range(1, 11)], 9), ([*range(1, 21)], 18), ([], 0)])
def test_the_ninetieth_percentile_is_what_nine_in_ten_do_not_exceed(lengths: list[int], expected: int) -> None:
    assert rules_of_size.percentile_90(lengths) == expected
