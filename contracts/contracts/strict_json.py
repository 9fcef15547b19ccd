"""Reads JSON as strictly as the HTTP door promises: no duplicate keys, no NaN, no lone surrogates, no deep nesting.

msgspec refuses NaN, lone surrogates and trailing characters by itself. Duplicate keys it does not see, so the keys
written are counted against the keys read; only where a count cannot be trusted is the slow parser of the standard
library asked.
"""

import json
from typing import Any

from msgspec import DecodeError
from msgspec import json as fast_json

from contracts.envelope import DEPTH_MAX

_KEY_END = b'":'


class MalformedJson(ValueError):  # noqa: N818 — named like the refusal that it becomes
    """The text is not JSON, or not JSON that we take; the message says which, never what was sent."""


def parse_strictly(raw: bytes) -> Any:
    """Parse JSON that came from outside.

    Raises: MalformedJson.
    """
    value = parse(raw)
    if not _keys_are_distinct(raw, value):
        message = "an object names a member twice"
        raise MalformedJson(message)
    return value


def parse(raw: bytes) -> Any:
    """Parse JSON without looking for duplicate keys: the last one counts.

    Raises: MalformedJson when it is no JSON or nested too deeply.
    """
    try:
        value = fast_json.decode(raw)
        deep = may_be_deep(raw) and depth_of(value) > DEPTH_MAX
    except (DecodeError, UnicodeDecodeError):
        message = "not JSON in UTF-8, or a number or character that JSON does not have"
        raise MalformedJson(message) from None
    except RecursionError:
        deep = True
    if deep:
        message = f"nested deeper than {DEPTH_MAX}"
        raise MalformedJson(message)
    return value


def may_be_deep(raw: bytes) -> bool:
    """Say whether a text has more brackets than the permitted depth; only then is it worth measuring."""
    return raw.count(b"{") + raw.count(b"[") > DEPTH_MAX


def depth_of(value: Any) -> int:
    """Measure how deeply a parsed value is nested; a scalar has depth 0."""
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth_of, value), default=0)
    return 0


def _keys_are_distinct(raw: bytes, value: Any) -> bool:
    """Compare what was written with what was kept.

    Compact JSON that comes out again byte for byte has lost nothing. Otherwise the keys are counted.
    Every key ends in a quote and a colon. Without the doubtful forms, `raw` holds that pair once for each key and again
    wherever a text holds it; `value`, written out, holds it as often unless a key was lost.
    """
    kept = fast_json.encode(value)
    if kept == raw:
        return True
    if not _is_doubtful(raw):
        return raw.count(_KEY_END) == kept.count(_KEY_END)
    try:
        json.loads(raw, object_pairs_hook=_distinct)
    except _DuplicateKeyError:
        return False
    return True


def _is_doubtful(raw: bytes) -> bool:
    """Say whether blanks may stand before a colon, or quotes and colons may be written as escapes.

    One byte is found many times faster than two, so each pair is looked for only where its first byte is.
    """
    return (
        b"\n" in raw
        or b"\t" in raw
        or b"\r" in raw
        or (b" " in raw and b" :" in raw)
        or (b"\\" in raw and b"\\u00" in raw)
    )


class _DuplicateKeyError(Exception):
    pass


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _DuplicateKeyError
    return members
