"""The tables of the plumbing; credit's own come with its lists."""

from chassis import tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    tables.create(tables.OFFSETS, tables.INBOX, tables.OUTBOX)


def downgrade() -> None:
    """Drop them."""
    tables.drop("outbox", "inbox", "consumer_offsets", "shard_epochs")
