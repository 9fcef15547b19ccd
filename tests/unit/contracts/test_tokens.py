import hmac

import pytest

from contracts import Tokeniser, is_token, looks_raw, mask_numbers

KEY = bytes(range(32))
TOKENISER = Tokeniser(KEY)


def test_a_token_is_the_keyed_digest_of_the_normalised_value() -> None:
    digest = hmac.new(KEY, b"33032619900101123X", "sha256").hexdigest()
    assert TOKENISER.person("33032619900101123X") == f"p_{digest[:32]}"
    assert TOKENISER.account("33032619900101123X") == f"a_{digest[:32]}"


@pytest.mark.parametrize(
    "raw", ["33032619900101123x", " 330326-19900101-123X ", "330326 1990 0101 123X", "３３０３２６19900101123Ｘ"]
)
def test_what_people_write_differently_is_one_person(raw: str) -> None:
    assert TOKENISER.person(raw) == TOKENISER.person("33032619900101123X")


def test_another_value_or_another_key_is_another_token() -> None:
    assert TOKENISER.account("6222021234567890123") != TOKENISER.account("6222021234567890124")
    assert Tokeniser(b"x" * 32).account("1") != TOKENISER.account("1")


def test_a_token_passes_as_it_is() -> None:
    token = TOKENISER.person("1")
    assert TOKENISER.person(token) == token
    assert is_token(token)
    assert not is_token(token + "\n")
    assert not is_token(token.upper())


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Tokeniser(b"short")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("卡号6222021234567890123", "卡号***"),
        ("No6222 0212 3456 7890转账", "No***转账"),
        ("身份证33032619900101123X。", "身份证***。"),
        ("旧证330326900101123", "旧证***"),
        ("６２２２０２１２３４５６７８９０１２３", "***"),
        ("6222-0212-3456-7890-123 和 330326199001011234", "***"),
        ("订单 12345678901234", "订单 12345678901234"),
        ("2024年3月1日 电话 0577-63720000", "2024年3月1日 电话 0577-63720000"),
        ("代码 121200004013590816", "代码 121200004013590816"),
        ("", ""),
    ],
)
def test_identity_and_card_numbers_are_masked_and_other_numbers_stay(text: str, masked: str) -> None:
    found = mask_numbers(text)
    assert found.replace("*** 和 ***", "***") == masked
    assert looks_raw(text) == (text != masked)
