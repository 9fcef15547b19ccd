"""Wakes the registry when departments publish."""

from collections.abc import Callable

import structlog

from contracts import Record
from registry.usecases.apply_events import apply_events
from registry.usecases.ports import OpenShardWork, TakeShard

log = structlog.get_logger(__name__)


class RegistryShards:
    """What the consumer calls as shards come, bring records, and go."""

    def __init__(self, *, take_shard: TakeShard, open_work: OpenShardWork, drop_shard: Callable[[int], None]) -> None:
        self._take_shard = take_shard
        self._open_work = open_work
        self._drop_shard = drop_shard

    async def on_assigned(self, shard: int) -> dict[tuple[str, int], int]:
        """Own the shard from now on; read on from what is committed."""
        return await self._take_shard(shard)

    async def on_batch(self, shard: int, records: list[Record]) -> None:
        """Apply one batch."""
        applied = await apply_events(shard, records, open_work=self._open_work)
        if applied.conflicting or applied.refused:
            log.warning("not all applied", shard=shard, conflicting=applied.conflicting, refused=applied.refused)

    async def on_revoked(self, shard: int) -> None:
        """Own it no longer; nothing of a shard is kept in memory."""
        self._drop_shard(shard)
