"""Rules as kept: table rules. Files that are shipped come in as drafts, at the very first start as active."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import yaml

from chassis.database import Database
from funds_monitor.domain.rulebook import PATTERN_FILES, RULE_FILES, RuleBook, load_rules
from funds_monitor.usecases.ports import Json, StoredRule

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
            rows = await session.fetch(
                "SELECT id, version, state, text, decides, summary FROM rules ORDER BY id, version"
            )
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

    async def save(self, rules: Sequence[StoredRule]) -> None:
        """Add rules; those that are there stay as they are.

        Raises: Unavailable.
        """
        async with self._database.write() as session:
            for rule in rules:
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


def read_rule_files(directory: Path) -> list[StoredRule]:
    """Read the rule and pattern files that are shipped, as drafts.

    Raises: OSError, ValueError when a file is no rule file.
    """
    paths = [path for files in KEPT_FILES for path in sorted(directory.glob(files))]
    return [_read(path.read_text("utf-8")) for path in paths]


def compile_rules(rules: Sequence[StoredRule], *, shipped: Path) -> RuleBook:
    """Compile the rules that are kept, as a whole set, with the word lists that are shipped.

    Raises: RuleSetRefused.
    """
    with tempfile.TemporaryDirectory(prefix="rules-") as folder:
        for path in shipped.iterdir():
            if path.is_file() and not any(path.match(files) for files in KEPT_FILES):
                shutil.copy(path, folder)
        for rule in rules:
            (Path(folder) / f"{rule.id}-v{rule.version}.yaml").write_text(rule.text, "utf-8")
        return load_rules(Path(folder))


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
