"""The spans of a batch are the rooms that it goes through, in order."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest

from contracts import admit
from funds_monitor.usecases.observe_events import observe_events
from tests.builders.events import Desk
from tests.unit.monitor_shell.memory_store import MemoryStore
from tests.unit.monitor_shell.worker import CODES, Worker

pytestmark = pytest.mark.anyio


async def test_a_batch_goes_through_the_rooms_straight_down() -> None:
    worker = await Worker(MemoryStore()).take()
    opened: list[str] = []

    @contextmanager
    def note(name: str, *, links: Iterable[str] = ()) -> Iterator[None]:
        assert not list(links)
        opened.append(name)
        yield

    records = worker.records([Desk().payment(CODES[0], "2026-03-02", amount_fen=1)])
    await observe_events(records, held=worker.shard, open_work=worker.store, admit=admit, span=note)

    assert opened == [
        "usecases.observe_events",
        "contracts.admit",
        "domain.reading",
        "domain.shard",
        "outbound.commit",
    ]
