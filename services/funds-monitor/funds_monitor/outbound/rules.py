"""Rules as kept: table rules. Files that are shipped come in as drafts, at the very first start as active."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import yaml

from chassis.database import Database, ReadSession, WriteSession
from funds_monitor.domain.rulebook import PATTERN_FILES, RULE_FILES, RuleBook, is_pattern, load_rules
from funds_monitor.domain.versions import Step, versions_of
from funds_monitor.usecases.ports import RULES_TOPIC, Json, Offsets, RuleLife, RulesKept, RuleTold, StoredRule

SHOWN = ("name", "seed", "applies", "parameters", "members", "hand_over")
LISTED = ("law", "look_alikes")  # a pattern has none: it cites what its members cite
KEPT_FILES = (RULE_FILES, PATTERN_FILES)


class RuleRows:
    """The rules of this database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self) -> list[StoredRule]:
        """Load every version of every rule.

        Raises: Unavailable.
        """
        async with self._database.read() as session:
            return await _load(session)

    async def load_kept(self, before: Offsets) -> RulesKept:
        """Load all versions, and what was told of them before some offsets of their topic.

        Raises: Unavailable.
        """
        async with self._database.read() as session:
            versions = await _load(session)
            rows = await session.fetch("SELECT * FROM rule_events ORDER BY partition NULLS FIRST, offset_in_topic")
        known = [row for row in rows if row["kind"] is not None]
        told = [_told(row) for row in known if row["offset_in_topic"] < before.get((RULES_TOPIC, row["partition"]), 0)]
        refused = {(row["source"], row["id"]) for row in known if row["refused"]}
        return RulesKept(
            versions=versions,
            first=[Step(row["rule"], row["version"]) for row in rows if row["kind"] is None],
            told=[each for each in told if each.identity not in refused],
            refused=[each.identity for each in told if each.identity in refused],
        )

    async def load_life(self, rule: str) -> RuleLife:
        """Load all that is known of a rule.

        Raises: Unavailable.
        """
        async with self._database.read() as session:
            return await _load_life(session, rule)

    async def save_told(self, told: RuleTold, refused: str) -> str:
        """Keep an event in the life of a rule, and why it changes nothing ("": it does); what was kept first stands.

        Raises: Unavailable.
        """
        async with self._database.write() as session:
            await session.run(
                "INSERT INTO rule_events (rule, version, kind, source, id, partition, offset_in_topic, effective_from, "
                "by_names, reason, refused) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
                "ON CONFLICT (source, id) DO NOTHING",
                told.rule,
                told.version,
                told.kind,
                told.source,
                told.id,
                told.partition,
                told.offset,
                told.effective_from,
                list(told.by),
                told.reason,
                refused,
            )
            kept: str = await session.fetch_value(
                "SELECT refused FROM rule_events WHERE source = $1 AND id = $2", told.source, told.id
            )
            if not kept:
                await _save_states(session, told.rule)
        return kept

    async def save(self, rules: Sequence[StoredRule]) -> None:
        """Add rules; those that are there stay as they are.

        Raises: Unavailable.
        """
        async with self._database.write() as session:
            for rule in rules:
                if rule.state == "active":
                    await session.run(
                        "INSERT INTO rule_events (rule, version, refused) VALUES ($1, $2, '') ON CONFLICT DO NOTHING",
                        rule.id,
                        rule.version,
                    )
                await session.run(
                    "INSERT INTO rules (id, version, state, text, decides, summary) VALUES ($1, $2, $3, $4, $5, $6) "
                    "ON CONFLICT DO NOTHING",
                    rule.id,
                    rule.version,
                    rule.state,
                    rule.text,
                    rule.decides,
                    msgspec.json.encode(rule.summary),
                )


async def _load(session: ReadSession) -> list[StoredRule]:
    rows = await session.fetch("SELECT id, version, state, text, decides, summary FROM rules ORDER BY id, version")
    return [
        StoredRule(
            id=row["id"],
            version=row["version"],
            state=row["state"],
            text=row["text"],
            decides=row["decides"],
            summary=msgspec.json.decode(row["summary"]),
        )
        for row in rows
    ]


def _told(row: Any) -> RuleTold:
    return RuleTold(
        source=row["source"],
        id=row["id"],
        partition=row["partition"],
        offset=row["offset_in_topic"],
        kind=row["kind"],
        rule=row["rule"],
        version=row["version"],
        effective_from=row["effective_from"],
        by=tuple(row["by_names"]),
        reason=row["reason"],
    )


async def _load_life(session: ReadSession | WriteSession, rule: str) -> RuleLife:
    rows = await session.fetch(
        "SELECT * FROM rule_events WHERE rule = $1 ORDER BY partition NULLS FIRST, offset_in_topic", rule
    )
    return RuleLife(
        first=[Step(rule, row["version"]) for row in rows if row["kind"] is None],
        told=[(_told(row), row["refused"]) for row in rows if row["kind"] is not None],
    )


async def _save_states(session: WriteSession, rule: str) -> None:
    """Show as active the version that judges without end; those that did judge are retired."""
    life = await _load_life(session, rule)
    steps = [*life.first, *(told.step for told, refused in life.told if not refused)]
    lasting = {each.version for each in versions_of(steps) if each.span.last == date.max}
    judging = {step.version for step in steps if step.version is not None}
    for state, versions in (("retired", judging - lasting), ("active", lasting)):
        await session.run(
            "UPDATE rules SET state = $2 WHERE id = $1 AND version = ANY($3::int[])", rule, state, sorted(versions)
        )


def read_rule_files(directory: Path) -> list[StoredRule]:
    """Read the rule and pattern files that are shipped, as drafts.

    Raises: OSError, ValueError when a file is no rule file.
    """
    paths = [path for files in KEPT_FILES for path in sorted(directory.glob(files))]
    return [_read(path.read_text("utf-8")) for path in paths]


def compile_rules(rules: Sequence[StoredRule], steps: Sequence[Step], *, shipped: Path) -> RuleBook:
    """Compile the versions that judge, as a whole set, with the word lists that are shipped.

    Raises: RuleSetRefused.
    """
    with tempfile.TemporaryDirectory(prefix="rules-") as folder:
        for path in shipped.iterdir():
            if path.is_file() and not any(path.match(files) for files in KEPT_FILES):
                shutil.copy(path, folder)
        for rule in rules:
            (Path(folder) / f"{rule.id}-v{rule.version}.yaml").write_text(rule.text, "utf-8")
        return load_rules(Path(folder), [step for step in steps if not is_pattern(step.rule)])


def _read(text: str) -> StoredRule:
    content: Any = yaml.safe_load(text)
    shown = {key: content.get(key) for key in SHOWN} | {key: content.get(key, []) for key in LISTED}
    summary: Json = msgspec.json.decode(msgspec.json.encode(shown))
    return StoredRule(
        id=content["id"],
        version=content["version"],
        state="draft",
        text=text,
        decides=content.get("decides", ""),
        summary=summary,
    )
