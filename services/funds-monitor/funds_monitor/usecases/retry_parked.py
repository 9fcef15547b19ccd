"""Try again what an earlier program could not take."""

from __future__ import annotations

from funds_monitor.domain.reference import ReferenceChange
from funds_monitor.usecases.ports import Admit, Commit, EngineFailed, Observed, OpenWork, Parked, SpanOpener, Unsaveable
from funds_monitor.usecases.read_batch import read_batch
from funds_monitor.usecases.sort_batch import sort_batch
from funds_monitor.usecases.take_shard import HeldShard

SLICE_PARKED_MAX = 100  # each is a transaction of its own; more are tried after the shard's own events had their turn
ANYTHING = ReferenceChange(keys=frozenset())


async def retry_parked(*, held: HeldShard, open_work: OpenWork, admit: Admit, span: SpanOpener) -> Observed | None:
    """Try once, after a shard was taken, what is parked: a new version of the program may be able to take it.

    What fails again stays parked. None when nothing is left to try.

    Raises: Fenced, Unavailable.
    """
    if held.retry_after is None:
        return None
    observed = Observed()
    async with held.working(open_work) as (work, _):
        parked = await work.load_parked(after=held.retry_after, limit=SLICE_PARKED_MAX)
    for number, each in parked:
        try:
            await _retry(number, each, held=held, open_work=open_work, admit=admit, span=span)
            observed.facts += 1
            held.parked -= 1
        except (EngineFailed, Unsaveable):
            observed.parked += 1
    held.retry_after = parked[-1][0] if len(parked) == SLICE_PARKED_MAX else None
    return observed


async def _retry(
    number: int, parked: Parked, *, held: HeldShard, open_work: OpenWork, admit: Admit, span: SpanOpener
) -> None:
    async with held.working(open_work) as (work, engine):
        await work.release(number)
        if parked.record is None:
            codes = [parked.organization or ""]
            await held.load(work, engine, codes)
            with EngineFailed.marking():
                outcomes = [engine.observe_reference(codes, ANYTHING), engine.observe_completeness(codes)]
            for outcome in outcomes:
                await work.save(Commit(outcome=outcome))
            return
        received = read_batch([parked.record], admit=admit, span=span).received
        new = sort_batch(received, {})
        await held.load(work, engine, new.organizations())
        with EngineFailed.marking():
            outcome = engine.observe([each.fact for each in received], counted=True)
        commit = Commit(outcome=outcome, received=new.facts, declarations=new.declarations)
        commit.activity = new.activity()
        await work.save(commit)
    held.count(new.facts)
