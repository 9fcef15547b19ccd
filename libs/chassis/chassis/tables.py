"""Tables of the plumbing, one set in each service's own database; made by its first migration."""

from typing import Final

from alembic import op

OFFSETS: Final = (
    """
    CREATE TABLE shard_epochs (
        consumer text NOT NULL,
        shard integer NOT NULL,
        epoch bigint NOT NULL,
        PRIMARY KEY (consumer, shard)
    )""",
    """
    CREATE TABLE consumer_offsets (
        consumer text NOT NULL,
        topic text NOT NULL,
        partition integer NOT NULL,
        next_offset bigint NOT NULL CHECK (next_offset >= 0),
        PRIMARY KEY (consumer, topic, partition)
    )""",
)

INBOX: Final = (
    """
    CREATE TABLE inbox (
        consumer text NOT NULL,
        source text NOT NULL,
        id text NOT NULL,
        content_hash bytea NOT NULL,
        PRIMARY KEY (consumer, source, id)
    )""",
)

OUTBOX: Final = (
    """
    CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        topic text NOT NULL,
        partition integer,
        key bytea,
        value bytea NOT NULL,
        headers bytea NOT NULL
    )""",
    # It is filled and emptied all day: vacuum by count, not by share of a table that is usually empty.
    "ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)",
)


def create(*groups: tuple[str, ...]) -> None:
    """Make some groups of tables in a migration: `tables.create(tables.OFFSETS, tables.INBOX, tables.OUTBOX)`."""
    for group in groups:
        for statement in group:
            op.execute(statement)


def drop(*names: str) -> None:
    """Drop tables in a migration's way back."""
    for name in names:
        op.execute(f"DROP TABLE {name}")
