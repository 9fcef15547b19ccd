"""What was heard, who was heard of, how complete it is said to be; and the tables of the plumbing."""

from alembic import op

from chassis import tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FACTS = """
CREATE TABLE facts (
    source text NOT NULL,
    id text NOT NULL,
    type text NOT NULL,
    organization text,
    time_us bigint NOT NULL,
    corrects text,
    jurisdiction text,
    traceparent text,
    data json NOT NULL,  -- json, not jsonb: kept as it was written, and U+0000 is no reason to stop
    content_hash bytea NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    log_offset bigint NOT NULL,
    appended_us bigint NOT NULL,  -- when the log took it in: when it became known
    PRIMARY KEY (source, id)
)"""

OWN_TABLES = (
    FACTS,
    "CREATE INDEX facts_of_organization ON facts (organization) WHERE organization IS NOT NULL",
    'CREATE TABLE organizations (code text COLLATE "C" PRIMARY KEY)',
    """
CREATE TABLE completeness (
    source text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    until_us bigint NOT NULL,
    PRIMARY KEY (source, topic, partition)
)""",
    """
CREATE TABLE tallies (
    shard integer PRIMARY KEY,
    organizations bigint NOT NULL,
    facts bigint NOT NULL,
    repeated bigint NOT NULL,
    conflicting bigint NOT NULL,
    refused bigint NOT NULL
)""",
)


def upgrade() -> None:
    """Make them."""
    tables.create(tables.OFFSETS, tables.INBOX, tables.OUTBOX)
    for statement in OWN_TABLES:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    tables.drop("tallies", "completeness", "organizations", "facts")
    tables.drop("outbox", "inbox", "consumer_offsets", "shard_epochs")
