"""Numbers that look like the real ones and hold: credit codes, tokens of persons and accounts."""

from hashlib import sha256

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def code_of(number: int, *, kind: str = "51", division: str = "330326") -> str:
    """Give the valid credit code of a number: `51` associations, `52` institutions, `53` foundations, `91` firms.

    Source: GB 32100-2015 (the whole), GB 11714-1997 (the nine characters in it).
    """
    body = f"MJ{number:06d}"
    values = [int(sign) if sign.isdigit() else ord(sign) - 55 for sign in body]
    rest = 11 - sum(weight * value for weight, value in zip(BODY_WEIGHTS, values, strict=True)) % 11
    head = f"{kind}{division}{body}" + {10: "X", 11: "0"}.get(rest, str(rest))
    sums = sum(weight * ALPHABET.index(sign) for weight, sign in zip(WEIGHTS, head, strict=True))
    return head + ALPHABET[(31 - sums % 31) % 31]


def account_of(owner: str) -> str:
    """Give the account token of somebody, always the same."""
    return "a_" + sha256(owner.encode()).hexdigest()[:32]


def person_of(name: str) -> str:
    """Give the token of a person, always the same."""
    return "p_" + sha256(name.encode()).hexdigest()[:32]
