"""Duplicate keys are found however they are written: the quick count agrees with the slow parser."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.strict_json import MalformedJson, depth_of, parse_strictly

_TEXTS = st.text(alphabet=st.sampled_from('ab":\\ \n\té中'), max_size=6)
_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), _TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.lists(st.tuples(_TEXTS, inner), max_size=4).map(tuple)),
    max_leaves=12,
)


def _written(value: Any, *, ascii_only: bool, gap: str) -> str:
    """Write a value as JSON in which a tuple of pairs is an object, its keys as often as they come."""
    if isinstance(value, tuple):
        pairs = (
            json.dumps(key, ensure_ascii=ascii_only) + gap + ":" + _written(inner, ascii_only=ascii_only, gap=gap)
            for key, inner in value
        )
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_written(inner, ascii_only=ascii_only, gap=gap) for inner in value) + "]"
    return json.dumps(value, ensure_ascii=ascii_only)


def _has_duplicates(value: Any) -> bool:
    if isinstance(value, tuple):
        keys = [key for key, _ in value]
        return len(set(keys)) != len(keys) or any(_has_duplicates(inner) for _, inner in value)
    return isinstance(value, list) and any(map(_has_duplicates, value))


@given(_VALUES, st.booleans(), st.sampled_from(["", "", " ", "\n", "\t"]))
def test_a_key_twice_is_found_and_nothing_else_is_blamed(value: Any, ascii_only: bool, gap: str) -> None:  # noqa: FBT001
    raw = _written(value, ascii_only=ascii_only, gap=gap).encode()
    try:
        parse_strictly(raw)
    except MalformedJson:
        assert _has_duplicates(value)
    else:
        assert not _has_duplicates(value)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,"a":2}',
        b'{"a" :1,"a":"x\\":"}',
        rb'{"a":1,"a":"\u0022:"}',
        rb'{"a":1,"a":"\u003ab"}',
        rb'{"a":1,"\u0061":2}',
        b'{"x":[{"a":1,"a":":b"}]}',
        '{"中":1,"\\u4e2d":2}'.encode(),
    ],
)
def test_tricks_do_not_hide_a_key_twice(raw: bytes) -> None:
    with pytest.raises(MalformedJson):
        parse_strictly(raw)


def test_depth_counts_objects_and_arrays() -> None:
    assert depth_of(1) == 0
    assert depth_of({"a": [{}]}) == 3
    assert depth_of([]) == 1


@pytest.mark.parametrize("levels", [17, 400, 980, 5_000, 100_000])
def test_any_depth_beyond_the_limit_is_malformed_and_breaks_nothing(levels: int) -> None:
    with pytest.raises(MalformedJson, match="deeper"):
        parse_strictly(b"[" * levels + b"]" * levels)


def test_brackets_in_texts_are_not_depth() -> None:
    assert parse_strictly(json.dumps({"a": "[" * 50}).encode()) == {"a": "[" * 50}
