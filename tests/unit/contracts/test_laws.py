from datetime import date
from pathlib import Path

import pytest

from contracts import LAWS, load_laws


def test_a_law_is_in_force_on_its_first_and_last_day() -> None:
    law = LAWS["CHARITY-2016"]
    assert [
        law.in_force_on(date.fromisoformat(day)) for day in ("2016-08-31", "2016-09-01", "2024-09-04", "2024-09-05")
    ] == [
        False,
        True,
        True,
        False,
    ]


def test_the_doors_have_no_dates_and_are_always_open() -> None:
    for key in ("AGREEMENT", "FISCAL", "OWN-FILING"):
        assert LAWS[key].undated
        assert LAWS[key].in_force_on(date(1949, 10, 1))


def test_nobody_has_turned_a_doubt_into_a_certainty() -> None:
    assert LAWS["SEED-2023-3"].verified
    for key in ("CHARITY-2023", "CASH-LARGE-2016-3", "CREDIT-60", "TAX-COLLECT", "DECREE-809"):
        assert LAWS[key].unverified


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "laws.toml"
    table.write_text('[[laws]]\nkey = "A"\ntitle = "a"\n[[laws]]\nkey = "A"\ntitle = "b"\n', "utf-8")
    with pytest.raises(ValueError, match="stands twice"):
        load_laws(table)
