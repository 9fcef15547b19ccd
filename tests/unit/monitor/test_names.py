"""Names as text."""

import pytest

from funds_monitor.domain.names import mask_person, name_score, norm, split_forwarded


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Blue Lake  FOUNDATION ", "bluelakefoundation"),
        ("平阳县（昆阳）促进会", "平阳县(昆阳)促进会"),
        ("⼈⺠教育基⾦会", "人民教育基金会"),
        ("ＡＢＣ\u200b公司\ufeff", "abc公司"),
        ("【甲】「乙」", "(甲)(乙)"),
        (None, ""),
        ("  ", ""),
    ],
)
def test_a_name_is_normalised(name: str | None, wanted: str) -> None:
    assert norm(name) == wanted


def naive(left: str, right: str) -> int:
    """Longest common subsequence, as one would write it."""
    row = [0] * (len(right) + 1)
    for sign in left:
        before = 0
        for place, other in enumerate(right, 1):
            before, row[place] = row[place], before + 1 if sign == other else max(row[place], row[place - 1])
    return 200 * row[-1] // (len(left) + len(right))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Blue Lake Foundation", "Blue Lake Fund"),
        ("平阳县慈善总会", "平阳慈善会"),
        ("abc", "cba"),
        ("a", "a"),
        ("aaaa", "aa"),
        ("x" * 130, "x" * 100 + "y" * 30),
    ],
)
def test_likeness_is_the_longest_common_subsequence(left: str, right: str) -> None:
    assert name_score(left, right) == naive(norm(left), norm(right)) == name_score(right, left)


def test_likeness_with_nothing_is_nothing() -> None:
    assert name_score("", "甲") == name_score(None, None) == 0
    assert name_score("甲公司", "甲公司") == 100


def test_a_fund_is_not_the_foundation() -> None:
    assert 80 <= name_score("Blue Lake Foundation", "Blue Lake Fund") < 92


def test_a_forwarded_gift_names_forwarder_and_giver() -> None:
    assert split_forwarded("县红十字会转来 王小明") == ("县红十字会", "王小明")
    assert split_forwarded("王小明") == ("", "王小明")


def test_a_person_is_shown_by_one_sign() -> None:
    assert (mask_person("王小明"), mask_person("王"), mask_person(""), mask_person(None)) == ("王**", "王*", "", "")
