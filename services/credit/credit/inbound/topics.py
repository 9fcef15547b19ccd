"""Wakes credit when civil affairs publishes."""

from collections.abc import Callable

from contracts import Record
from contracts.working_days import WorkingDays
from credit.usecases.apply_events import apply_events
from credit.usecases.ports import OpenShardWork, TakeShard, Today


class CreditShards:
    """What the consumer calls as shards come, bring records, and go."""

    def __init__(
        self,
        *,
        take_shard: TakeShard,
        open_work: OpenShardWork,
        drop_shard: Callable[[int], None],
        today: Today,
        calendar: WorkingDays,
    ) -> None:
        self._take_shard, self._open_work, self._drop_shard = take_shard, open_work, drop_shard
        self._today, self._calendar = today, calendar

    async def on_assigned(self, shard: int) -> dict[tuple[str, int], int]:
        """Own the shard from now on; read on from what is committed."""
        return await self._take_shard(shard)

    async def on_batch(self, shard: int, records: list[Record]) -> None:
        """Apply one batch."""
        await apply_events(shard, records, open_work=self._open_work, today=self._today, calendar=self._calendar)

    async def on_revoked(self, shard: int) -> None:
        """Own it no longer; nothing of a shard is kept in memory."""
        self._drop_shard(shard)
