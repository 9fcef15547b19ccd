"""Compares what the gateway shows with what the oracle defines: rows that say the same in both shapes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

Row = tuple[Any, ...]
MICROSECOND_S = 1_000_000
COUNTY = timezone(timedelta(hours=8))


def told_by_gateway(alerts: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Give comparable rows of `Alert`s as read from `/v1/alerts`."""
    return sorted(
        (
            alert["organization"]["code"],
            alert["rule"],
            alert["rule_version"],
            alert["severity"],
            microseconds(alert["window"]["from"]),
            microseconds(alert["window"]["to"]),
            tuple(sorted(alert["measured"].items())),
            tuple((e["source"], e["id"], e["type"], microseconds(e["time"])) for e in alert["evidence"]),
            alert["evidence_count"],
            tuple((clause["instrument"], clause["article"]) for clause in alert["law"]),
            alert["settled"],
            alert["title"],
            alert["why"],
        )
        for alert in alerts
    )


def told_by_oracle(alerts: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Row]:
    """Give comparable rows of the oracle's open alerts."""
    return sorted(
        (
            code,
            alert["rule"],
            alert["rule_version"],
            alert["severity"],
            alert["window_from_us"],
            alert["window_to_us"],
            tuple(sorted(alert["measured"].items())),
            tuple(alert["evidence"]),
            alert["evidence_count"],
            tuple((key, article) for key, article, _ in alert["law"]),
            alert["settled"],
            alert["title_zh"],
            alert["why_zh"],
        )
        for code, rows in alerts.items()
        for alert in rows
    )


def microseconds(moment: str) -> int:
    """Give an RFC 3339 time in microseconds; of a date, as which a deadline is written, its first moment here."""
    found = datetime.fromisoformat(moment)
    return round((found if found.tzinfo else found.replace(tzinfo=COUNTY)).timestamp() * MICROSECOND_S)
