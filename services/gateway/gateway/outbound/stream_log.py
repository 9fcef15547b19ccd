"""The stream's log: numbers without gaps, in the order of commits.

One counter row is locked until the commit. So when an entry can be seen, every entry with a smaller number can be seen
too, and a client that has seen number n has missed nothing below it.
"""

from collections.abc import Sequence

from chassis.database import Database, WriteSession
from gateway.domain.stream_entries import Entry, Telling

CHANNEL = "stream"


async def append_entries(session: WriteSession, tellings: Sequence[Telling]) -> None:
    """Number entries and keep them; who listens is told with the commit."""
    if not tellings:
        return
    count = len(tellings)
    last = await session.fetch_value("UPDATE stream_counter SET sequence = sequence + $1 RETURNING sequence", count)
    await session.run(
        "INSERT INTO stream_log (sequence, kind, body) SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[])",
        list(range(last - count + 1, last + 1)),
        [telling.kind for telling in tellings],
        [telling.body for telling in tellings],
    )
    await session.fetch("SELECT pg_notify($1, '')", CHANNEL)


class StreamLog:
    """Reads the stream's log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load_last(self) -> int:
        """Give the number of the last entry; 0 before the first."""
        async with self._database.read() as session:
            return int(await session.fetch_value("SELECT sequence FROM stream_counter"))

    async def load_after(self, sequence: int, *, limit: int) -> list[Entry]:
        """Give the entries after a number, in order."""
        async with self._database.read() as session:
            rows = await session.fetch(
                "SELECT sequence, kind, body FROM stream_log WHERE sequence > $1 ORDER BY sequence LIMIT $2",
                sequence,
                limit,
            )
        return [Entry(row["sequence"], row["kind"], row["body"]) for row in rows]
