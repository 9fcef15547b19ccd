"""Fixtures that need the real thing live in tests/real.py; the run ends by saying what was skipped and why."""

import os
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.e2e.door import Door

pytest_plugins = ["tests.real"]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def door(county: Any) -> AsyncIterator[Door]:
    """The gateway of the running county, as its partners see it."""
    async with Door(county.gateway, county.credentials) as door:
        yield door


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Nothing may be skipped where everything is there: a skip in CI is a failure."""
    if os.environ.get("CI") and exitstatus == pytest.ExitCode.OK and reasons_of(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for row in [*bad_input(terminalreporter), *tables(terminalreporter)]:
        terminalreporter.write_line(row)
    reasons = reasons_of(config)
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"skipped {count}: {reason}")
    if not reasons:
        terminalreporter.write_line("nothing was skipped")


def bad_input(terminalreporter: pytest.TerminalReporter) -> list[str]:
    """Rows of the table of bad input that was tried: what, the answer, and what is on record afterwards."""
    rows = []
    for report in terminalreporter.stats.get("passed", []):
        said = dict(report.user_properties)
        if "answer" in said:
            name = report.nodeid.partition("::")[2].removeprefix("test_").replace("_", " ")
            rows.append(f"| {name} | {said['answer']} | {said['record']} |")
    return rows


def tables(terminalreporter: pytest.TerminalReporter) -> list[str]:
    """Tables that tests have recorded, whether they passed or not."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    return [str(value) for report in reports for name, value in report.user_properties if name == "table"]


def reasons_of(config: pytest.Config) -> Counter[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    return Counter(
        str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr) for report in skipped
    )
