"""Where data that this project did not write lies; tests that read it say so when it is absent."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def shared_file(name: str) -> Path:
    """Return a file of the shared development data, or skip the test with the reason."""
    home = Path(os.environ.get("QINGLIAN_SHARED", REPOSITORY.parent / "shared"))
    path = home / "data" / name
    if not path.is_file():
        pytest.skip(f"shared development data is absent: data/{name} (set QINGLIAN_SHARED to its folder)")
    return path
