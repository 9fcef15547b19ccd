"""What is usual in a month, added from the beginning."""

from datetime import date


def median_of_months(amounts: list[tuple[date, int]]) -> int:
    """Give the middle one of the sums of the months in which anything stands, the lower one of two; 0: nothing does."""
    months = {f"{day:%Y-%m}" for day, _ in amounts}
    sums = sorted(sum(amount for day, amount in amounts if f"{day:%Y-%m}" == month) for month in months)
    return sums[(len(sums) - 1) // 2] if sums else 0
