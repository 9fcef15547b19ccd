"""Locks hold hashes and no addresses: what is installed is decided by content, from wherever this machine gets it."""

import re
from pathlib import Path

import pytest

from tests.arch.sources import NOT_OURS, ROOT

ADDRESS = re.compile(r"://|--(?:extra-)?index-url|--find-links|--trusted-host|\b\w[\w.-]*\s*@\s*\S|\"resolved\"")
PINNED = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*(\[[A-Za-z0-9,._-]+\])?==[^\s;]+( ; .+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
WRITES_ADDRESSES = ("uv.lock", "pylock.toml", "poetry.lock", "Pipfile.lock", "yarn.lock", "pnpm-lock.yaml")


def lock_files() -> list[Path]:
    """Find everything that pins what others wrote."""
    found = [*(ROOT / "requirements").glob("*.txt")]
    for pattern in ("package-lock.json", "*.lock", "*-lock.*", "*.lock.*"):
        found += [path for tree in ("contracts", "libs", "services", "tools") for path in (ROOT / tree).rglob(pattern)]
    return sorted({path for path in found if NOT_OURS.isdisjoint(path.relative_to(ROOT).parts)})


def addresses_in(text: str) -> list[str]:
    """Give the lines that say where something lies."""
    return [line for line in text.splitlines() if ADDRESS.search(line)]


def unhashed_in(text: str) -> list[str]:
    """Give the lines of a requirements file that are neither a pin nor a hash."""
    return [line for line in text.splitlines() if line.strip() and not PINNED.match(line) and not HASH.match(line)]


@pytest.mark.parametrize("path", lock_files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_lock_has_no_address(path: Path) -> None:
    assert addresses_in(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_a_requirements_lock_has_pins_and_hashes_only(path: Path) -> None:
    assert unhashed_in(path.read_text("utf-8")) == []


def test_there_are_locks() -> None:
    assert {"base.txt", "launcher.txt", "dev.txt"} <= {path.name for path in lock_files()}


def test_no_lock_of_a_kind_that_writes_addresses_is_kept() -> None:
    assert [name for name in WRITES_ADDRESSES if any(True for path in lock_files() if path.name == name)] == []
    assert [name for name in WRITES_ADDRESSES if (ROOT / name).exists()] == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://registry.invalid/simple",
        "--trusted-host registry.invalid",
        "thing @ file:///somewhere/thing.whl",
        '      "resolved": "registry.invalid/thing.tgz",',
        "    # from https://registry.invalid/simple",
    ],
)
def test_an_address_is_seen(line: str) -> None:
    assert addresses_in(line) == [line]


@pytest.mark.parametrize("line", ["thing>=1.0", "thing", "-e .", "    --hash=md5:00", "thing==1.0"])
def test_what_is_not_pinned_by_hash_is_seen(line: str) -> None:
    assert unhashed_in(line) == [line]


def test_pins_with_hashes_are_fine() -> None:
    text = f"uvloop==0.22 ; sys_platform != 'win32' \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{'1' * 64}\n"
    assert (addresses_in(text), unhashed_in(text)) == ([], [])
