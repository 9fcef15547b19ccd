"""Alerts as rows: table alerts holds the latest revision of each, alert_revisions every one that was ever told."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from chassis.bus import Outgoing
from chassis.database import Connection
from funds_monitor.domain.outcome import Alert, AlertRevision
from funds_monitor.outbound.alert_shape import shape_alert, tell_alert
from funds_monitor.outbound.fact_rows import load_divisions

_encode = msgspec.json.encode
_decode_alert = msgspec.json.Decoder(Alert).decode

COLUMNS = (
    "id, shard, organization, rule, severity, state, division, raised_us, amended_us, settled, settles_on, history, "
    "revision, body, told"
)


async def save_alerts(
    connection: Connection,
    shard: int,
    revisions: Sequence[AlertRevision],
    *,
    now_us: int,
) -> list[Outgoing]:
    """Keep revisions of alerts, and give the messages that tell of them, in order."""
    if not revisions:
        return []
    raised = await _raised_us(connection, {revision.alert.id for revision in revisions})
    told: list[tuple[AlertRevision, bytes]] = []
    messages = []
    for revision in revisions:
        raised_us = raised.setdefault(revision.alert.id, now_us)
        shaped = shape_alert(revision, raised_us=raised_us, now_us=now_us)
        told.append((revision, _encode(shaped)))
        messages.append(tell_alert(shaped, revision, now_us=now_us))
    divisions = await load_divisions(connection, {revision.alert.organization for revision in revisions})
    await _save_latest(connection, shard, told, raised=raised, divisions=divisions, now_us=now_us)
    await connection.copy_records_to_table(
        "alert_revisions",
        records=[(each.alert.id, each.alert.revision, each.kind, each.reason, now_us, text) for each, text in told],
        columns=["alert_id", "revision", "kind", "reason", "known_us", "told"],
    )
    return messages


async def _raised_us(connection: Connection, ids: Collection[str]) -> dict[str, int]:
    rows = await connection.fetch("SELECT id, raised_us FROM alerts WHERE id = ANY($1)", list(ids))
    return {row["id"]: row["raised_us"] for row in rows}


async def _save_latest(
    connection: Connection,
    shard: int,
    told: Sequence[tuple[AlertRevision, bytes]],
    *,
    raised: dict[str, int],
    divisions: dict[str, str],
    now_us: int,
) -> None:
    latest = {revision.alert.id: (revision.alert, text) for revision, text in told}
    alerts = [alert for alert, _ in latest.values()]
    await connection.execute(
        f"INSERT INTO alerts AS mine ({COLUMNS}) "  # noqa: S608 - constants
        "SELECT i, $15, o, r, v, s, d, ra, am, se, so, h, n, b, t FROM unnest($1::text[], $2::text[], $3::text[], "
        "$4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bool[], $10::date[], $11::bool[], "
        "$12::int[], $13::bytea[], $14::bytea[]) AS new(i, o, r, v, s, d, ra, am, se, so, h, n, b, t) "
        "ON CONFLICT (id) DO UPDATE SET severity = excluded.severity, state = excluded.state, "
        "division = coalesce(excluded.division, mine.division), amended_us = excluded.amended_us, "
        "settled = excluded.settled, settles_on = excluded.settles_on, history = excluded.history, "
        "revision = excluded.revision, body = excluded.body, told = excluded.told",
        [alert.id for alert in alerts],
        [alert.organization for alert in alerts],
        [alert.rule for alert in alerts],
        [alert.severity for alert in alerts],
        [alert.state for alert in alerts],
        [divisions.get(alert.organization) for alert in alerts],
        [raised[alert.id] for alert in alerts],
        [now_us if alert.revision > 1 else None for alert in alerts],
        [alert.settled for alert in alerts],
        [alert.settles_on for alert in alerts],
        [alert.history for alert in alerts],
        [alert.revision for alert in alerts],
        [_encode(alert) for alert in alerts],
        [text for _, text in latest.values()],
        shard,
    )


async def load_alerts(connection: Connection, codes: Collection[str]) -> dict[str, list[Alert]]:
    """Load the last revision of each alert of some organizations, withdrawn ones too."""
    rows = await connection.fetch("SELECT organization, body FROM alerts WHERE organization = ANY($1)", list(codes))
    found: dict[str, list[Alert]] = {code: [] for code in codes}
    for row in rows:
        found[row["organization"]].append(_decode_alert(row["body"]))
    return found
