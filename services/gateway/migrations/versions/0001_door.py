"""Clients, receipts, refusals, sources, the access ledger, the stream; and the tables of the plumbing."""

from alembic import op

from chassis import tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

OWN_TABLES = (
    """
CREATE TABLE clients (
    client_id text PRIMARY KEY,
    secret_hash bytea NOT NULL,  -- SHA-256 of 256 random bits
    kind text NOT NULL CHECK (kind IN ('department', 'staff', 'app')),
    department text,
    enrolled_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((kind = 'department') = (department IS NOT NULL))
)""",
    """
CREATE TABLE receipts (
    source text NOT NULL,
    id text NOT NULL,
    type text NOT NULL,
    subject text,
    content_hash bytea NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    log_offset bigint NOT NULL,  -- -1: acknowledged, place not told
    whole boolean NOT NULL,  -- false: a declaration that may not be in every partition
    moved_to text,  -- the event that replaced this one under another subject
    PRIMARY KEY (source, id)
)""",
    """
CREATE TABLE rejections (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    department text NOT NULL,
    code text NOT NULL,
    detail text NOT NULL,
    pointer text NOT NULL,
    at_us bigint NOT NULL,
    source text,
    event_id text,
    type text,
    topic text,  -- no place: refused over HTTP
    partition integer,
    log_offset bigint,
    content_hash bytea,
    UNIQUE (topic, partition, log_offset)
)""",
    "CREATE INDEX rejections_of_department ON rejections (department, number)",
    "CREATE INDEX rejections_of_event ON rejections (source, event_id) WHERE event_id IS NOT NULL",
    """
CREATE TABLE sources (
    source text NOT NULL,
    topic text NOT NULL,
    last_event_us bigint NOT NULL,
    last_seen_us bigint NOT NULL,
    events bigint NOT NULL,
    PRIMARY KEY (source, topic)
)""",
    """
CREATE TABLE access_ledger (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    act text NOT NULL,
    client_id text NOT NULL,
    department text,
    persons integer NOT NULL,
    accounts integer NOT NULL
)""",
    # One row, locked from the numbering of entries to their commit: numbers are in the order of commits.
    """
CREATE TABLE stream_counter (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    sequence bigint NOT NULL
)""",
    "INSERT INTO stream_counter (sequence) VALUES (0)",
    """
CREATE TABLE stream_log (
    sequence bigint PRIMARY KEY,
    kind text NOT NULL,
    body bytea NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
)""",
)


def upgrade() -> None:
    """Make them."""
    tables.create(tables.OFFSETS, tables.INBOX, tables.OUTBOX)
    for statement in OWN_TABLES:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    tables.drop("stream_log", "stream_counter", "access_ledger", "sources", "rejections", "receipts", "clients")
    tables.drop("outbox", "inbox", "consumer_offsets", "shard_epochs")
