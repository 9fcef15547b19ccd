"""Conditions: the CEL library is the judge where nothing is null; where something is, the language page is."""

from datetime import date
from typing import Any

import cel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funds_monitor.domain.checking import FUNCTIONS, ExpressionScope, check
from funds_monitor.domain.compiling import compile_node
from funds_monitor.domain.expressions import (
    DEPTH_MAX,
    NODES_MAX,
    TEXT_CHARS_MAX,
    Call,
    ExpressionRefused,
    Node,
    parse,
    walk,
)
from funds_monitor.domain.words import WordList, Words

WORDS = Words({"W.fees": WordList(("手续费", "利息")), "W.liquor": WordList(("酒业", "白酒"), unless=("酒精",))})
TYPES = {"a": "int", "b": "int", "c": "int", "p": "bool", "q": "bool", "s": "string", "t": "string", "x": "date"}
SCOPE = ExpressionScope(
    names={**TYPES, "party": "Party"},
    schemas={"Party": {"kind": "string", "code": "string"}},
    functions=frozenset(FUNCTIONS),
    word_lists=frozenset({"W.fees", "W.liquor"}),
    branches=frozenset({"a"}),
)


class Around(dict[str, Any]):
    """Surroundings that count what is asked of them."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.asked: list[str] = []

    def call(self, function: str, arguments: tuple[Any, ...]) -> bool:
        self.asked.append(function)
        return bool(arguments)


def value_of(text: str, **values: Any) -> Any:
    node = parse(text)
    check(node, SCOPE)
    return compile_node(node, WORDS)(Around(values))


ints = st.recursive(
    st.sampled_from(["a", "b", "c"]) | st.integers(0, 9).map(str),
    lambda below: (
        st.tuples(below, st.sampled_from(["+", "-", "*"]), below).map(lambda each: f"({' '.join(each)})")
        | below.map(lambda each: f"-{each}")
    ),
    max_leaves=6,
)
comparisons = st.tuples(ints, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), ints).map(" ".join)
texts = st.sampled_from(["s", "t", "'x'", '"y"'])
equalities = st.tuples(texts, st.sampled_from(["==", "!="]), texts).map(" ".join)
listed = st.tuples(ints, st.lists(ints, min_size=1, max_size=3).map(", ".join)).map(
    lambda each: f"{each[0]} in [{each[1]}]"
)
bools = st.recursive(
    st.sampled_from(["p", "q", "true", "false"]) | comparisons.map(lambda each: f"({each})") | equalities | listed,
    lambda below: (
        st.tuples(below, st.sampled_from(["&&", "||"]), below).map(lambda each: f"({' '.join(each)})")
        | below.map(lambda each: f"!({each})")
        | st.tuples(below, below, below).map(lambda each: f"({each[0]} ? {each[1]} : {each[2]})")
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(
    text=bools | ints,
    a=st.integers(-5, 5),
    b=st.integers(-5, 5),
    c=st.integers(-5, 5),
    p=st.booleans(),
    q=st.booleans(),
    s=st.sampled_from(["x", "y"]),
    t=st.sampled_from(["x", "y"]),
)
def test_without_nulls_a_condition_means_what_the_cel_library_says(text: str, **values: Any) -> None:
    assert value_of(text, **values) == cel.evaluate(text, values)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a < b", False),
        ("a >= b", False),
        ("b <= a", False),
        ("b > a", False),
        ("a == null", True),
        ("a != null", False),
        ("a == b", False),
        ("a != b", True),
        ("!p", True),
        ("p && true", False),
        ("true && p", False),
        ("p || false", False),
        ("p || true", True),
        ("p ? 1 : 2", 2),
        ("a + b", None),
        ("b - a", None),
        ("a * b", None),
        ("-a", None),
        ("abs(a)", None),
        ("max(a, b)", None),
        ("a in [1, 2]", False),
        ("party.code", None),
        ("party.code == null", True),
        ("plus_days(x, a)", None),
        ("minus_years(x, 1)", None),
        ("days_between(x, x)", None),
        ('words(s, "W.fees")', False),
        ("name_score(s, t)", 0),
        ("share(a, b) >= 0", False),
        ("share(b, b) >= a", False),
    ],
)
def test_null_is_false_in_conditions_and_stays_null_in_arithmetic(text: str, wanted: Any) -> None:
    assert value_of(text, a=None, b=3, p=None, s=None, t="y", x=None, party=None) == wanted


@pytest.mark.parametrize(
    ("part", "whole", "bound", "wanted"),
    [(8_000, 10_000, 8_000, True), (7_999, 10_000, 8_000, False), (2, 3, 6_667, False), (2, 3, 6_666, True)],
)
def test_a_share_is_exact_to_the_last_fen(part: int, whole: int, bound: int, wanted: bool) -> None:  # noqa: FBT001
    assert value_of("share(a, b) >= c", a=part, b=whole, c=bound) is wanted


def test_a_share_of_nothing_is_false_whatever_it_is_compared_with() -> None:
    assert value_of("share(a, b) <= 10000", a=0, b=0) is False


def test_sums_above_any_machine_word_stay_exact() -> None:
    assert value_of("share(a, b) > 9999", a=9 * 10**15 + 1, b=9 * 10**15) is True
    assert value_of("a * b", a=10**15, b=10**6) == 10**21


def test_dates_move_by_days_and_years() -> None:
    assert value_of("plus_days(x, 30)", x=date(2026, 3, 1)) == date(2026, 3, 31)
    assert value_of("minus_years(x, 1)", x=date(2024, 2, 29)) == date(2023, 2, 28)
    assert value_of("minus_years(x, 4)", x=date(2024, 2, 29)) == date(2020, 2, 29)
    assert value_of("days_between(x, plus_days(x, 7))", x=date(2026, 3, 1)) == 7


def test_a_word_that_holds_a_listed_one_does_not_count_where_the_list_says_so() -> None:
    assert value_of('words(s, "W.liquor")', s="医用酒精 采购") is False
    assert value_of('words(s, "W.liquor")', s="某某 酒业") is True
    assert value_of('words(s, "W.liquor")', s="酒精及白酒") is True


@pytest.mark.parametrize(
    ("text", "said", "offset"),
    [
        ("amount > 1", "unknown name 'amount'", 0),
        ("a > 'x'", "int and string", 4),
        ("p + 1", "expected int, found bool", 0),
        ("a && p", "expected bool, found int", 0),
        ("p > q", "bool has no order", 2),
        ("a < b < c", "do not chain", 6),
        ("share(a, b)", "only stand on the left", 0),
        ("share(a, b) == 1", "< <= > >= only", 12),
        ("1 < share(a, b)", "only stand on the left", 4),
        ("a in b", "needs a list", 5),
        ("[a]", "a list may only stand", 0),
        ("party.kid == 'x'", '(did you mean "kind"?)', 6),
        ("a.b", "int has no fields", 2),
        ("foo(a)", "is unknown", 0),
        ("abs(a, b)", "takes 1 arguments, found 2", 0),
        ('cleared("C11")', "unknown clearing key 'C11'", 0),
        ("cleared(s)", "takes literals only", 8),
        ('words(s, "W.fee")', '(did you mean "W.fees"?)', 9),
        ('branch("z")', "unknown branch 'z'", 7),
        ("a >", "unexpected 'end'", 3),
        ("(a", "expected ')'", 2),
        ("a $ b", "unexpected sign '$'", 2),
        ("1.5 > a", "a number with a fraction", 0),
    ],
)
def test_what_does_not_hold_is_refused_with_its_place(text: str, said: str, offset: int) -> None:
    with pytest.raises(ExpressionRefused) as refused:
        value_of(text)
    assert said in refused.value.message
    assert refused.value.offset == offset


@pytest.mark.parametrize(
    "text",
    ["(" * (DEPTH_MAX + 1) + "a" + ")" * (DEPTH_MAX + 1), "!" * (DEPTH_MAX + 1) + "p", "a+" * NODES_MAX + "a"],
)
def test_no_expression_is_deeper_or_larger_than_a_person_can_check(text: str) -> None:
    with pytest.raises(ExpressionRefused):
        parse(text)


def test_no_expression_is_longer_than_the_limit() -> None:
    with pytest.raises(ExpressionRefused, match="longer than"):
        parse(" " * TEXT_CHARS_MAX + "a")


def test_a_dear_term_runs_only_when_all_cheaper_ones_hold() -> None:
    def cost(node: Node) -> int:
        return sum(isinstance(part, Call) for part in walk(node))

    run = compile_node(parse("related(2) && a > 1"), WORDS, cost)
    nearly, fully = Around({"a": 1}), Around({"a": 2})
    assert (run(nearly), nearly.asked) == (False, [])
    assert (run(fully), fully.asked) == (True, ["related"])
