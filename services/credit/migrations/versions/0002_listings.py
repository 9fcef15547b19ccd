"""Listings and their acts, the facts that cause them, and the names of organizations."""

from alembic import op

from chassis import tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Bytes, not jsonb: kept as it was written, and U+0000 is no reason to stop.
OWN_TABLES = (
    """
CREATE TABLE listings (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    id text PRIMARY KEY,
    organization text NOT NULL,
    list text NOT NULL,
    cause text NOT NULL,
    state text NOT NULL  -- follows from the acts; kept for lists
)""",
    "CREATE UNIQUE INDEX listings_in_order ON listings (seq)",
    "CREATE INDEX listings_of_organization ON listings (organization)",
    "CREATE INDEX listings_by_state ON listings (state, seq)",
    """
CREATE TABLE listing_acts (
    listing_id text NOT NULL REFERENCES listings (id),
    number integer NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (listing_id, number)
)""",
    """
CREATE TABLE facts (
    source text NOT NULL,
    id text NOT NULL,
    type text NOT NULL,
    organization text NOT NULL,
    time_us bigint NOT NULL,
    corrects text,
    topic text NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (source, id)
)""",
    "CREATE INDEX facts_of_organization ON facts (organization)",
    """
CREATE TABLE organizations (
    code text PRIMARY KEY,
    name text NOT NULL,
    division text NOT NULL,
    time_us bigint NOT NULL,  -- of the snapshot, as said by its source
    id text NOT NULL
)""",
)


def upgrade() -> None:
    """Make them."""
    for statement in OWN_TABLES:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    tables.drop("organizations", "facts", "listing_acts", "listings")
