"""Let a shard reflect what moved in the reference data."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from msgspec import structs

from funds_monitor.domain.outcome import Outcome
from funds_monitor.domain.reference import ReferenceChange
from funds_monitor.domain.rule_changes import RuleChange
from funds_monitor.usecases.bisect_batch import bisect_batch
from funds_monitor.usecases.judge_in_turns import judge_in_turns
from funds_monitor.usecases.learn_reference import Pending, ReferenceLog
from funds_monitor.usecases.ports import Commit, Engine, Observed, Offsets, OpenWork, Parked, SpanOpener, Work
from funds_monitor.usecases.take_shard import HeldShard

SLICE_ORGANIZATIONS_MAX = 200  # one transaction; between two of them the shard's own events go on

# Re-judge this organization because of this change; one of reference data is cut to what the organization depends on.
Task = tuple[ReferenceChange | RuleChange, str]


async def observe_reference(
    *, held: HeldShard, log: ReferenceLog, open_work: OpenWork, span: SpanOpener
) -> Observed | None:
    """Re-judge a shard's organizations that depend on what moved, then advance its reference offsets.

    Few organizations are one transaction with the offsets; many are slices, and the offsets advance with the last one:
    what a crash cuts off is done again, with the same result. None when there is nothing to reflect.

    A declaration of another partition counts as its owner has taken it: where that is not known yet, the pass ends
    before it.

    Raises: Fenced, Unavailable.
    """
    if not log.is_pending(held.reference_offsets):
        return None
    pending, observed = await _decided(held=held, log=log, open_work=open_work), Observed()
    if all(held.reference_offsets.get(place, 0) >= offset for place, offset in pending.offsets.items()):
        return None
    if pending.rules:
        await held.renew()  # the engine is built anew, with the versions that were told
    with span("usecases.observe_reference"):
        tasks = await _plan(pending, held=held, open_work=open_work)
        starts = range(0, max(len(tasks), 1), SLICE_ORGANIZATIONS_MAX)
        slices = [tasks[start : start + SLICE_ORGANIZATIONS_MAX] for start in starts]
        for part in slices[:-1]:
            await _judge(part, None, held=held, open_work=open_work, observed=observed)
        await _judge(slices[-1], pending, held=held, open_work=open_work, observed=observed)
    held.reference_offsets = pending.offsets
    return observed


async def _decided(*, held: HeldShard, log: ReferenceLog, open_work: OpenWork) -> Pending:
    """Collect what is to be reflected, with those declarations only that their owners have taken."""
    pending = log.pending(held.number, held.reference_offsets)
    if not pending.declared:
        return pending
    async with held.working(open_work) as (work, _):
        taken = await work.load_taken(pending.declared)
    ends: Offsets = {}
    for topic, partition, offset in pending.declared:
        if (topic, partition, offset) not in taken:
            ends[topic, partition] = min(offset, ends.get((topic, partition), offset))
    if ends:
        pending = log.pending(held.number, held.reference_offsets, ends)
    pending.declared = {place: declared for place, declared in pending.declared.items() if taken[place]}
    return pending


async def _plan(pending: Pending, *, held: HeldShard, open_work: OpenWork) -> list[Task]:
    if not pending.changes and not pending.rules:
        return []
    async with held.working(open_work) as (work, _):
        everybody = await work.load_codes() if pending.rules else []
        by_rules: list[Task] = [(change, code) for change in pending.rules for code in everybody]
        return by_rules + [
            (structs.replace(change, keys=keys), code)
            for change in pending.changes
            for code, keys in (await work.load_dependents(change.keys)).items()
        ]


async def _judge(
    tasks: Sequence[Task], last: Pending | None, *, held: HeldShard, open_work: OpenWork, observed: Observed
) -> None:
    """Judge one slice; with `last`, advance the offsets in the same transaction."""
    reflected = last is None

    async def attempt(part: Sequence[Task]) -> None:
        nonlocal reflected
        whole = last is not None and len(part) == len(tasks)
        async with held.working(open_work) as (work, engine):
            await held.load(work, engine, list(dict.fromkeys(code for _, code in part)))
            outcome = await judge_in_turns(partial(_observe, engine), part)
            await work.save(Commit(outcome=outcome))
            if last is not None and whole:
                await _reflect(last, work=work, engine=engine, held=held)
        reflected = reflected or whole
        observed.organizations += len(part)
        observed.note(outcome)

    async def give_up(task: Task, error: Exception) -> None:
        async with held.working(open_work) as (work, _):
            await work.save(Commit(parked=[Parked(organization=task[1], error=str(error))]))
        observed.parked += 1
        held.parked += 1

    await bisect_batch(tasks, attempt=attempt, give_up=give_up)
    if last is not None and not reflected:
        async with held.working(open_work) as (work, engine):
            await _reflect(last, work=work, engine=engine, held=held)


def _observe(engine: Engine, task: Task) -> Outcome:
    change, code = task
    if isinstance(change, RuleChange):
        return engine.observe_rules([code], change)
    return engine.observe_reference([code], change)


async def _reflect(pending: Pending, *, work: Work, engine: Engine, held: HeldShard) -> None:
    commit = Commit(reference_offsets=pending.offsets)
    for each in pending.declared.values():
        moved = engine.completeness.declare(each.source, each.topic, each.partition, each.until_us)
        if moved is not None:
            commit.outcome.completeness.append(moved)
    await work.save(commit)
    if commit.outcome.completeness:
        await work.save_settling("")
        held.settle_anew()
