"""What was told of rules: which of their versions judge since ever, and every event in their lives since."""

from alembic import op

from chassis import tables

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OWN_TABLES = (
    """
    CREATE TABLE rule_events (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        rule text NOT NULL,
        version integer NOT NULL,
        kind text,  -- null: it came in as active at the very first start and judges since ever; nobody told
        source text,
        id text,
        partition integer,
        offset_in_topic bigint,
        effective_from date,
        by_names text[],
        reason text,
        refused text NOT NULL,  -- why it changes nothing; empty: it does
        UNIQUE (source, id)
    )""",
    "CREATE UNIQUE INDEX rule_events_first ON rule_events (rule) WHERE kind IS NULL",
    "INSERT INTO rule_events (rule, version, refused) SELECT id, version, '' FROM rules WHERE state = 'active'",
)


def upgrade() -> None:
    """Make it, and let those that are active judge since ever."""
    for statement in OWN_TABLES:
        op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    tables.drop("rule_events")
