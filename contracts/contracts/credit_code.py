"""The two check digits of a unified social credit code, and whether its prefix is in use.

A code that fails is flagged, never refused: real registers hold such codes.

Source: GB 32100-2015 (modulus 31 over 17 places), GB 11714-1997 (modulus 11 over the organization code inside).
"""

from msgspec import Struct

CODE_LENGTH = 18
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_INNER = slice(8, 16)
_INNER_CHECK = 16
_INNER_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}

# First place: registering authority; second: kinds of body that it registers.
# Source: GB 32100-2015 annex A with its later additions (G1: office of an overseas NGO).
_KINDS_OF_AUTHORITY = {
    "1": "1239",
    "2": "19",
    "3": "123459",
    "4": "19",
    "5": "123459",
    "6": "129",
    "7": "129",
    "8": "19",
    "9": "123",
    "A": "19",
    "E": "1",
    "G": "1",
    "J": "1",
    "N": "1239",
    "Q": "1239",
    "Y": "1",
}
KNOWN_PREFIXES = frozenset(authority + kind for authority, kinds in _KINDS_OF_AUTHORITY.items() for kind in kinds)


class CodeCheck(Struct, frozen=True):
    """What a code's own digits say about it."""

    gb32100: bool
    gb11714: bool
    known_prefix: bool


def check_code(code: str) -> CodeCheck:
    """Check both digits and the prefix of a code; anything that is not 18 places of the alphabet fails both."""
    return CodeCheck(
        gb32100=_outer_holds(code),
        gb11714=len(code) == CODE_LENGTH and _inner_holds(code[_INNER], code[_INNER_CHECK]),
        known_prefix=code[:2] in KNOWN_PREFIXES,
    )


def _outer_holds(code: str) -> bool:
    if len(code) != CODE_LENGTH or any(character not in _VALUES for character in code):
        return False
    total = sum(_VALUES[character] * weight for character, weight in zip(code, _WEIGHTS, strict=False))
    return _VALUES[code[-1]] == -total % 31


def _inner_holds(body: str, check: str) -> bool:
    if any(character not in _INNER_ALPHABET for character in body):
        return False
    total = sum(
        _INNER_ALPHABET.index(character) * weight for character, weight in zip(body, _INNER_WEIGHTS, strict=True)
    )
    return check == "0123456789X0"[11 - total % 11]
