"""Answer which alerts there are."""

from __future__ import annotations

from funds_monitor.usecases.ports import AlertFilter, Answers, Json

LIMIT_MAX = 200  # one page of a list everywhere in the house


async def answer_alerts(
    wanted: AlertFilter, *, answers: Answers, before: int | None, limit: int
) -> tuple[list[Json], int | None]:
    """Give a page of alerts, newest first, and where the next one begins; None: this was the last.

    The place in the list is given when an alert is first raised and never changes: pages stay stable under inserts.

    Raises: Unavailable.
    """
    size = min(max(limit, 1), LIMIT_MAX)
    found = await answers.alerts(wanted, before=before, limit=size + 1)
    page = found[:size]
    following = page[-1][0] if len(found) > size else None
    return [alert for _, alert in page], following
