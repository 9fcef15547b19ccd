"""Reference data and completeness: whatever moves, the shard gets there, and not beyond what it has committed."""

import asyncio

import pytest

from chassis.errors import Unavailable
from contracts import Record, admit
from funds_monitor.usecases import observe_completeness as settling
from funds_monitor.usecases import observe_reference as reflecting
from funds_monitor.usecases.learn_reference import learn_reference
from tests.builders.events import Desk, party
from tests.builders.records import Json
from tests.unit.monitor_shell.memory_store import MemoryStore
from tests.unit.monitor_shell.toy_engine import AWAITED
from tests.unit.monitor_shell.worker import CODES, OTHERS, SHARD, NameBook, Worker, no_span

pytestmark = pytest.mark.anyio
ONE, TWO = CODES[:2]
ORGANIZATIONS = "civil-affairs.organizations.v1"


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
async def worker(store: MemoryStore) -> Worker:
    return await Worker(store).take()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def paid(desk: Desk, code: str, to: str, **data: object) -> Json:
    return desk.payment(code, "2026-03-02", amount_fen=2_000_000, counterparty=party(to), **data)


def severities(store: MemoryStore) -> dict[str, str]:
    return {alert.organization: alert.severity for _, alert in store.tables.alerts.values()}


async def test_a_change_judges_again_only_what_depended_on_it(worker: Worker, store: MemoryStore, desk: Desk) -> None:
    await worker.hear(paid(desk, ONE, "丙公司"), paid(desk, TWO, "丁公司"))

    worker.learn(desk.registered(OTHERS[0], "2020-01-01", name="丙公司"))
    observed = await worker.reflect()

    assert severities(store) == {ONE: "high", TWO: "medium"}
    assert observed is not None
    assert observed.organizations == 1
    assert await worker.reflect() is None


async def test_verdicts_and_reference_offsets_are_one_transaction(
    worker: Worker, store: MemoryStore, desk: Desk
) -> None:
    await worker.hear(paid(desk, ONE, "丙公司"))
    worker.learn(desk.registered(OTHERS[0], "2020-01-01", name="丙公司"))
    store.fails_on_commit = Unavailable("lost")
    with pytest.raises(Unavailable):
        await worker.reflect()
    assert (severities(store), store.tables.reference_offsets) == ({ONE: "medium"}, {})

    store.fails_on_commit = None
    await worker.reflect()

    assert severities(store) == {ONE: "high"}
    assert set(store.tables.reference_offsets.values()) == {1}


async def test_a_successor_reflects_what_its_predecessor_had_not(store: MemoryStore, desk: Desk) -> None:
    first = await Worker(store).take()
    await first.hear(paid(desk, ONE, "丙公司"))
    first.learn(desk.registered(OTHERS[0], "2020-01-01", name="丙公司"))

    second = await Worker(store).take()
    second.reference = first.reference
    await second.reflect()

    assert severities(store) == {ONE: "high"}


async def test_a_change_that_was_reflected_is_not_judged_again_by_a_successor(store: MemoryStore, desk: Desk) -> None:
    first = await Worker(store).take()
    await first.hear(paid(desk, ONE, "丙公司"))
    first.learn(desk.registered(OTHERS[0], "2020-01-01", name="丙公司"))
    await first.reflect()

    second = Worker(store)
    second.reference = first.reference
    await second.take()

    assert await second.reflect() is None


async def test_a_successor_whose_copy_has_read_less_judges_again_when_it_has_read_it(
    store: MemoryStore, desk: Desk
) -> None:
    first = await Worker(store).take()
    await first.hear(paid(desk, ONE, "丙公司"))
    change = desk.registered(OTHERS[0], "2020-01-01", name="丙公司")
    first.learn(change)
    await first.reflect()

    second = await Worker(store).take()
    assert await second.reflect() is None
    second.learn(change)

    assert await second.reflect() is not None


async def test_many_dependents_are_worked_off_in_slices_and_the_offsets_come_last(
    worker: Worker, store: MemoryStore, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reflecting, "SLICE_ORGANIZATIONS_MAX", 2)
    await worker.hear(*(paid(desk, code, "丙公司") for code in CODES[:5]))
    worker.learn(desk.registered(OTHERS[0], "2020-01-01", name="丙公司"))
    before = store.commits

    await worker.reflect()

    assert set(severities(store).values()) == {"high"}
    assert store.commits - before == 4  # the plan and three slices


async def test_a_bulk_of_changes_is_merged_into_one(worker: Worker, store: MemoryStore, desk: Desk) -> None:
    await worker.hear(paid(desk, ONE, "公司7"), paid(desk, TWO, "公司21"))

    worker.learn(*(desk.registered(OTHERS[n], "2020-01-01", name=f"公司{n}") for n in range(30)))
    observed = await worker.reflect()

    assert severities(store) == {ONE: "high", TWO: "high"}
    assert observed is not None
    assert observed.organizations == 2


async def test_a_reference_fact_that_the_book_cannot_take_stops_nobody(worker: Worker, desk: Desk) -> None:
    worker.learn(
        desk.registered(OTHERS[0], "2020-01-01", name="毒"), desk.registered(OTHERS[0], "2021-01-01", name="丙公司")
    )

    assert (worker.reference.failures, worker.reference.size()) == (1, 1)


async def test_entries_are_kept_until_everybody_has_reflected_them(worker: Worker, desk: Desk) -> None:
    worker.learn(desk.registered(ONE, "2020-01-01"), desk.registered(ONE, "2021-01-01"))

    worker.reference.trim({(ORGANIZATIONS, SHARD): 1})

    assert worker.reference.size() == 1


async def test_absence_is_concluded_once_the_source_is_complete(worker: Worker, store: MemoryStore, desk: Desk) -> None:
    await worker.hear(paid(desk, ONE, "丙公司", purpose_text="等税务"))
    assert store.tables.told == []

    await worker.hear(*desk.completed(AWAITED, "2026-03-01"))
    await worker.settle()
    assert store.tables.told == []

    await worker.hear(*desk.completed(AWAITED, "2026-03-05"))
    await worker.settle()
    assert [revision.kind for revision in store.tables.told] == ["raised"]
    assert (store.tables.waiting, store.tables.settling) == ({}, {})


async def test_the_pass_over_waiting_organizations_survives_a_restart(
    worker: Worker, store: MemoryStore, desk: Desk
) -> None:
    await worker.hear(paid(desk, ONE, "丙公司", purpose_text="等税务"))
    await worker.hear(*desk.completed(AWAITED, "2026-03-05"))

    successor = await Worker(store).take()
    await successor.settle()

    assert [revision.kind for revision in store.tables.told] == ["raised"]


async def test_the_pass_is_cut_into_slices_and_goes_on_from_its_place(
    worker: Worker, store: MemoryStore, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "SLICE_ORGANIZATIONS_MAX", 2)
    await worker.hear(*(paid(desk, code, "丙公司", purpose_text="等税务") for code in CODES[:5]))
    await worker.hear(*desk.completed(AWAITED, "2026-03-05"))

    assert await worker.settle() == 3
    assert len(store.tables.told) == 5


async def test_a_declaration_that_did_not_commit_is_not_believed(
    worker: Worker, store: MemoryStore, desk: Desk
) -> None:
    await worker.hear(paid(desk, ONE, "丙公司", purpose_text="等税务"))
    records = worker.records(desk.completed(AWAITED, "2026-03-05"))
    store.fails_on_commit = Unavailable("lost")
    with pytest.raises(Unavailable):
        await worker.hear_records(records)
    store.fails_on_commit = None
    assert store.tables.completeness == {}

    await worker.hear_records(records)
    await worker.settle()

    assert len(store.tables.told) == 1


async def test_completeness_of_a_reference_topic_counts_once_every_partition_is_read(
    worker: Worker, store: MemoryStore, desk: Desk
) -> None:
    declared = desk.completed(ORGANIZATIONS, "2026-03-05")
    records = [record for event in declared for record in worker.log.append(event)]
    await worker.hear_records([record for record in records if record.partition == SHARD])
    completeness = worker.built[-1].completeness
    assert completeness.complete_until(ORGANIZATIONS, SHARD) is None

    learn_reference(records, book=NameBook(), log=worker.reference, admit=admit)
    store.decide([record for record in records if record.partition != SHARD])
    await worker.reflect()

    assert completeness.complete_until(ORGANIZATIONS, SHARD) is not None
    assert len(store.tables.completeness) == 6
    assert worker.shard.settling == ""


async def test_the_same_declaration_stands_in_every_partition_and_counts_in_each(
    worker: Worker, store: MemoryStore, desk: Desk
) -> None:
    declared = desk.completed(AWAITED, "2026-03-05")

    observed = await worker.hear(*declared, *declared)

    assert observed.duplicates == 1
    assert len(store.tables.completeness) == 1


async def test_a_declaration_during_the_pass_begins_it_anew(
    worker: Worker, store: MemoryStore, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "SLICE_ORGANIZATIONS_MAX", 2)
    await worker.hear(*(paid(desk, code, "丙公司", purpose_text="等税务") for code in CODES[:3]))
    await worker.hear(*desk.completed(AWAITED, "2026-03-05"))
    later = worker.records(desk.completed(AWAITED, "2026-03-06"))

    passing = settling.observe_completeness(held=worker.shard, topics=[AWAITED], open_work=store, span=no_span)
    await asyncio.gather(passing, worker.hear_records(later))

    assert worker.shard.settling == store.tables.settling[SHARD] == ""


async def test_the_own_partition_is_complete_by_the_own_consumer_only(
    worker: Worker, store: MemoryStore, desk: Desk
) -> None:
    store.decide(learnt(worker, desk))
    await worker.reflect()

    completeness = worker.built[-1].completeness
    declared = [completeness.declared_until("/civil-affairs/registry", ORGANIZATIONS, number) for number in range(6)]
    assert [number for number, until in enumerate(declared) if until is None] == [SHARD]


def learnt(worker: Worker, desk: Desk) -> list[Record]:
    """Let the reader meet a declaration in all partitions."""
    records = [record for event in desk.completed(ORGANIZATIONS, "2026-03-05") for record in worker.log.append(event)]
    learn_reference(records, book=NameBook(), log=worker.reference, admit=admit)
    return records


async def test_a_declaration_of_another_shard_waits_for_its_owner_and_holds_nothing_else_up(
    worker: Worker, store: MemoryStore, desk: Desk
) -> None:
    records = learnt(worker, desk)
    await worker.reflect()
    assert worker.reference.is_pending(worker.shard.reference_offsets), "so it is not quiet"
    assert await worker.reflect() is None, "nothing moves until an owner has spoken"
    store.decide([records[0]])
    store.decide([records[1]], taken=False)
    assert await worker.reflect() is not None
    completeness = worker.built[-1].completeness
    declared = [completeness.declared_until("/civil-affairs/registry", ORGANIZATIONS, number) for number in range(6)]
    assert [number for number, until in enumerate(declared) if until is not None] == [0]
    assert worker.shard.reference_offsets[ORGANIZATIONS, 1] == 1
    store.decide(records[2:])
    await worker.reflect()
    assert not worker.reference.is_pending(worker.shard.reference_offsets)
