"""Facts, what the rules said of them, alerts, and what the shards know of their own work; tables of the plumbing."""

from alembic import op

from chassis import tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Text that cursors run over is compared by bytes, whatever the database's locale.
CODE = 'text COLLATE "C"'

FACTS = (
    "CREATE SEQUENCE known_seq",
    f"""
    CREATE TABLE facts (
        source text NOT NULL,
        id text NOT NULL,
        shard integer NOT NULL,  -- the partition that it was read from
        organization {CODE},
        event_type text NOT NULL,
        time_us bigint NOT NULL,
        topic text NOT NULL,
        offset_in_topic bigint NOT NULL,
        appended_us bigint NOT NULL,
        content_hash bytea NOT NULL,
        refers_to text,  -- id that it corrects, or withdraws
        withdraws boolean NOT NULL,
        sealed boolean NOT NULL,  -- quarantined: stored, in no window
        parked boolean NOT NULL,  -- the engine could not take it; table parked says why
        reference boolean NOT NULL,
        enveloped boolean NOT NULL,  -- raw is a whole CloudEvent; else its data alone (Kafka binary mode)
        raw bytea NOT NULL,  -- as received
        traceparent text,
        known_seq bigint NOT NULL,  -- knowledge time: the commit in which it became known
        known_us bigint NOT NULL,
        PRIMARY KEY (source, id)
    )""",
    "CREATE INDEX facts_of_organization ON facts (organization) WHERE organization IS NOT NULL",
    "CREATE INDEX facts_that_refer ON facts (source, refers_to) WHERE refers_to IS NOT NULL",
    "CREATE INDEX facts_of_reference ON facts (topic, shard, offset_in_topic) WHERE reference",
    """
    CREATE TABLE declarations (
        source text NOT NULL,
        id text NOT NULL,
        read_from text NOT NULL,
        partition integer NOT NULL,  -- the same declaration stands in every partition
        offset_in_topic bigint NOT NULL,
        content_hash bytea NOT NULL,
        raw bytea NOT NULL,
        known_us bigint NOT NULL,
        PRIMARY KEY (source, id, read_from, partition)
    )""",
    """
    CREATE TABLE conflicts (
        topic text NOT NULL,
        partition integer NOT NULL,
        offset_in_topic bigint NOT NULL,
        source text NOT NULL,
        id text NOT NULL,
        content_hash bytea NOT NULL,
        known_us bigint NOT NULL,
        PRIMARY KEY (topic, partition, offset_in_topic)
    )""",
    f"""
    CREATE TABLE parked (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        shard integer NOT NULL,
        organization {CODE},
        error text NOT NULL,
        known_us bigint NOT NULL,
        source text,
        id text,
        topic text,  -- null: not an event, but the judging again of the organization
        partition integer,
        offset_in_topic bigint,
        key bytea,
        raw bytea,
        headers bytea,
        timestamp_us bigint
    )""",
    "CREATE UNIQUE INDEX parked_once ON parked (topic, partition, offset_in_topic) WHERE topic IS NOT NULL",
    "CREATE UNIQUE INDEX parked_organizations ON parked (shard, organization) WHERE topic IS NULL",
    f"""
    CREATE TABLE pending_corrections (
        source text NOT NULL,
        id text NOT NULL,
        organization {CODE} NOT NULL,
        corrects text NOT NULL,
        known_us bigint NOT NULL,
        PRIMARY KEY (source, id)
    )""",
)

JUDGEMENTS = (
    f"""
    CREATE TABLE hits (
        organization {CODE} NOT NULL,
        rule text NOT NULL,
        time_us bigint NOT NULL,
        source text NOT NULL,
        id text NOT NULL,
        shard integer NOT NULL,
        waiting boolean NOT NULL,
        body bytea NOT NULL,  -- bytes, not jsonb: what a name holds is no reason to stop
        PRIMARY KEY (organization, rule, time_us, source, id)
    )""",
    f"""
    CREATE TABLE hit_changes (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        organization {CODE} NOT NULL,
        rule text NOT NULL,
        body bytea NOT NULL,
        known_us bigint NOT NULL
    )""",
    f"""
    CREATE TABLE verdicts (
        organization {CODE} NOT NULL,
        rule text NOT NULL,
        rule_version integer NOT NULL,
        time_us bigint NOT NULL,
        source text NOT NULL,
        id text NOT NULL,
        kind text NOT NULL,
        measured bytea NOT NULL,
        detail text NOT NULL,
        PRIMARY KEY (organization, rule)
    ) WITH (fillfactor = 70)""",  # rewritten with almost every event: room for updates on the same page
    """
    CREATE TABLE rule_errors (
        rule text NOT NULL,
        shard integer NOT NULL,
        errors bigint NOT NULL,
        PRIMARY KEY (rule, shard)
    )""",
    f"""
    CREATE TABLE waiting (
        organization {CODE} NOT NULL,
        rule text NOT NULL,
        topic text NOT NULL,
        shard integer NOT NULL,
        sources text[] NOT NULL,
        since date,
        until_on date,
        PRIMARY KEY (organization, rule, topic)
    )""",
    "CREATE INDEX waiting_of_shard ON waiting (shard, topic, organization)",
    f"""
    CREATE TABLE dependencies (
        shard integer NOT NULL,
        key text NOT NULL,
        organization {CODE} NOT NULL,
        PRIMARY KEY (shard, key, organization)
    )""",
    f"""
    CREATE TABLE alerts (
        id text PRIMARY KEY,
        seq bigint GENERATED ALWAYS AS IDENTITY,  -- place in lists, given once
        shard integer NOT NULL,
        organization {CODE} NOT NULL,
        rule text NOT NULL,
        severity text NOT NULL,
        state text NOT NULL,
        division text,
        raised_us bigint NOT NULL,
        amended_us bigint,
        settled boolean NOT NULL,
        settles_on date,
        history boolean NOT NULL,
        revision integer NOT NULL,
        body bytea NOT NULL,  -- as the engine continues it
        told bytea NOT NULL  -- as it was last published
    )""",
    "CREATE UNIQUE INDEX alerts_in_order ON alerts (seq)",
    "CREATE INDEX alerts_of_organization ON alerts (organization, seq)",
    "CREATE INDEX alerts_of_rule ON alerts (rule, seq)",
    "CREATE INDEX alerts_unsettled ON alerts (shard, organization) WHERE NOT settled AND state = 'open'",
    """
    CREATE TABLE alert_revisions (
        alert_id text NOT NULL,
        revision integer NOT NULL,
        kind text NOT NULL,
        reason text NOT NULL,
        known_us bigint NOT NULL,
        told bytea NOT NULL,
        PRIMARY KEY (alert_id, revision)
    )""",
    f"""
    CREATE TABLE links (
        source text NOT NULL,  -- of the payment
        id text NOT NULL,
        shard integer NOT NULL,
        organization {CODE} NOT NULL,
        revision integer NOT NULL,
        asserted boolean NOT NULL,  -- else taken back
        body bytea NOT NULL,  -- what was told last
        PRIMARY KEY (source, id)
    )""",
    "CREATE INDEX links_of_organization ON links (organization)",
    "CREATE TABLE links_told (shard integer PRIMARY KEY, messages bigint NOT NULL)",
    """
    CREATE TABLE rules (
        id text NOT NULL,
        version integer NOT NULL,
        state text NOT NULL CHECK (state IN ('draft', 'shadow', 'active', 'retired')),
        text text NOT NULL,
        decides text NOT NULL,
        summary bytea NOT NULL,
        PRIMARY KEY (id, version)
    )""",
    "CREATE UNIQUE INDEX rules_active ON rules (id) WHERE state = 'active'",
)

SHARDS = (
    """
    CREATE TABLE completeness (
        shard integer NOT NULL,  -- as this shard knows it
        source text NOT NULL,
        topic text NOT NULL,
        partition integer NOT NULL,
        until_us bigint NOT NULL,
        PRIMARY KEY (shard, source, topic, partition)
    )""",
    """
    CREATE TABLE reference_offsets (
        shard integer NOT NULL,  -- its verdicts reflect the reference topics up to here
        topic text NOT NULL,
        partition integer NOT NULL,
        next_offset bigint NOT NULL,
        PRIMARY KEY (shard, topic, partition)
    )""",
    f"""
    CREATE TABLE settling (
        shard integer PRIMARY KEY,  -- a row: the pass over waiting organizations is not over
        after {CODE} NOT NULL
    )""",
    """
    CREATE TABLE activity (
        source text NOT NULL,
        topic text NOT NULL,
        partition integer NOT NULL,
        events bigint NOT NULL,
        last_event_us bigint NOT NULL,
        last_seen_us bigint NOT NULL,
        PRIMARY KEY (source, topic, partition)
    )""",
    """
    CREATE TABLE late_marks (
        source text NOT NULL,
        topic text NOT NULL,
        partition integer NOT NULL,
        facts bigint NOT NULL,
        last_us bigint NOT NULL,
        PRIMARY KEY (source, topic, partition)
    )""",
)

NAMES = (
    "links_told", "links", "late_marks", "activity", "settling", "reference_offsets", "completeness", "rules",
    "alert_revisions", "alerts",
    "dependencies", "waiting", "rule_errors", "verdicts", "hit_changes", "hits", "pending_corrections", "parked",
    "conflicts", "declarations", "facts", "outbox", "consumer_offsets", "shard_epochs",
)  # fmt: skip


def upgrade() -> None:
    """Make them."""
    tables.create(tables.OFFSETS, tables.OUTBOX)
    for statement in (*FACTS, *JUDGEMENTS, *SHARDS):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    tables.drop(*NAMES)
    op.execute("DROP SEQUENCE known_seq")
