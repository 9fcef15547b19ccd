"""Links as rows: table links holds what was told last of each payment; and the events that tell it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import sha256

import asyncpg
import msgspec

from chassis.bus import Outgoing
from chassis.database import Connection
from contracts import CLOUDEVENTS_HEADERS, EventReference, encode_event, from_us, make_event
from contracts.monitor import LinkAsserted, LinkKey, LinkRetracted
from funds_monitor.domain.link_reading import KIND, attributes_of
from funds_monitor.domain.links import TOPIC, Link, Report
from funds_monitor.outbound.alert_shape import SOURCE

_ID_CHARACTERS = 32  # half a digest of the payment's identity, which may be as long as an identity may be
_COLUMNS = "source, id, shard, organization, revision, asserted, body"
_encode = msgspec.json.encode
_decode_report = msgspec.json.Decoder(Report).decode


async def save_links(connection: Connection, shard: int, links: Sequence[Link], *, now_us: int) -> list[Outgoing]:
    """Keep what is told of payments, and give the messages that tell it, in order."""
    if not links:
        return []
    latest = list({link.report.identity: link for link in links}.values())
    reports = [link.report for link in latest]
    await connection.execute(
        f"INSERT INTO links ({_COLUMNS}) "  # noqa: S608 - constants
        "SELECT s, i, $7, o, r, a, b FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::bool[], "
        "$6::bytea[]) AS new(s, i, o, r, a, b) ON CONFLICT (source, id) DO UPDATE SET "
        "revision = excluded.revision, asserted = excluded.asserted, body = excluded.body",
        [report.position.source for report in reports],
        [report.position.id for report in reports],
        [report.organization for report in reports],
        [link.revision for link in latest],
        [link.asserted for link in latest],
        [_encode(report) for report in reports],
        shard,
    )
    await connection.execute(
        "INSERT INTO links_told AS mine (shard, messages) VALUES ($1, $2) "
        "ON CONFLICT (shard) DO UPDATE SET messages = mine.messages + excluded.messages",
        shard,
        len(links),
    )
    return [tell_link(link, now_us=now_us) for link in links]


async def load_links(connection: Connection, codes: Collection[str]) -> dict[str, list[Link]]:
    """Load what was told last of the payments of some organizations."""
    rows = await connection.fetch(
        "SELECT organization, revision, asserted, body FROM links WHERE organization = ANY($1)", list(codes)
    )
    found: dict[str, list[Link]] = {code: [] for code in codes}
    for row in rows:
        found[row["organization"]].append(_link(row))
    return found


async def load_all_links(connection: Connection) -> list[Link]:
    """Load what was told last of the payments of everybody."""
    return [_link(row) for row in await connection.fetch("SELECT revision, asserted, body FROM links")]


def _link(row: asyncpg.Record) -> Link:
    return Link(_decode_report(row["body"]), row["revision"], row["asserted"])


def tell_link(link: Link, *, now_us: int) -> Outgoing:
    """Make the message that tells of a link; its id names payment and revision, so that readers know it again."""
    report = link.report
    kind, shape = ("asserted", LinkAsserted) if link.asserted else ("retracted", LinkRetracted)
    identity = sha256("\n".join(report.identity).encode()).hexdigest()[:_ID_CHARACTERS]
    event = make_event(
        type=f"monitor.link.{kind}.v1",
        source=SOURCE,
        id=f"{identity}:{link.revision}",
        subject=report.organization,
        time=from_us(now_us),
        data=shape(
            link=LinkKey(kind=KIND, key=f"{report.payer} {report.payee}"),
            fact=EventReference(*report.identity),
            revision=link.revision,
            attributes=attributes_of(link),
        ),
    )
    key = report.organization.encode()
    return Outgoing(topic=TOPIC, value=encode_event(event), key=key, headers=CLOUDEVENTS_HEADERS)
