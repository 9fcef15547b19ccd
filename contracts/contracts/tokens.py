"""Tokens for persons and accounts, and the masking of numbers in free text.

A token is a keyed HMAC-SHA256 of the normalised raw value: the same number gives the same token everywhere, and nobody
without the key can try numbers against it.
"""

import hmac
import re
import unicodedata
from typing import Literal

from contracts.credit_code import check_code

TokenKind = Literal["person", "account"]

KEY_BYTES_MIN = 32  # as long as the digest, or the key is the weakest part
RAW_LENGTH_MAX = 128  # the longest account number (IBAN) has 34 characters; more is not a number
HEX_DIGITS = 32  # 128 bits: no two of a nation's numbers meet

_PREFIX = {"person": "p_", "account": "a_"}
_TOKEN = re.compile(r"[pa]_[0-9a-f]{32}")
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015\u2212_]+")
# Fifteen digits are an old identity number, sixteen to nineteen a card, seventeen and X an identity number; blanks and
# dashes may stand between. `\d` takes full-width digits too. Longer runs are masked as a whole. A credit code whose two
# check digits hold is public and stays.
_NUMBER = re.compile(r"\d(?:[ \u3000\-]?\d){13,}[ \u3000\-]?[\dXx\uff38\uff58]")
_DIGITS_MIN = 15
MASK = "***"


class Tokeniser:
    """Turns raw numbers into tokens with one key; tokens pass as they are.

    Raises: ValueError when the key is shorter than 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < KEY_BYTES_MIN:
            message = f"a token key has at least {KEY_BYTES_MIN} bytes"
            raise ValueError(message)
        self._key = key

    def person(self, raw: str) -> str:
        """Return the token of an identity number."""
        return self.token("person", raw)

    def account(self, raw: str) -> str:
        """Return the token of an account number."""
        return self.token("account", raw)

    def token(self, kind: TokenKind, raw: str) -> str:
        """Return the token of a raw value of either kind."""
        if is_token(raw):
            return raw
        digest = hmac.digest(self._key, normalised(raw).encode(), "sha256")
        return _PREFIX[kind] + digest.hex()[:HEX_DIGITS]


def normalised(raw: str) -> str:
    """Fold what people write differently: full-width forms, case, blanks and dashes."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", raw)).upper()


def is_token(value: str) -> bool:
    """Say whether a value is already a token."""
    return _TOKEN.fullmatch(value) is not None


def looks_raw(value: str) -> bool:
    """Say whether a text holds what may be an identity or card number."""
    return len(value) >= _DIGITS_MIN and mask_numbers(value) != value


def mask_numbers(text: str) -> str:
    """Replace identity and card numbers in a text; the same text comes back when there are none."""
    return _NUMBER.sub(_mask, text) if len(text) >= _DIGITS_MIN else text


def _mask(found: re.Match[str]) -> str:
    check = check_code(found.group())
    public = check.gb32100 and check.gb11714 and check.known_prefix
    return found.group() if public else MASK
