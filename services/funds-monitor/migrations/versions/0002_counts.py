"""What was counted of each source since its last declaration, and whether a declaration was taken."""

from alembic import op

from chassis import tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OWN_TABLES = (
    """
CREATE TABLE tallies (
    source text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    events bigint NOT NULL,
    amount_fen numeric(30) NOT NULL,  -- a sum of amounts, each of which fits a bigint
    since_us bigint,  -- when the log got the declaration that was taken last; null: there was none
    blocked bytea,  -- the latest declaration, if it states something else
    PRIMARY KEY (source, topic, partition)
)""",
    "ALTER TABLE declarations ADD COLUMN taken boolean NOT NULL DEFAULT true",  # until now every one was
    # What was counted before is not known: the first declaration since tells from when on it is.
    """
INSERT INTO tallies (source, topic, partition, events, amount_fen, since_us)
SELECT source, read_from, partition, 0, 0, max(known_us) FROM declarations GROUP BY source, read_from, partition""",
    "CREATE INDEX declarations_by_place ON declarations (read_from, partition, offset_in_topic)",
)


def upgrade() -> None:
    """Make them."""
    for statement in OWN_TABLES:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP INDEX declarations_by_place")
    op.execute("ALTER TABLE declarations DROP COLUMN taken")
    tables.drop("tallies")
