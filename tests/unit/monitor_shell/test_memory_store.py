"""The store in memory does what the real one does."""

import pytest

from tests.unit.monitor_shell.memory_store import MemoryStore
from tests.unit.monitor_shell.store_cases import StoreCases

pytestmark = pytest.mark.anyio


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def shards(store: MemoryStore) -> MemoryStore:
    return store


class TestMemoryStore(StoreCases):
    """All cases of the suite."""
