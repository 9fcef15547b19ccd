"""Bring rules and reference data into memory."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import msgspec

from funds_monitor.domain.outcome import CompletenessChange
from funds_monitor.domain.reference import ReferenceBook
from funds_monitor.domain.rulebook import RuleBook
from funds_monitor.domain.versions import Step
from funds_monitor.usecases.learn_reference import ReferenceLog
from funds_monitor.usecases.ports import Engine, Offsets, Rules, RulesKept, Shards, StoredRule
from funds_monitor.usecases.take_shard import HeldShard

Compile = Callable[[Sequence[StoredRule], Sequence[Step]], RuleBook]
Assemble = Callable[[int, RuleBook, ReferenceBook, Iterable[CompletenessChange]], Engine]


class Desk:
    """The memory of one process; everything on it is built anew from storage after a restart."""

    def __init__(self, *, assemble: Assemble) -> None:
        self._assemble = assemble
        self.rules: RuleBook | None = None
        self.lives = RulesKept()  # what the rule book is made of
        self.book = ReferenceBook()
        self.log = ReferenceLog()
        self.held: dict[int, HeldShard] = {}
        self.refused: Counter[str] = Counter()  # records turned away since this process started, by code
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


async def open_desk(
    desk: Desk, *, shipped: Sequence[StoredRule], rules: Rules, compile_rules: Compile, shards: Shards
) -> Offsets:
    """Load rules, all reference facts and links, and say from where the reference topics are to be read.

    Shipped rules enter the database as drafts, at the very first start as active; from then on the database is the
    truth. Reading begins at what the slowest shard has reflected, so that nothing it still needs is passed over.

    Raises: Unavailable, RuleSetRefused.
    """
    if desk.opened.is_set():
        return dict(desk.log.positions)
    needed = await shards.reflected()
    desk.lives = await _kept_rules(shipped, rules, needed)
    desk.rules = compile_rules(*desk.lives.judging())
    desk.book = ReferenceBook(desk.rules.words)
    for fact in await shards.load_reference_facts(needed):
        desk.book.apply(fact)
    for link in await shards.load_links():
        desk.book.take_link(link)
    desk.log.start(needed)
    desk.opened.set()
    return needed


async def _kept_rules(shipped: Sequence[StoredRule], rules: Rules, needed: Offsets) -> RulesKept:
    stored = await rules.load()
    state = "draft" if stored else "active"
    known = {(rule.id, rule.version) for rule in stored}
    new = [msgspec.structs.replace(rule, state=state) for rule in shipped if (rule.id, rule.version) not in known]
    if new:
        await rules.save(new)
    return await rules.load_kept(needed)
