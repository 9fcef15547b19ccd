"""What rules may do with dates: pure, and null wherever something they need is null."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from contracts.festivals import FESTIVALS
from contracts.working_days import WORKING_DAYS, YearMissing

MONTHS_A_QUARTER = 3
DECEMBER = 12


def plus_days(day: date | None, days: int | None) -> date | None:
    """Move a date by days; null if either is."""
    return None if day is None or days is None else day + timedelta(days=days)


def plus_working_days(day: date | None, days: int | None) -> date | None:
    """Move a date by working days, forward or (below zero) back; null where a year's holidays are not known.

    Source: contracts/holidays.toml; counted as `WorkingDays.add` does, back in the same way.
    """
    if day is None or days is None:
        return None
    try:
        return WORKING_DAYS.add(day, days) if days >= 0 else WORKING_DAYS.back(day, -days)
    except YearMissing:
        return None


def minus_years(day: date | None, years: int | None) -> date | None:
    """Move a date back by years; 29 February becomes the 28th."""
    if day is None or years is None:
        return None
    year = day.year - years
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day.replace(year=year, day=28 if (day.month, day.day) == (2, 29) and not is_leap else day.day)


def days_between(first: date | None, second: date | None) -> int | None:
    """Count days from the first date to the second."""
    return None if first is None or second is None else (second - first).days


def year(day: date | None) -> int | None:
    """Give the year of a date."""
    return None if day is None else day.year


def month(day: date | None) -> int | None:
    """Give year and month of a date as one number: 202603."""
    return None if day is None else day.year * 100 + day.month


def month_start(day: date | None) -> date | None:
    """Give the first day of a date's month."""
    return None if day is None else day.replace(day=1)


def month_end(day: date | None) -> date | None:
    """Give the last day of a date's month."""
    if day is None:
        return None
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def quarter_end(day: date | None) -> date | None:
    """Give the last day of a date's quarter."""
    if day is None:
        return None
    last = (day.month - 1) // MONTHS_A_QUARTER * MONTHS_A_QUARTER + MONTHS_A_QUARTER
    return month_end(day.replace(month=last, day=1))


def date_of(year_: int | None, *, month_no: int | None, day_no: int | None) -> date | None:
    """Put a date together; null where there is no such day."""
    if year_ is None or month_no is None or day_no is None:
        return None
    try:
        return date(year_, month_no, day_no)
    except ValueError:
        return None


def day_after_month(day: date | None, day_no: int | None) -> date | None:
    """Give the day of that number in the month after a date's; null where that month has none."""
    end = month_end(day)
    if end is None or day_no is None:
        return None
    following = end + timedelta(days=1)
    return date_of(following.year, month_no=following.month, day_no=day_no)


def month_of_period(period: str | None) -> int | None:
    """Give the month that a period as text (`2026-03`) names, as `month` writes it."""
    return None if period is None else int(period[:4]) * 100 + int(period[5:7])


def year_of_period(period: str | None) -> int | None:
    """Give the year that a period as text (`2026-03`) lies in."""
    return None if period is None else int(period[:4])


def plus_months(month_: int | None, months: int | None) -> int | None:
    """Move a month, written as `month` does, by months."""
    if month_ is None or months is None:
        return None
    years, rest = divmod(month_ // 100 * DECEMBER + month_ % 100 - 1 + months, DECEMBER)
    return years * 100 + rest + 1


def later(*days: date | None) -> date | None:
    """Give the last of some dates; those that are null do not count."""
    return max((day for day in days if day is not None), default=None)


def days_to_festival(day: date | None) -> int | None:
    """Count the days from a date to the next festival, 0 on the day itself; null where its year is not known.

    Source: contracts/festivals.toml.
    """
    return None if day is None else FESTIVALS.days_to_next(day)


DATE_FUNCTIONS: dict[str, Callable[..., Any]] = {
    each.__name__: each
    for each in (
        plus_days,
        plus_working_days,
        minus_years,
        days_between,
        year,
        month,
        month_start,
        month_end,
        quarter_end,
        day_after_month,
        month_of_period,
        year_of_period,
        plus_months,
        later,
        days_to_festival,
    )
} | {"date_of": lambda year_, month_no, day_no: date_of(year_, month_no=month_no, day_no=day_no)}
