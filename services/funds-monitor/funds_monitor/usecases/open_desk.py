"""Bring rules and reference data into memory."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from funds_monitor.domain.reference import ReferenceBook
from funds_monitor.usecases.desk import Compile, Desk
from funds_monitor.usecases.ports import Offsets, Rules, Shards, StoredRule


async def open_desk(
    desk: Desk, *, shipped: Sequence[StoredRule], rules: Rules, compile_rules: Compile, shards: Shards
) -> Offsets:
    """Load the rules in force and all reference facts, and say from where the reference topics are to be read.

    Shipped rules enter the database as drafts, at the very first start as active; from then on the database is the
    truth. Reading begins at what the slowest shard has reflected, so that nothing it still needs is passed over.

    Raises: Unavailable, RuleSetRefused.
    """
    if desk.opened.is_set():
        return dict(desk.log.positions)
    desk.rules = compile_rules(await _active_rules(shipped, rules))
    needed = await shards.reflected()
    desk.book = ReferenceBook(desk.rules.words)
    for fact in await shards.load_reference_facts(needed):
        desk.book.apply(fact)
    desk.log.start(needed)
    desk.opened.set()
    return needed


async def _active_rules(shipped: Sequence[StoredRule], rules: Rules) -> list[StoredRule]:
    stored = await rules.load()
    state = "draft" if stored else "active"
    known = {(rule.id, rule.version) for rule in stored}
    new = [msgspec.structs.replace(rule, state=state) for rule in shipped if (rule.id, rule.version) not in known]
    if new:
        await rules.save(new)
        stored = await rules.load()
    return [rule for rule in stored if rule.state == "active"]
