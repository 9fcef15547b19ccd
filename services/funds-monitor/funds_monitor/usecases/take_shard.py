"""Become the owner of a shard."""

from __future__ import annotations

from funds_monitor.usecases.held_shard import HeldShard
from funds_monitor.usecases.ports import BuildEngine, Offsets, Shards


async def take_shard(number: int, *, shards: Shards, build: BuildEngine, facts_max: int) -> tuple[HeldShard, Offsets]:
    """Take a shard's epoch, fencing whoever held it, and say where to read on.

    Organizations are loaded as they are needed: the shard serves at once.

    Raises: Unavailable.
    """
    state = await shards.take(number)
    return HeldShard(number, state, build=build, facts_max=facts_max), dict(state.offsets)
