"""Let a shard conclude what it waited for, once the sources have told everything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from funds_monitor.domain.completeness import Completeness
from funds_monitor.domain.facts import date_of
from funds_monitor.usecases.bisect_batch import bisect_batch
from funds_monitor.usecases.judge_in_turns import judge_in_turns
from funds_monitor.usecases.ports import Commit, Observed, OpenWork, Parked, SpanOpener
from funds_monitor.usecases.take_shard import HeldShard

SLICE_ORGANIZATIONS_MAX = 200  # one transaction; between two of them the shard's own events go on


async def observe_completeness(
    *, held: HeldShard, topics: Sequence[str], open_work: OpenWork, span: SpanOpener
) -> Observed | None:
    """Judge one slice of the organizations that wait or hold unsettled alerts; None when none is left.

    The place of the pass is stored: a restart goes on from there, a new declaration begins it anew.

    Raises: Fenced, Unavailable.
    """
    if held.settling is None:
        return None
    cursor, generation, observed = held.settling, held.settling_generation, Observed()
    with span("usecases.observe_completeness"):
        async with held.working(open_work) as (work, engine):
            until_on = _complete_dates(engine.completeness, topics, held.number)
            codes = await work.load_unsettled(after=cursor, until_on=until_on, limit=SLICE_ORGANIZATIONS_MAX)
        if codes:
            await _settle(codes, held=held, open_work=open_work, observed=observed)
        await _move_on(codes, generation, held=held, open_work=open_work)
    return observed


def _complete_dates(completeness: Completeness, topics: Sequence[str], shard: int) -> dict[str, date]:
    """Give, per topic, the last date through whose end everything is known."""
    found = {}
    for topic in topics:
        until_us = completeness.complete_until(topic, shard)
        if until_us is not None:
            found[topic] = date_of(until_us) - timedelta(days=1)
    return found


async def _settle(codes: Sequence[str], *, held: HeldShard, open_work: OpenWork, observed: Observed) -> None:
    async def attempt(part: Sequence[str]) -> None:
        async with held.working(open_work) as (work, engine):
            await held.load(work, engine, part)
            outcome = await judge_in_turns(lambda code: engine.observe_completeness([code]), part)
            await work.save(Commit(outcome=outcome))
        observed.organizations += len(part)
        observed.note(outcome)

    async def give_up(code: str, error: Exception) -> None:
        async with held.working(open_work) as (work, _):
            await work.save(Commit(parked=[Parked(organization=code, error=str(error))]))
        observed.parked += 1
        held.parked += 1

    await bisect_batch(codes, attempt=attempt, give_up=give_up)


async def _move_on(codes: Sequence[str], generation: int, *, held: HeldShard, open_work: OpenWork) -> None:
    """Store the place of the pass, unless a declaration has begun it anew in between."""
    async with held.working(open_work) as (work, _):
        if held.settling_generation != generation:
            return
        cursor = codes[-1] if len(codes) == SLICE_ORGANIZATIONS_MAX else None
        await work.save_settling(cursor)
    held.settling = cursor
