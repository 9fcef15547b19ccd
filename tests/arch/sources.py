"""The repository's own Python files, read once."""

import ast
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
TREES = ("contracts", "libs", "services", "tests", "tools", "benchmarks")
NOT_OURS = frozenset({"node_modules", "__pycache__", ".venv", "build", "dist"})
ROOMS = ("domain", "usecases", "inbound", "outbound")


@dataclass(frozen=True)
class Source:
    """One file: where it lies in the repository, and what is written in it."""

    path: PurePosixPath
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.text, filename=str(self.path))

    @cached_property
    def lines(self) -> int:
        """How long it is."""
        return len(self.text.splitlines())

    @property
    def is_product(self) -> bool:
        """Whether it runs in production."""
        return self.path.parts[0] in ("contracts", "libs", "services")

    @property
    def is_test(self) -> bool:
        """Whether it is test code."""
        return self.path.parts[0] == "tests"

    @property
    def room(self) -> str | None:
        """The room of a service in which it lies, if any."""
        parts = self.path.parts
        return parts[3] if parts[0] == "services" and len(parts) > 4 and parts[3] in ROOMS else None


@lru_cache(maxsize=1)
def all_sources() -> tuple[Source, ...]:
    """Read every Python file of ours."""
    found = (
        path
        for tree in TREES
        for path in sorted((ROOT / tree).rglob("*.py"))
        if NOT_OURS.isdisjoint(path.relative_to(ROOT).parts)
    )
    return tuple(Source(PurePosixPath(path.relative_to(ROOT).as_posix()), path.read_text("utf-8")) for path in found)


def source(text: str, path: str = "services/registry/registry/domain/example.py") -> Source:
    """Make a file from inline lines, for the good and bad examples of a rule."""
    return Source(PurePosixPath(path), text)
