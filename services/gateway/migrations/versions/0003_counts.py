"""What was counted of each source since its last declaration, for reconciliation."""

from alembic import op

from chassis import tables

revision = "0003"
down_revision = "0002"
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
    PRIMARY KEY (source, topic, partition)
)""",
    """
CREATE TABLE declarations (
    source text NOT NULL,
    id text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,  -- the same declaration stands in every partition
    events bigint NOT NULL,  -- what was counted before it
    amount_fen numeric(30) NOT NULL,
    taken boolean NOT NULL,  -- false: it states something else
    PRIMARY KEY (source, id, topic, partition)
)""",
    """
CREATE TABLE differences (
    source text NOT NULL,
    topic text NOT NULL,
    id text NOT NULL,
    stated_events bigint,
    stated_amount_fen bigint,
    events bigint NOT NULL,
    amount_fen numeric(30) NOT NULL,
    since_us bigint,
    at_us bigint NOT NULL,
    PRIMARY KEY (source, topic)
)""",
)


def upgrade() -> None:
    """Make them."""
    for statement in OWN_TABLES:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    tables.drop("differences", "declarations", "tallies")
