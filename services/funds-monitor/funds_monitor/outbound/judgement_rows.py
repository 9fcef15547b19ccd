"""What the rules said, as rows: hits, hit_changes, verdicts, rule_errors, waiting, dependencies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import msgspec

from chassis.database import Connection
from funds_monitor.domain.outcome import HitChange, Outcome, PendingCorrection, Verdict, WaitingChange

_encode = msgspec.json.encode
_decode_hit = msgspec.json.Decoder(HitChange).decode


async def save_hits(connection: Connection, shard: int, hits: Sequence[HitChange], *, known_us: int) -> None:
    """Keep the true points that stand now, and every change that led there."""
    if not hits:
        return
    bodies = [_encode(hit) for hit in hits]
    await connection.execute(
        "INSERT INTO hit_changes (organization, rule, body, known_us) "
        "SELECT o, r, b, $4 FROM unnest($1::text[], $2::text[], $3::bytea[]) AS new(o, r, b)",
        [hit.organization for hit in hits],
        [hit.rule for hit in hits],
        bodies,
        known_us,
    )
    latest = {(hit.organization, hit.rule, hit.position): (hit, body) for hit, body in zip(hits, bodies, strict=True)}
    gone = [hit for hit, _ in latest.values() if hit.removed]
    here = [(hit, body) for hit, body in latest.values() if not hit.removed]
    if gone:
        await connection.execute(
            "DELETE FROM hits h USING unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[]) "
            "AS old(organization, rule, time_us, source, id) WHERE h.organization = old.organization "
            "AND h.rule = old.rule AND h.time_us = old.time_us AND h.source = old.source AND h.id = old.id",
            *_hit_keys(gone),
        )
    if here:
        await connection.execute(
            "INSERT INTO hits (shard, organization, rule, time_us, source, id, waiting, body) "
            "SELECT $1, new.* FROM unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], "
            "$7::bool[], $8::bytea[]) AS new(organization, rule, time_us, source, id, waiting, body) "
            "ON CONFLICT (organization, rule, time_us, source, id) "
            "DO UPDATE SET waiting = excluded.waiting, body = excluded.body",
            shard,
            *_hit_keys([hit for hit, _ in here]),
            [hit.waiting for hit, _ in here],
            [body for _, body in here],
        )


def _hit_keys(hits: Sequence[HitChange]) -> tuple[list[str], list[str], list[int], list[str], list[str]]:
    return (
        [hit.organization for hit in hits],
        [hit.rule for hit in hits],
        [hit.position.time_us for hit in hits],
        [hit.position.source for hit in hits],
        [hit.position.id for hit in hits],
    )


async def load_hits(connection: Connection, codes: Collection[str]) -> dict[str, list[HitChange]]:
    """Load the true points of some organizations."""
    rows = await connection.fetch("SELECT organization, body FROM hits WHERE organization = ANY($1)", list(codes))
    found: dict[str, list[HitChange]] = {code: [] for code in codes}
    for row in rows:
        found[row["organization"]].append(_decode_hit(row["body"]))
    return found


async def save_verdicts(connection: Connection, verdicts: Sequence[Verdict]) -> None:
    """Keep the latest verdict of each rule on each organization."""
    latest = {(verdict.organization, verdict.rule): verdict for verdict in verdicts}
    if not latest:
        return
    found = [latest[key] for key in sorted(latest)]  # one order for all transactions: no deadlocks
    await connection.execute(
        "INSERT INTO verdicts (organization, rule, rule_version, time_us, source, id, kind, measured, detail) "
        "SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::text[], $6::text[], $7::text[], "
        "$8::bytea[], $9::text[]) ON CONFLICT (organization, rule) DO UPDATE SET rule_version = excluded.rule_version, "
        "time_us = excluded.time_us, source = excluded.source, id = excluded.id, kind = excluded.kind, "
        "measured = excluded.measured, detail = excluded.detail",
        [verdict.organization for verdict in found],
        [verdict.rule for verdict in found],
        [verdict.rule_version for verdict in found],
        [verdict.position.time_us for verdict in found],
        [verdict.position.source for verdict in found],
        [verdict.position.id for verdict in found],
        [verdict.kind for verdict in found],
        [_encode(verdict.values) for verdict in found],
        [verdict.detail for verdict in found],
    )


async def save_rule_errors(connection: Connection, shard: int, errors: Mapping[str, int]) -> None:
    """Count evaluation points at which a rule raised."""
    if errors:
        await connection.execute(
            "INSERT INTO rule_errors (rule, shard, errors) SELECT r, $1, n FROM unnest($2::text[], $3::bigint[]) "
            "AS new(r, n) ON CONFLICT (rule, shard) DO UPDATE SET errors = rule_errors.errors + excluded.errors",
            shard,
            list(errors),
            list(errors.values()),
        )


async def save_waiting(connection: Connection, shard: int, changes: Sequence[WaitingChange]) -> None:
    """Keep what the rules wait for now."""
    if not changes:
        return
    latest = {(change.organization, change.rule, change.topic): change for change in changes}
    await connection.execute(
        "DELETE FROM waiting w USING unnest($1::text[], $2::text[], $3::text[]) AS old(organization, rule, topic) "
        "WHERE w.organization = old.organization AND w.rule = old.rule AND w.topic = old.topic",
        *(list(column) for column in zip(*latest, strict=True)),
    )
    here = [change for change in latest.values() if not change.cleared]
    if here:
        await connection.copy_records_to_table(
            "waiting",
            records=[
                (shard, each.organization, each.rule, each.topic, list(each.sources), each.since, each.until_on)
                for each in here
            ],
            columns=["shard", "organization", "rule", "topic", "sources", "since", "until_on"],
        )


async def load_unsettled(
    connection: Connection, shard: int, *, after: str, until_on: Mapping[str, date], limit: int
) -> list[str]:
    """Name organizations that wait for a topic which is complete now, or hold an alert that may settle."""
    latest = max(until_on.values(), default=None)
    rows = await connection.fetch(
        "SELECT organization FROM ("
        "SELECT w.organization FROM waiting w JOIN unnest($2::text[], $3::date[]) AS done(topic, until_on) "
        "ON done.topic = w.topic AND (w.since IS NULL OR w.since <= done.until_on) "
        "WHERE w.shard = $1 AND w.organization > $5 "
        "UNION SELECT a.organization FROM alerts a WHERE a.shard = $1 AND NOT a.settled AND a.state = 'open' "
        "AND a.organization > $5 AND (a.settles_on IS NULL OR a.settles_on <= $4::date)"
        ") AS found ORDER BY organization LIMIT $6",
        shard,
        list(until_on),
        list(until_on.values()),
        latest,
        after,
        limit,
    )
    return [row["organization"] for row in rows]


async def save_dependencies(connection: Connection, shard: int, dependencies: Sequence[tuple[str, str]]) -> None:
    """Keep which organizations depend on which keys of the reference data; `dependencies` is (organization, key)."""
    if dependencies:
        await connection.execute(
            "INSERT INTO dependencies (shard, key, organization) SELECT $1, k, o "
            "FROM unnest($2::text[], $3::text[]) AS new(k, o) ON CONFLICT DO NOTHING",
            shard,
            [key for _, key in dependencies],
            [organization for organization, _ in dependencies],
        )


async def load_dependents(connection: Connection, shard: int, keys: Collection[str]) -> dict[str, frozenset[str]]:
    """Give the organizations of a shard that depend on some of the keys, in order, with those keys."""
    rows = await connection.fetch(
        "SELECT organization, array_agg(key) AS keys FROM dependencies WHERE shard = $1 AND key = ANY($2) "
        "GROUP BY organization ORDER BY organization",
        shard,
        list(keys),
    )
    return {row["organization"]: frozenset(row["keys"]) for row in rows}


async def load_codes(connection: Connection, shard: int) -> list[str]:
    """Name the organizations of a shard, in order: whoever has anything to be judged leans on itself."""
    rows = await connection.fetch(
        "SELECT organization FROM dependencies WHERE shard = $1 AND key = organization ORDER BY organization", shard
    )
    return [row["organization"] for row in rows]


async def save_pending(connection: Connection, changes: Sequence[PendingCorrection], *, known_us: int) -> None:
    """Keep corrections whose target is not here."""
    gone = [each for each in changes if each.arrived]
    if gone:
        await connection.execute(
            "DELETE FROM pending_corrections p USING unnest($1::text[], $2::text[]) AS old(source, id) "
            "WHERE p.source = old.source AND p.id = old.id",
            [each.source for each in gone],
            [each.id for each in gone],
        )
    here = {(each.source, each.id): each for each in changes if not each.arrived}
    if here:
        await connection.execute(
            "INSERT INTO pending_corrections (source, id, organization, corrects, known_us) "
            "SELECT s, i, o, c, $5 FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS new(s, i, o, c) "
            "ON CONFLICT DO NOTHING",
            [each.source for each in here.values()],
            [each.id for each in here.values()],
            [each.organization for each in here.values()],
            [each.corrects for each in here.values()],
            known_us,
        )


async def save_judgements(connection: Connection, shard: int, outcome: Outcome, *, known_us: int) -> None:
    """Write all of an outcome but facts, alerts and completeness."""
    await save_hits(connection, shard, outcome.hits, known_us=known_us)
    await save_verdicts(connection, outcome.verdicts)
    await save_rule_errors(connection, shard, outcome.errors)
    await save_waiting(connection, shard, outcome.waiting)
    await save_dependencies(connection, shard, outcome.dependencies)
    await save_pending(connection, outcome.pending, known_us=known_us)
