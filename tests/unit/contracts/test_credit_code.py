import pytest

from contracts import CodeCheck, check_code


def test_a_sound_code_passes_both_checks() -> None:
    assert check_code("51330326MJ8888883X") == CodeCheck(gb32100=True, gb11714=True, known_prefix=True)


@pytest.mark.parametrize("place", range(18))
def test_one_wrong_place_is_noticed(place: int) -> None:
    code = "51330326MJ8888883X"
    wrong = code[:place] + ("1" if code[place] != "1" else "2") + code[place + 1 :]
    assert not check_code(wrong).gb32100


def test_the_placeholder_that_another_library_accepts_is_noticed() -> None:
    assert check_code("123456789012345678") == CodeCheck(gb32100=True, gb11714=False, known_prefix=True)


def test_an_overseas_office_has_a_known_prefix() -> None:
    assert check_code("G1110000MA0000000X").known_prefix
    assert not check_code("X1110000MA0000000X").known_prefix


@pytest.mark.parametrize("text", ["", "12345", "9111000060003IOZSV", "５" * 18, "51330326MJ8888883X "])
def test_what_is_no_code_fails_without_an_error(text: str) -> None:
    assert not check_code(text).gb32100
