"""Previews of register extracts, and what became of them."""

from alembic import op

from chassis import tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

IMPORTS = """
CREATE TABLE imports (
    id text PRIMARY KEY,
    created_us bigint NOT NULL,
    report json NOT NULL,
    rows json NOT NULL  -- entries to be written; emptied by the commit, for they are facts then
)"""


def upgrade() -> None:
    """Make it."""
    op.execute(IMPORTS)


def downgrade() -> None:
    """Drop it."""
    tables.drop("imports")
