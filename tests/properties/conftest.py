"""Says at the end of a run how much the properties have compared."""

import pytest

from tests.properties.examples import COMPARED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if COMPARED["examples"]:
        rules = ", ".join(f"{rule} {count:,}" for rule, count in sorted(COMPARED.items()) if rule != "examples")
        terminalreporter.write_line(f"engine = definition in {COMPARED['examples']:,} examples with alerts of {rules}")
