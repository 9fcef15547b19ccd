from collections.abc import Sequence

from contracts import Record
from registry.domain.hearing import completions, hear
from registry.usecases.ports import Applied, OpenShardWork


async def apply_events(shard: int, records: Sequence[Record], *, open_work: OpenShardWork) -> Applied:
    """Let one shard's batch take effect exactly once: identities, facts and offsets in one commit.

    Raises: Fenced, Unavailable.
    """
    heard = hear(records)
    async with open_work(shard) as work:
        claimed = await work.claim(heard.facts)
        applied = Applied(len(claimed.fresh), claimed.repeated, claimed.conflicting, heard.refused)
        await work.save_facts(claimed.fresh)
        await work.save_completeness(completions(claimed.fresh))
        await work.save_progress(applied, heard.next_offsets)
    return applied
