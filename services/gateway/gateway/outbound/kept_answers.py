"""Table kept_answers."""

import msgspec

from chassis.database import Database
from gateway.domain.kept_answers import BUSY_S, KEPT_S, Begun, KeptAnswer

SWEPT_MAX = 100  # rows of the past that one request clears away


class StoredAnswers:
    """Keeps answers under the caller's key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, caller: str, key: str, *, fingerprint: bytes, now_us: int) -> Begun:
        """Take a key, or say who has it."""
        async with self._database.write() as session:
            await session.run(
                "DELETE FROM kept_answers WHERE ctid = ANY (ARRAY(SELECT ctid FROM kept_answers"
                " WHERE begun_us < $1 ORDER BY begun_us LIMIT $2 FOR UPDATE SKIP LOCKED))",
                now_us - KEPT_S * 1_000_000,
                SWEPT_MAX,
            )
            is_ours = await session.run(
                "INSERT INTO kept_answers (caller, key, fingerprint, begun_us) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (caller, key) DO UPDATE SET fingerprint = excluded.fingerprint,"
                " begun_us = excluded.begun_us, status = NULL, headers = NULL, body = NULL"
                " WHERE kept_answers.begun_us < $5 OR (kept_answers.status IS NULL AND kept_answers.begun_us < $6)",
                caller,
                key,
                fingerprint,
                now_us,
                now_us - KEPT_S * 1_000_000,
                now_us - BUSY_S * 1_000_000,
            )
            if is_ours:
                return "ours"
            row = await session.fetch_one(
                "SELECT fingerprint, status, headers, body FROM kept_answers WHERE caller = $1 AND key = $2",
                caller,
                key,
            )
        if row is None:  # given back in this moment
            return "busy"
        if row["fingerprint"] != fingerprint:
            return "other"
        if row["status"] is None:
            return "busy"
        headers = msgspec.json.decode(row["headers"], type=tuple[tuple[str, str], ...])
        return KeptAnswer(row["status"], headers, row["body"])

    async def keep(self, caller: str, key: str, answer: KeptAnswer) -> None:
        """Keep an answer under a key that was taken."""
        async with self._database.write() as session:
            await session.run(
                "UPDATE kept_answers SET status = $3, headers = $4, body = $5 WHERE caller = $1 AND key = $2",
                caller,
                key,
                answer.status,
                msgspec.json.encode(answer.headers).decode(),
                answer.body,
            )

    async def forget(self, caller: str, key: str) -> None:
        """Give a key back."""
        async with self._database.write() as session:
            await session.run("DELETE FROM kept_answers WHERE caller = $1 AND key = $2 AND status IS NULL", caller, key)
