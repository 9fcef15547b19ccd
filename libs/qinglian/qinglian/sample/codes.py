"""Numbers of people who do not exist: credit codes whose check digits hold, tokens of persons and accounts."""

from hashlib import sha256

DIVISION = "339926"  # no county has it: the codes below it can be nobody's
PREFIXES = {"association": "51", "service_institution": "52", "foundation": "53", "firm": "91", "office": "11"}

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def code_of(kind: str, number: int) -> str:
    """Give the credit code of the n-th body of a kind; both check digits hold.

    Source: GB 32100-2015 (the whole), GB 11714-1997 (the nine characters in it).
    """
    body = f"MJ{number:06d}" if kind != "firm" else f"MA{number:06d}"
    values = [int(sign) if sign.isdigit() else ord(sign) - 55 for sign in body]
    rest = 11 - sum(weight * value for weight, value in zip(_INNER_WEIGHTS, values, strict=True)) % 11
    head = PREFIXES[kind] + DIVISION + body + {10: "X", 11: "0"}.get(rest, str(rest))
    total = sum(weight * _ALPHABET.index(sign) for weight, sign in zip(_WEIGHTS, head, strict=True))
    return head + _ALPHABET[-total % 31]


def person_token(name: str) -> str:
    """Give the token of an invented person: no number stands behind it, and no key was used."""
    return "p_" + sha256(f"sample person {name}".encode()).hexdigest()[:32]


def account_token(owner: str) -> str:
    """Give the token of an invented account."""
    return "a_" + sha256(f"sample account {owner}".encode()).hexdigest()[:32]
