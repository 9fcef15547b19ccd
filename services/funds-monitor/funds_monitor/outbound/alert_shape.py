"""An alert as the world sees it: the contract's shape, and the event that tells of it."""

from __future__ import annotations

from chassis.bus import Outgoing
from contracts import CLOUDEVENTS_HEADERS, EventReference, encode_event, from_us, make_event
from contracts.monitor import (
    Alert,
    AlertAmended,
    AlertOrganization,
    AlertRaised,
    AlertWindow,
    AlertWithdrawn,
    Evidence,
    LawCited,
)
from funds_monitor.domain import outcome
from funds_monitor.domain.facts import date_of, start_us, text_of

TOPIC = "monitor.alerts.v1"
SOURCE = "/monitor/funds"
SHAPES: dict[str, type[Alert]] = {"raised": AlertRaised, "amended": AlertAmended, "withdrawn": AlertWithdrawn}


def shape_alert(revision: outcome.AlertRevision, *, raised_us: int, now_us: int) -> Alert:
    """Give one revision of an alert its public shape; the first revision has not been amended."""
    alert = revision.alert
    caused_by = revision.caused_by if revision.caused_by and revision.caused_by[0] else None
    return SHAPES[revision.kind](
        id=alert.id,
        rule=alert.rule,
        rule_version=alert.rule_version,
        organization=AlertOrganization(code=alert.organization, name=alert.organization_name or ""),
        severity=alert.severity,
        state=alert.state,
        window=AlertWindow(from_=text_of(alert.window_from_us), to=window_end(alert)),
        raised_at=from_us(raised_us),
        amended_at=from_us(now_us) if alert.revision > 1 else None,
        title=alert.title_zh,
        why=alert.why_zh,
        measured=dict(alert.measured),
        evidence=tuple(Evidence(each.source, each.id, each.type, from_us(each.time_us)) for each in alert.evidence),
        evidence_count=alert.evidence_count,
        law=tuple(LawCited(each.instrument, each.article, unverified=each.unverified or None) for each in alert.law),
        settled=alert.settled,
        history=alert.history,
        revision=alert.revision,
        reason=revision.reason,
        caused_by=EventReference(*caused_by) if caused_by else None,
        title_en=alert.title_en,
        why_en=alert.why_en,
        key=alert.key,
    )


def window_end(alert: outcome.Alert) -> str:
    """Write the end of an alert's window: the time of its last true point, of a deadline its date.

    A point that is a fact is among the evidence, a deadline is not.
    """
    end_us = alert.window_to_us
    day = date_of(end_us)
    is_date = end_us == start_us(day) and all(each.time_us != end_us for each in alert.evidence)
    return day.isoformat() if is_date else text_of(end_us)


def tell_alert(shaped: Alert, revision: outcome.AlertRevision, *, now_us: int) -> Outgoing:
    """Make the message that tells of a revision; its id names the revision, so that readers know it again."""
    organization = shaped.organization.code
    event = make_event(
        type=f"monitor.alert.{revision.kind}.v1",
        source=SOURCE,
        id=f"{shaped.id}:{shaped.revision}",
        subject=organization,
        time=from_us(now_us),
        data=shaped,
        traceparent=revision.traceparent,
    )
    return Outgoing(topic=TOPIC, value=encode_event(event), key=organization.encode(), headers=CLOUDEVENTS_HEADERS)
