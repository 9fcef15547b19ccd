"""Reads what people and other services ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from chassis.database import Database
from contracts.counting import Tally
from funds_monitor.domain.facts import text_of
from funds_monitor.domain.outcome import Part
from funds_monitor.outbound.tally_rows import tallies_of
from funds_monitor.usecases.ports import AlertFilter, ChainLink, Json

CHAIN_LINKS_MAX = 1_000  # a chain of corrections has a handful; a thousand is an accident at the source
HISTORY_REVISIONS_MAX = 1_000  # a hot alert is amended by each of its facts; the latest are shown
_decode = msgspec.json.decode

_ALERTS = (
    "SELECT seq, told FROM alerts WHERE ($1::text IS NULL OR organization = $1) AND ($2::text IS NULL OR rule = $2) "
    "AND ($3::text IS NULL OR severity = $3) AND ($4::text IS NULL OR state = $4) "
    "AND ($5::text IS NULL OR division LIKE $5 || '%') AND ($6::bigint IS NULL OR raised_us >= $6) "
    "AND ($7::bigint IS NULL OR raised_us < $7) "
    "AND ($8::text[] IS NULL OR rule = ANY ($8)) AND ($9::bigint IS NULL OR seq < $9) "
    "AND {scope} ORDER BY seq DESC LIMIT $10"
)

_CHAIN = """
WITH RECURSIVE chain AS (
    SELECT f.source, f.id, f.refers_to, f.organization FROM facts f WHERE f.source = $1 AND f.id = $2
  UNION
    SELECT f.source, f.id, f.refers_to, f.organization FROM chain c JOIN facts f ON f.source = c.source
     AND (f.id = c.refers_to OR f.refers_to = c.id OR f.refers_to = c.refers_to)
     AND f.organization IS NOT DISTINCT FROM c.organization
)
SELECT f.source, f.id, f.event_type, f.organization, f.topic, f.shard, f.offset_in_topic, f.refers_to, f.withdraws,
       f.sealed, f.parked, f.content_hash,
       EXISTS (SELECT FROM pending_corrections p WHERE p.source = f.source AND p.id = f.id) AS pending
FROM (SELECT DISTINCT source, id FROM chain LIMIT $3) AS c JOIN facts f USING (source, id)
"""


class StoredAnswers:
    """Answers out of this database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def alerts(self, wanted: AlertFilter, *, before: int | None, limit: int) -> list[tuple[int, Json]]:
        """Give alerts, newest first, each with its place in the list."""
        within = wanted.scope.sql(first=11, division="division")
        async with self._database.read() as session:
            rows = await session.fetch(
                _ALERTS.format(scope=within.sql),
                wanted.organization,
                wanted.rule,
                wanted.severity,
                wanted.state,
                wanted.division,
                wanted.raised_from_us,
                wanted.raised_to_us,
                list(wanted.rules) if wanted.rules is not None else None,
                before,
                limit,
                *within.arguments,
            )
        return [(row["seq"], _decode(row["told"])) for row in rows]

    async def alert(self, alert_id: str) -> Json | None:
        """Give one alert with the places of its evidence, its points and its history."""
        async with self._database.read() as session:
            row = await session.fetch_one("SELECT told, division FROM alerts WHERE id = $1", alert_id)
            if row is None:
                return None
            found: Json = _decode(row["told"])
            revisions = await session.fetch(
                "SELECT revision, kind, reason, known_us, told FROM alert_revisions WHERE alert_id = $1 "
                "ORDER BY revision DESC LIMIT $2",
                alert_id,
                HISTORY_REVISIONS_MAX,
            )
            places = await session.fetch(
                "SELECT f.source, f.id, f.topic, f.shard, f.offset_in_topic, f.content_hash "
                "FROM unnest($1::text[], $2::text[]) AS wanted(source, id) JOIN facts f USING (source, id)",
                [each["source"] for each in found["evidence"]],
                [each["id"] for each in found["evidence"]],
            )
        found["evidence"] = _placed(found["evidence"], places)
        found["revisions"] = [_revision(each) for each in reversed(revisions)]
        found["division"] = row["division"]
        return found

    async def evidence(self, alert_id: str) -> list[Json]:
        """Give the events behind an alert as they were received: attributes, data, and where they stand in the log."""
        async with self._database.read() as session:
            told = await session.fetch_value("SELECT told FROM alerts WHERE id = $1", alert_id)
            shown = _decode(told)["evidence"] if told is not None else []
            rows = await session.fetch(
                "SELECT f.source, f.id, f.event_type, f.organization, f.time_us, f.topic, f.shard, f.offset_in_topic, "
                "f.content_hash, f.enveloped, f.raw FROM unnest($1::text[], $2::text[]) WITH ORDINALITY "
                "AS wanted(source, id, place) JOIN facts f USING (source, id) ORDER BY wanted.place",
                [each["source"] for each in shown],
                [each["id"] for each in shown],
            )
        return [_event(row) for row in rows]

    async def waiting(self, code: str) -> list[Json]:
        """Give what the rules wait for with an organization, a row per source."""
        async with self._database.read() as session:
            rows = await session.fetch(
                "SELECT w.rule, w.topic, s.source, w.since, w.until_on, "
                "(SELECT min(c.until_us) FROM completeness c WHERE c.source = s.source AND c.topic = w.topic "
                "AND c.shard = w.shard) AS until_us "
                "FROM waiting w LEFT JOIN LATERAL unnest(w.sources) AS s(source) ON true "
                "WHERE w.organization = $1 ORDER BY w.rule, w.topic, s.source",
                code,
            )
        return [
            {
                "rule": row["rule"],
                "topic": row["topic"],
                "source": row["source"],
                "since": _date(row["since"]),
                "until": _date(row["until_on"]),
                "complete_until": _time(row["until_us"]),
            }
            for row in rows
        ]

    async def verdicts(self, code: str) -> list[Json]:
        """Give the latest verdict of each rule on an organization."""
        async with self._database.read() as session:
            rows = await session.fetch("SELECT * FROM verdicts WHERE organization = $1 ORDER BY rule", code)
        return [
            {
                "rule": row["rule"],
                "rule_version": row["rule_version"],
                "verdict": row["kind"],
                "at": _time(row["time_us"]),
                "fact": {"source": row["source"], "id": row["id"]} if row["id"] else None,
                "measured": _decode(row["measured"]),
                "detail": row["detail"],
            }
            for row in rows
        ]

    async def chain(self, source: str, event_id: str) -> list[ChainLink]:
        """Give an event and all that corrects or withdraws it, or is corrected by it, directly or not."""
        async with self._database.read() as session:
            rows = await session.fetch(_CHAIN, source, event_id, CHAIN_LINKS_MAX)
            declared = await session.fetch(
                "SELECT source, id, read_from, partition, offset_in_topic, content_hash, taken FROM declarations "
                "WHERE source = $1 AND id = $2 ORDER BY taken, partition LIMIT 1",
                source,
                event_id,
            )
        return [
            *(
                ChainLink(
                    source=row["source"],
                    id=row["id"],
                    event_type=row["event_type"],
                    organization=row["organization"],
                    topic=row["topic"],
                    partition=row["shard"],
                    offset=row["offset_in_topic"],
                    refers_to=row["refers_to"],
                    withdraws=row["withdraws"],
                    sealed=row["sealed"],
                    parked=row["parked"],
                    pending=row["pending"],
                    content_hash=row["content_hash"],
                )
                for row in rows
            ),
            *(
                ChainLink(
                    source=row["source"],
                    id=row["id"],
                    topic=row["read_from"],
                    partition=row["partition"],
                    offset=row["offset_in_topic"],
                    content_hash=row["content_hash"],
                    blocked=not row["taken"],
                )
                for row in declared
            ),
        ]

    async def alerts_of(self, organization: str, *, source: str, event_id: str) -> list[str]:
        """Give the ids of an organization's alerts that show an event as evidence, oldest first."""
        async with self._database.read() as session:
            rows = await session.fetch("SELECT id, told FROM alerts WHERE organization = $1 ORDER BY seq", organization)
        wanted = (source, event_id)
        return [
            row["id"]
            for row in rows
            if any((each["source"], each["id"]) == wanted for each in _decode(row["told"])["evidence"])
        ]

    async def completeness(self) -> list[Json]:
        """Give, per source, topic and partition, how far its own shard is complete."""
        async with self._database.read() as session:
            rows = await session.fetch(
                "SELECT source, topic, partition, until_us FROM completeness WHERE shard = partition"
            )
        return [dict(row) for row in rows]

    async def tallies(self) -> dict[Part, Tally]:
        """Give what came of each source in each partition since its last declaration, and when that was."""
        async with self._database.read() as session:
            return tallies_of(await session.fetch("SELECT * FROM tallies"))

    async def activity(self) -> list[Json]:
        """Give, per source and topic, what came last, how much came, and how much came late."""
        async with self._database.read() as session:
            rows = await session.fetch(
                "SELECT a.source, a.topic, sum(a.events)::bigint AS events, max(a.last_event_us) AS last_event_us, "
                "max(a.last_seen_us) AS last_seen_us, (SELECT coalesce(sum(m.facts), 0)::bigint FROM late_marks m "
                "WHERE m.source = a.source AND m.topic = a.topic) AS late FROM activity a GROUP BY a.source, a.topic"
            )
        return [dict(row) for row in rows]

    async def counts(self) -> Json:
        """Give what waits, is parked or went wrong, and what every shard has reflected."""
        async with self._database.read() as session:
            row = await session.fetch_one(
                "SELECT (SELECT count(*) FROM parked) AS parked, (SELECT count(*) FROM settling) AS settling, "
                "(SELECT count(*) FROM waiting) AS waiting, (SELECT count(*) FROM conflicts) AS conflicts, "
                "(SELECT count(*) FROM pending_corrections) AS pending, "
                "(SELECT coalesce(sum(messages), 0)::bigint FROM links_told) AS links_told"
            )
            errors = await session.fetch(
                "SELECT rule, sum(errors)::bigint AS errors FROM rule_errors GROUP BY rule ORDER BY rule"
            )
            parked = await session.fetch(
                "SELECT source, id, topic, partition, offset_in_topic, organization, error, known_us FROM parked "
                "ORDER BY number DESC LIMIT 20"
            )
        found: Json = dict(row) if row is not None else {}
        found["rule_errors"] = {each["rule"]: each["errors"] for each in errors}
        found["last_parked"] = [_parked(dict(each)) for each in parked]
        return found


def _placed(evidence: Sequence[Json], places: Sequence[Any]) -> list[Json]:
    known = {(row["source"], row["id"]): row for row in places}
    found = []
    for each in evidence:
        row = known.get((each["source"], each["id"]))
        more = {}
        if row is not None:
            more = {
                "topic": row["topic"],
                "partition": row["shard"],
                "offset": row["offset_in_topic"],
                "content_sha256": row["content_hash"].hex(),
            }
        found.append(each | more)
    return found


def _event(row: Any) -> Json:
    """Write the event in CloudEvents' own form; in binary mode its attributes were headers, so they are rebuilt."""
    raw: Json = _decode(row["raw"])
    attributes = {
        "specversion": "1.0",
        "id": row["id"],
        "source": row["source"],
        "type": row["event_type"],
        "subject": row["organization"],
        "time": _time(row["time_us"]),
    }
    return {
        "source": row["source"],
        "id": row["id"],
        "topic": row["topic"],
        "partition": row["shard"],
        "offset": row["offset_in_topic"],
        "content_sha256": row["content_hash"].hex(),
        "event": raw if row["enveloped"] else attributes | {"data": raw},
    }


def _revision(row: Any) -> Json:
    told = _decode(row["told"])
    return {
        "revision": row["revision"],
        "kind": row["kind"],
        "reason": row["reason"],
        "at": _time(row["known_us"]),
        "severity": told["severity"],
        "state": told["state"],
        "caused_by": told.get("caused_by"),
        "evidence_count": told["evidence_count"],
        "measured": told["measured"],
    }


def _parked(row: Json) -> Json:
    return row | {"at": _time(row.pop("known_us")), "offset": row.pop("offset_in_topic")}


def _date(value: Any) -> str | None:
    return value.isoformat() if value is not None else None


def _time(time_us: int | None) -> str | None:
    return text_of(time_us) if time_us is not None else None
