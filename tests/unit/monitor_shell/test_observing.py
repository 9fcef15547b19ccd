"""What must hold of a batch, whatever fails and whenever; run on the store in memory."""

import pytest

from chassis.errors import Fenced, Unavailable
from contracts import Event, Record, Refusal, admit
from tests.builders.events import Desk, party
from tests.builders.records import Json
from tests.unit.monitor_shell.memory_store import MemoryStore
from tests.unit.monitor_shell.worker import CODES, OTHERS, SHARD, Worker

pytestmark = pytest.mark.anyio
ONE, TWO, THREE = CODES[:3]
LARGE_FEN, SMALL_FEN = 2_000_000, 1_000


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
async def worker(store: MemoryStore) -> Worker:
    return await Worker(store).take()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def large(desk: Desk, code: str = ONE, at: str = "2026-03-02", **data: object) -> Json:
    return desk.payment(code, at, amount_fen=LARGE_FEN, **data)


async def test_a_batch_is_one_transaction_with_its_offsets(worker: Worker, store: MemoryStore, desk: Desk) -> None:
    observed = await worker.hear(large(desk), desk.payment(TWO, "2026-03-02", amount_fen=SMALL_FEN))

    assert (observed.facts, observed.alerts["raised"], store.commits) == (2, 1, 1)
    assert store.tables.offsets == {("finance.payments.v1", SHARD): 2}
    assert [revision.alert.organization for revision in store.tables.told] == [ONE]


async def test_what_did_not_commit_has_not_happened_and_happens_once_when_given_again(
    worker: Worker, store: MemoryStore, desk: Desk
) -> None:
    records = worker.records([large(desk)])
    store.fails_on_commit = Unavailable("lost at the last moment")
    with pytest.raises(Unavailable):
        await worker.hear_records(records)
    assert (store.tables.facts, store.tables.told, worker.shard.engine) == ({}, [], None)

    store.fails_on_commit = None
    await worker.hear_records(records)
    await worker.hear_records(records)

    assert len(store.tables.told) == 1
    assert store.tables.told[0].alert.revision == 1


async def test_the_same_identity_with_the_same_content_has_no_effect(worker: Worker, desk: Desk) -> None:
    event = large(desk)

    observed = await worker.hear(event, event | {"traceparent": "00-" + "1" * 32 + "-" + "2" * 16 + "-01"})

    assert (observed.facts, observed.duplicates, observed.conflicts) == (1, 1, 0)


async def test_of_the_same_identity_with_other_content_the_first_one_committed_stands(
    worker: Worker, store: MemoryStore, desk: Desk
) -> None:
    event = large(desk)
    other = event | {"data": event["data"] | {"amount_fen": SMALL_FEN}}
    await worker.hear(event)

    observed = await worker.hear(other, other)

    assert (observed.facts, observed.conflicts) == (0, 2)
    assert [fact.data.amount_fen for fact, _ in store.tables.facts.values()] == [LARGE_FEN]


async def test_a_refused_record_is_passed_over_and_counted(worker: Worker, store: MemoryStore, desk: Desk) -> None:
    bad = large(desk)
    del bad["data"]["legal_basis"]

    observed = await worker.hear(bad, large(desk))

    assert observed.refused == {"legal_basis_missing": 1}
    assert store.tables.offsets == {("finance.payments.v1", SHARD): 2}


async def test_an_owner_that_was_replaced_can_commit_nothing_more(store: MemoryStore, desk: Desk) -> None:
    zombie = await Worker(store).take()
    owner = await Worker(store).take()
    records = zombie.records([large(desk)])

    with pytest.raises(Fenced):
        await zombie.hear_records(records)
    assert store.tables.facts == {}

    await owner.hear_records(records)
    assert len(store.tables.told) == 1


async def test_a_new_owner_reads_on_where_the_last_commit_ended_and_continues_alerts(
    worker: Worker, store: MemoryStore, desk: Desk
) -> None:
    await worker.hear(large(desk, counterparty=party("丙公司")))

    successor = await Worker(store).take()
    successor.log = worker.log
    successor.learn(desk.registered(OTHERS[0], "2020-01-01", name="丙公司"))
    await successor.reflect()

    assert successor.offsets == {("finance.payments.v1", SHARD): 1}
    assert [(each.kind, each.alert.revision) for each in store.tables.told] == [("raised", 1), ("amended", 2)]


async def test_one_event_that_breaks_the_engine_is_parked_and_all_others_take_effect(
    worker: Worker, store: MemoryStore, desk: Desk
) -> None:
    events = [large(desk, CODES[n % 5], f"2026-03-{n + 1:02d}") for n in range(20)]
    events[13] = large(desk, purpose_text="毒")

    observed = await worker.hear(*events)

    assert (observed.facts, observed.parked, len(store.tables.told)) == (19, 1, 19)
    [(_, parked)] = store.tables.parked.values()
    assert parked.error == "PoisonError: cannot take this"
    assert parked.record is not None
    assert parked.record.offset == 13
    assert store.tables.offsets == {("finance.payments.v1", SHARD): 20}


async def test_a_record_that_breaks_the_reading_itself_is_parked_as_it_came(
    worker: Worker, store: MemoryStore, desk: Desk
) -> None:
    def breaks(record: Record) -> Event | Refusal:
        if "毒".encode() in record.value:
            raise RuntimeError("a bug in reading")
        return admit(record)

    records = worker.records([large(desk), large(desk, purpose_text="毒"), large(desk)])
    observed = await worker.hear_records(records, admit=breaks)

    assert (observed.facts, observed.parked) == (2, 1)
    [(_, parked)] = store.tables.parked.values()
    assert (parked.record, parked.fact) == (records[1], None)


async def test_content_that_the_store_cannot_hold_is_parked(worker: Worker, store: MemoryStore, desk: Desk) -> None:
    store.unsaveable = "存不下"

    observed = await worker.hear(large(desk), large(desk, purpose_text="存不下"), large(desk))

    assert (observed.facts, observed.parked) == (2, 1)


async def test_what_is_parked_takes_effect_once_a_program_comes_that_can_take_it(
    worker: Worker, store: MemoryStore, desk: Desk
) -> None:
    event = large(desk, purpose_text="毒")
    await worker.hear(event)
    still_broken = await Worker(store).take()
    await still_broken.retry()
    assert len(store.tables.parked) == 1
    assert await still_broken.retry() is None

    mended = await Worker(store, fixed=True).take()
    mended.log = worker.log
    await mended.retry()

    assert (store.tables.parked, len(store.tables.told)) == ({}, 1)
    assert (await mended.hear(event)).duplicates == 1


async def test_a_parked_identity_sent_again_is_a_duplicate(worker: Worker, store: MemoryStore, desk: Desk) -> None:
    event = large(desk, purpose_text="毒")
    await worker.hear(event)

    assert (await worker.hear(event)).duplicates == 1
    assert len(store.tables.parked) == 1


async def test_memory_is_bounded_and_what_was_dropped_comes_back_when_it_is_needed(
    store: MemoryStore, desk: Desk
) -> None:
    worker = await Worker(store, facts_max=2).take()
    await worker.hear(large(desk, ONE), large(desk, TWO))
    await worker.hear(large(desk, TWO), large(desk, THREE))

    assert worker.shard.facts_cached <= 2
    assert worker.built[0].missing([ONE, TWO]) == [ONE, TWO]

    await worker.hear(large(desk, ONE, "2026-03-05"))
    assert len(worker.built[0].organizations[ONE].facts) == 2
