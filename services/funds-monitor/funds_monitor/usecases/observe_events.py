"""Let one batch of a shard take effect exactly once."""

from __future__ import annotations

from collections.abc import Sequence

from contracts import Record
from funds_monitor.domain.facts import Fact
from funds_monitor.domain.streams import COMPLETED
from funds_monitor.usecases.bisect_batch import bisect_batch
from funds_monitor.usecases.judge_in_turns import judge_in_turns
from funds_monitor.usecases.ports import (
    Admit,
    Commit,
    Engine,
    EngineFailed,
    Observed,
    OpenWork,
    Parked,
    Received,
    SpanOpener,
    Work,
)
from funds_monitor.usecases.read_batch import Batch, read_batch
from funds_monitor.usecases.sort_batch import Sorted, sort_batch
from funds_monitor.usecases.take_shard import HeldShard

TURN_FACTS_MIN = 100  # about 15 ms of the engine; between two turns heartbeats and answers go out


async def observe_events(
    records: Sequence[Record], *, held: HeldShard, open_work: OpenWork, admit: Admit, span: SpanOpener
) -> Observed:
    """Let a batch take effect exactly once: facts, judgements, outbox and offsets are one transaction.

    A record that breaks the engine or the store is found by halving and parked, so that the others go on.

    Raises: Fenced, Unavailable; the batch may then be given again.
    """
    observed = Observed()

    async def attempt(part: Sequence[Record]) -> None:
        batch = read_batch(part, admit=admit, span=span)
        await _take(batch, held=held, open_work=open_work, span=span, observed=observed)

    async def give_up(record: Record, error: Exception) -> None:
        parked = _parked(record, error, admit=admit, span=span)
        async with held.working(open_work) as (work, engine):
            commit = Commit(parked=[parked], offsets={(record.topic, record.partition): record.offset + 1})
            await _count_parked(parked, commit, work=work, engine=engine)
            await work.save(commit)
        observed.parked += 1
        held.parked += 1

    with span("usecases.observe_events"):
        await bisect_batch(records, attempt=attempt, give_up=give_up)
    return observed


async def _count_parked(parked: Parked, commit: Commit, *, work: Work, engine: Engine) -> None:
    """Count a parked event where it came: its source has sent it, and we have it."""
    if parked.fact is None or parked.record is None or parked.fact.stream == COMPLETED:
        return
    if not await work.load_known([Received(fact=parked.fact, record=parked.record)]):
        engine.completeness.count(parked.fact)
        commit.outcome.tallies = engine.completeness.moved()


async def _take(batch: Batch, *, held: HeldShard, open_work: OpenWork, span: SpanOpener, observed: Observed) -> None:
    async with held.working(open_work) as (work, engine):
        new = sort_batch(batch.received, await work.load_known(batch.received))
        await held.load(work, engine, new.organizations())
        with span("domain.shard"):
            outcome = await judge_in_turns(engine.observe, _turns(batch, new))
        commit = Commit(
            outcome=outcome,
            received=new.facts,
            declarations=new.declarations,
            conflicts=new.conflicts,
            activity=new.activity(),
            offsets=batch.offsets,
        )
        await _save(commit, work=work, held=held, span=span)
    observed.facts += len(new.facts)
    observed.duplicates += new.duplicates
    observed.conflicts += len(new.conflicts)
    observed.refused.update(batch.refused)
    observed.note(outcome)


async def _save(commit: Commit, *, work: Work, held: HeldShard, span: SpanOpener) -> None:
    with span("outbound.commit"):
        await work.save(commit)
        if commit.outcome.completeness:
            await work.save_settling("")
            held.settle_anew()
    held.count(commit.received)


def _turns(batch: Batch, new: Sorted) -> list[list[Fact]]:
    """Cut new facts into turns; all facts of an organization are in one, so that an alert is told once per batch.

    With a declaration among them there is one turn, in order of arrival: it speaks of what came before it.
    """
    if new.declarations:
        fresh = {id(each) for each in new.facts} | {id(each) for each in new.declarations}
        return [[each.fact for each in batch.received if id(each) in fresh]]
    by_organization: dict[str | None, list[Fact]] = {}
    for each in new.facts:
        by_organization.setdefault(each.fact.organization, []).append(each.fact)
    turns: list[list[Fact]] = [[]]
    for facts in by_organization.values():
        if len(turns[-1]) >= TURN_FACTS_MIN:
            turns.append([])
        turns[-1] += facts
    return turns


def _parked(record: Record, error: Exception, *, admit: Admit, span: SpanOpener) -> Parked:
    try:
        received = read_batch([record], admit=admit, span=span).received
    except EngineFailed:
        received = []
    fact = received[0].fact if received else None
    return Parked(organization=fact.organization if fact else None, error=str(error), record=record, fact=fact)
