"""Take what is told of rules into this process's rule book, and note for the shards what is to be judged again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from contracts import Event, Record, Refusal
from funds_monitor.domain.rule_changes import RuleChange
from funds_monitor.domain.rulebook import RuleBook, RuleSetRefused, is_pattern
from funds_monitor.usecases.learn_reference import Entry
from funds_monitor.usecases.open_desk import Compile, Desk
from funds_monitor.usecases.ports import ACTIVATED, RULES_TOPIC, Admit, Rules, RuleTold

VERSION_UNKNOWN, VERSION_BROKEN = "rule_version_unknown", "rule_version_broken"
VERSION_IDLE, NOT_A_RULE = "rule_version_not_judging", "rule_is_a_pattern"


async def learn_rules(
    records: Sequence[Record], *, desk: Desk, rules: Rules, compile_rules: Compile, admit: Admit
) -> None:
    """Let each event of the topic of rules change the rule book, or refuse it: counted by code, and kept with why.

    A refused one stops nothing. Whichever process reads an event first decides for all, so that their books agree. The
    shards judge by the new book in their own transactions (`observe_reference`).

    Raises: Unavailable, RuleSetRefused when another process took an event that does not hold with this program.
    """
    for record in records:
        place = (RULES_TOPIC, record.partition)
        if record.offset < desk.log.positions.get(place, 0):
            continue
        event = admit(record)
        if isinstance(event, Refusal):
            desk.refused[event.code] += 1
        else:
            await _learn(_read(event, record), desk=desk, rules=rules, compile_rules=compile_rules)
        desk.log.advance(place, record.offset + 1)


def _read(event: Event, record: Record) -> RuleTold:
    data: Any = event.data
    return RuleTold(
        source=event.source,
        id=event.id,
        partition=record.partition,
        offset=record.offset,
        kind=event.type,
        rule=data.rule,
        version=data.version,
        effective_from=data.effective_from,
        by=data.by,
        reason=data.reason,
    )


async def _learn(told: RuleTold, *, desk: Desk, rules: Rules, compile_rules: Compile) -> None:
    known = {*(each.identity for each in desk.lives.told), *desk.lives.refused}
    if told.identity in known:
        return  # sent twice
    desk.lives.versions = await rules.load()
    # Reading all files takes a second or two: others have their turn meanwhile.
    book, refused = await asyncio.to_thread(_try, told, desk, compile_rules)
    kept = await rules.save_told(told, refused)
    if kept:
        desk.refused[kept] += 1
        desk.lives.refused.append(told.identity)
        return
    if book is None:  # the process that took it has another program
        book = compile_rules(*desk.lives.judging(told))
    desk.lives.told.append(told)
    desk.rules = book
    change = RuleChange(frozenset({told.rule}), told.identity)
    desk.log.note((RULES_TOPIC, told.partition), Entry(offset=told.offset, rules=change))


def _try(told: RuleTold, desk: Desk, compile_rules: Compile) -> tuple[RuleBook | None, str]:
    """Give the book as the event leaves it, or why it changes nothing."""
    if not any((each.id, each.version) == (told.rule, told.version) for each in desk.lives.versions):
        return None, VERSION_UNKNOWN
    if is_pattern(told.rule):
        return None, NOT_A_RULE  # what a pattern says has no day of its own: it keeps its version
    judging = desk.rules.plan_on(told.rule, told.effective_from) if desk.rules is not None else None
    if told.kind != ACTIVATED and (judging is None or judging.rule.version != told.version):
        return None, VERSION_IDLE
    try:
        return compile_rules(*desk.lives.judging(told)), ""
    except RuleSetRefused:
        return None, VERSION_BROKEN
