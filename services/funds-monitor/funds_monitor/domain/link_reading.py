"""From an event of monitor.links.v1 to a link, and back."""

from __future__ import annotations

from typing import Any

from funds_monitor.domain.facts import Fact, Position
from funds_monitor.domain.links import Link, Report

Attributes = dict[str, int | bool | str | None]
KIND = "payment"


def link_of(fact: Fact) -> Link | None:
    """Read a link; None: of a kind that nobody here knows."""
    data = fact.data
    if data.link.kind != KIND or data.attributes is None:
        return None
    said: Any = data.attributes
    report = Report(
        position=Position(said["time_us"], data.fact.source, data.fact.id),
        organization=fact.organization or "",
        payer=said["payer"],
        payee=said["payee"],
        amount_fen=said["amount_fen"],
        first_time=said["first_time"],
        refund=said["refund"],
    )
    return Link(report=report, revision=data.revision, asserted=fact.event_type.endswith(".asserted.v1"))


def attributes_of(link: Link) -> Attributes:
    """Give what a link says of its payment."""
    report = link.report
    return {
        "payer": report.payer,
        "payee": report.payee,
        "amount_fen": report.amount_fen,
        "time_us": report.position.time_us,
        "first_time": report.first_time,
        "refund": report.refund,
    }
