"""What rules may do with dates, at the edges of months, quarters and years."""

from datetime import date

import pytest

from funds_monitor.domain.dates import DATE_FUNCTIONS


@pytest.mark.parametrize(
    ("function", "arguments", "found"),
    [
        ("year", (date(2026, 3, 2),), 2026),
        ("month", (date(2026, 3, 2),), 202603),
        ("month_end", (date(2024, 2, 1),), date(2024, 2, 29)),
        ("month_end", (date(2026, 12, 31),), date(2026, 12, 31)),
        ("quarter_end", (date(2026, 1, 1),), date(2026, 3, 31)),
        ("quarter_end", (date(2026, 5, 31),), date(2026, 6, 30)),
        ("quarter_end", (date(2026, 12, 31),), date(2026, 12, 31)),
        ("date_of", (2026, 6, 30), date(2026, 6, 30)),
        ("date_of", (2026, 2, 29), None),
        ("date_of", (2026, None, 29), None),
        ("day_after_month", (date(2026, 12, 5), 20), date(2027, 1, 20)),
        ("day_after_month", (date(2026, 1, 31), 30), None),
        ("month_of_period", ("2026-03",), 202603),
        ("year_of_period", ("2026-03",), 2026),
        ("plus_months", (202601, -1), 202512),
        ("plus_months", (202512, 1), 202601),
        ("plus_months", (202603, -15), 202412),
        ("later", (date(2026, 1, 1), None, date(2026, 2, 1)), date(2026, 2, 1)),
        ("later", (None, None), None),
        ("month_start", (date(2024, 2, 29),), date(2024, 2, 1)),
        ("days_to_festival", (date(2026, 9, 15),), 10),
        ("days_to_festival", (date(2026, 10, 2),), None),
        ("plus_working_days", (date(2026, 2, 13), 5), date(2026, 2, 27)),
        ("plus_working_days", (date(2026, 2, 27), -5), date(2026, 2, 13)),
        ("plus_working_days", (date(2001, 2, 27), 1), None),
    ],
)
def test_a_function_of_dates(function: str, arguments: tuple[object, ...], found: object) -> None:
    assert DATE_FUNCTIONS[function](*arguments) == found


@pytest.mark.parametrize("function", sorted(DATE_FUNCTIONS))
def test_of_null_comes_null(function: str) -> None:
    arguments = {"date_of": 3, "later": 2}.get(function, 1 if function in ONE else 2)
    assert DATE_FUNCTIONS[function](*[None] * arguments) is None


ONE = {
    "year",
    "month",
    "month_start",
    "days_to_festival",
    "month_end",
    "quarter_end",
    "month_of_period",
    "year_of_period",
}
