"""Judge a little at a time, so that heartbeats, answers and other shards have their turn in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TypeVar

from funds_monitor.domain.outcome import Outcome
from funds_monitor.usecases.merge_outcomes import merge_outcomes
from funds_monitor.usecases.ports import EngineFailed

Item = TypeVar("Item")


async def judge_in_turns(judge: Callable[[Item], Outcome], items: Iterable[Item]) -> Outcome:
    """Call the engine for one item after the other within a transaction, and give what all of them changed.

    Raises: EngineFailed.
    """
    outcomes = []
    for item in items:
        with EngineFailed.marking():
            outcomes.append(judge(item))
        await asyncio.sleep(0)  # a turn for whoever is ready, no waiting
    return outcomes[0] if len(outcomes) == 1 else merge_outcomes(outcomes)
