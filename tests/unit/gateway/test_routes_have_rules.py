"""Nobody adds a door without saying who may go through it."""

from gateway.bootstrap import openapi
from tests.builders.permissions import rows


def test_every_operation_has_one_row_in_the_table_of_permissions() -> None:
    operations = {f"{method} {path}" for path, methods in openapi()["paths"].items() for method in methods}
    told = "write a row in tests/data/permissions.txt and, for a write, its body in tests/e2e/test_permissions.py"
    assert sorted(row.operation for row in rows()) == sorted(operations), told


def test_the_table_names_at_least_a_hundred_attempts() -> None:
    assert sum(len(row.expected) for row in rows()) >= 100
