"""Fixtures that need the real thing live in tests/real.py; this file only makes them known."""

pytest_plugins: list[str] = ["tests.real"]
