"""The monitor's store on the real PostgreSQL: the suite of cases, and what only a real one can show."""

import pytest

from tests.unit.monitor_shell.store_cases import StoreCases

pytestmark = [pytest.mark.anyio, pytest.mark.real]


class TestPostgresStore(StoreCases):
    """All cases of the suite."""
