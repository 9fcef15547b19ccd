from collections.abc import Sequence

from contracts import Record
from contracts.working_days import WorkingDays
from credit.domain.facts import hear
from credit.domain.following import follow
from credit.usecases.ports import OpenShardWork, Today


async def apply_events(
    shard: int, records: Sequence[Record], *, open_work: OpenShardWork, today: Today, calendar: WorkingDays
) -> None:
    """Let one shard's batch take effect exactly once: facts, listings, what is said of them and offsets in one commit.

    Raises: Fenced, Unavailable.
    """
    heard = hear(records)
    async with open_work(shard) as work:
        fresh = await work.claim(heard.facts)
        await work.save_facts(fresh)
        await work.save_names(heard.snapshots)
        for organization in sorted({fact.subject for fact in fresh if fact.subject}):
            listings = await work.load_of(organization)
            facts = await work.load_facts(organization)
            for changed in follow(organization, facts, listings, today=today(), calendar=calendar):
                known = listings.get(changed.id)
                await work.save(changed, acts_known=len(known.acts) if known else 0)
        await work.save_progress(heard.next_offsets)
