"""Accounts of people, their sessions, what was done to them; and answers that are kept for whoever asks again."""

from alembic import op

from chassis import tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OWN_TABLES = (
    """
CREATE TABLE accounts (
    name text PRIMARY KEY,
    password_hash text NOT NULL,  -- argon2id
    roles text[] NOT NULL CHECK (cardinality(roles) > 0),  -- none at all would look like the staff client
    divisions text[] NOT NULL DEFAULT '{}',
    is_disabled boolean NOT NULL DEFAULT false,
    enrolled_digest bytea,  -- SHA-256 of the 256 random bits of a first start; none once somebody has chosen a password
    created_us bigint NOT NULL,
    signed_in_us bigint
)""",
    """
CREATE TABLE sessions (
    key bytea PRIMARY KEY,  -- SHA-256 of 256 random bits
    name text NOT NULL REFERENCES accounts (name),
    begun_us bigint NOT NULL,
    seen_us bigint NOT NULL
)""",
    "CREATE INDEX sessions_of_account ON sessions (name, begun_us)",
    """
CREATE TABLE sign_in_attempts (
    name text NOT NULL,
    address text NOT NULL,
    at_us bigint NOT NULL
)""",
    "CREATE INDEX sign_in_attempts_of_name ON sign_in_attempts (name, at_us)",
    "CREATE INDEX sign_in_attempts_of_address ON sign_in_attempts (address, at_us)",
    """
CREATE TABLE account_acts (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at_us bigint NOT NULL,
    act text NOT NULL,
    name text NOT NULL,  -- whose account; empty: no such account
    by_name text NOT NULL,
    address text NOT NULL,
    detail text NOT NULL
)""",
    """
CREATE TABLE kept_answers (
    caller text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    begun_us bigint NOT NULL,
    status integer,  -- none: still being answered
    headers text,  -- JSON
    body bytea,
    PRIMARY KEY (caller, key)
)""",
    "CREATE INDEX kept_answers_by_age ON kept_answers (begun_us)",
)


def upgrade() -> None:
    """Make them."""
    for statement in OWN_TABLES:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    tables.drop("kept_answers", "account_acts", "sign_in_attempts", "sessions", "accounts")
