"""What was counted while events were applied."""

from chassis.database import Database, WriteSession
from registry.usecases.ports import Applied, DeclaredComplete, Tally


async def count_in(session: WriteSession, shard: int, applied: Applied, *, organizations_new: int) -> None:
    """Add what a transaction changed to the counts of a shard."""
    await session.run(
        "INSERT INTO tallies AS t (shard, organizations, facts, repeated, conflicting, refused)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (shard) DO UPDATE SET"
        " organizations = t.organizations + excluded.organizations, facts = t.facts + excluded.facts,"
        " repeated = t.repeated + excluded.repeated, conflicting = t.conflicting + excluded.conflicting,"
        " refused = t.refused + excluded.refused",
        shard,
        organizations_new,
        applied.fresh,
        applied.repeated,
        applied.conflicting,
        applied.refused,
    )


class Tallies:
    """Reads the counts; `Shards` writes them, in the transaction of what they count."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load_tally(self) -> tuple[Tally, list[DeclaredComplete]]:
        """Give what was heard so far and how complete it is said to be."""
        async with self._database.read() as session:
            (sums,) = await session.fetch(
                "SELECT coalesce(sum(organizations), 0)::bigint AS organizations,"
                " coalesce(sum(facts), 0)::bigint AS facts, coalesce(sum(repeated), 0)::bigint AS repeated,"
                " coalesce(sum(conflicting), 0)::bigint AS conflicting, coalesce(sum(refused), 0)::bigint AS refused"
                " FROM tallies"
            )
            rows = await session.fetch(
                "SELECT source, topic, min(until_us) AS until_us, count(*) AS partitions"
                " FROM completeness GROUP BY source, topic ORDER BY source, topic"
            )
        declared = [DeclaredComplete(row["source"], row["topic"], row["until_us"], row["partitions"]) for row in rows]
        return Tally(**dict(sums.items())), declared
