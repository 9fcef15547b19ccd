"""What a shard counts of each source survives whatever happens to it; a declaration with other numbers is not taken."""

import pytest

from funds_monitor.domain.outcome import Part
from tests.builders.events import Desk
from tests.builders.records import Json
from tests.unit.monitor_shell.memory_store import MemoryStore
from tests.unit.monitor_shell.worker import CODES, SHARD, Worker

pytestmark = pytest.mark.anyio
ONE, TWO = CODES[:2]
PAYMENTS = "finance.payments.v1"
PART: Part = ("/finance/treasury", PAYMENTS, SHARD)


def declared(desk: Desk, count: int, fen: int | None = None) -> Json:
    (event,) = desk.completed(PAYMENTS, "2026-03-05", partition=SHARD)
    return event | {"data": event["data"] | {"event_count": count} | ({} if fen is None else {"amount_fen": fen})}


def complete(store: MemoryStore) -> bool:
    return (SHARD, *PART) in store.tables.completeness


async def test_a_declaration_is_held_against_what_came_before_a_restart(desk: Desk, store: MemoryStore) -> None:
    worker = await Worker(store).take()
    payment = desk.payment(ONE, "2026-03-02", amount_fen=5)
    await worker.hear(payment, payment)
    successor = await Worker(store).take()
    successor.log = worker.log
    await successor.hear(desk.payment(TWO, "2026-03-02", amount_fen=7), desk.withdrawn(payment))
    await successor.hear(declared(desk, 3, 12))
    assert not complete(store)
    tally = store.tables.tallies[PART]
    assert tally.blocked is not None
    assert (tally.blocked.stated_events, tally.blocked.events, tally.blocked.amount_fen) == (3, 2, 12)
    await successor.hear(declared(desk, 2, 12))
    assert complete(store)
    assert (store.tables.tallies[PART].events, store.tables.tallies[PART].blocked) == (0, None)


async def test_a_parked_event_counts_once_when_it_came_and_not_again_when_it_is_taken_up(
    desk: Desk, store: MemoryStore
) -> None:
    worker = await Worker(store).take()
    poison = desk.payment(ONE, "2026-03-02", amount_fen=5, purpose_text="毒")
    await worker.hear(desk.payment(TWO, "2026-03-02", amount_fen=7), poison, poison)
    assert store.tables.parked
    assert (store.tables.tallies[PART].events, store.tables.tallies[PART].amount_fen) == (2, 12)
    mended = await Worker(store, fixed=True).take()
    await mended.retry()
    assert not store.tables.parked
    assert store.tables.tallies[PART].events == 2


async def test_a_conflicting_event_does_not_count(desk: Desk, store: MemoryStore) -> None:
    worker = await Worker(store).take()
    payment = desk.payment(ONE, "2026-03-02", amount_fen=5)
    await worker.hear(payment, payment | {"data": payment["data"] | {"amount_fen": 6}}, declared(desk, 1, 5))
    assert complete(store)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def desk() -> Desk:
    return Desk()
