"""What this process holds: the rules in force, its copy of the reference data, and the shards that are its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from funds_monitor.domain.outcome import CompletenessChange
from funds_monitor.domain.reference import ReferenceBook
from funds_monitor.domain.rulebook import RuleBook
from funds_monitor.usecases.held_shard import HeldShard
from funds_monitor.usecases.ports import Engine, StoredRule
from funds_monitor.usecases.reference_log import ReferenceLog

Compile = Callable[[Sequence[StoredRule]], RuleBook]
Assemble = Callable[[int, RuleBook, ReferenceBook, Iterable[CompletenessChange]], Engine]


class Desk:
    """The memory of one process; everything on it is built anew from storage after a restart."""

    def __init__(self, *, assemble: Assemble) -> None:
        self._assemble = assemble
        self.rules: RuleBook | None = None
        self.book = ReferenceBook()
        self.log = ReferenceLog()
        self.held: dict[int, HeldShard] = {}
        self.opened = asyncio.Event()  # rules and reference data are here
        self.stirred = asyncio.Event()  # a shard may have something to do besides its own events

    def build(self, number: int, completeness: Iterable[CompletenessChange]) -> Engine:
        """Build the engine of a shard, empty of organizations."""
        if self.rules is None:
            msg = "the rules are not loaded yet"
            raise RuntimeError(msg)
        return self._assemble(number, self.rules, self.book, completeness)

    def pending(self) -> bool:
        """Say whether some shard of ours has yet to reflect or to settle something."""
        return any(
            held.settling is not None or self.log.is_pending(held.reference_offsets) for held in self.held.values()
        )
