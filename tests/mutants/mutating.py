"""A copy of the engine with one fragment replaced, side by side with the true one."""

import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any

from tests.builders.story_rules import rules_of

DOMAIN = "funds_monitor.domain"
COUNTY = "tests.builders.engine"
COUNTING = "contracts.counting"  # of the contracts, what the engine counts by

RAISED = (AssertionError, LookupError, TypeError, ValueError)  # by a mutant that breaks: it shows itself


@dataclass(frozen=True)
class Mutant:
    """One deliberate fault: in a module, a fragment that stands there once, and what it becomes."""

    name: str
    module: str
    fragment: str
    instead: str
    themes: tuple[str, ...]  # stories that should see it
    room: str = DOMAIN

    @property
    def fullname(self) -> str:
        """The module as it is imported."""
        return f"{self.room}.{self.module}"

    @property
    def rules(self) -> frozenset[str]:
        """The rules that have to see it."""
        return rules_of(*self.themes)

    def patch(self, source: str) -> str:
        """Replace the fragment.

        Raises: LookupError when it does not stand there exactly once: the engine has moved on, the mutant has not.
        """
        if source.count(self.fragment) != 1:
            message = f"{self.name}: {self.fragment!r} stands {source.count(self.fragment)} times in {self.module}"
            raise LookupError(message)
        return source.replace(self.fragment, self.instead)


class PatchedLoader(SourceFileLoader):
    """Loads one module from its file with the mutant's patch, never from or into a cache."""

    def __init__(self, fullname: str, path: str, mutant: Mutant) -> None:
        super().__init__(fullname, path)
        self._mutant = mutant

    def get_code(self, fullname: str) -> Any:
        path = self.get_filename(fullname)
        source = self._mutant.patch(self.get_data(path).decode())
        return compile(source, f"{path}:{self._mutant.name}", "exec", dont_inherit=True)


class PatchingFinder(MetaPathFinder):
    """Finds the mutant's module before anybody else does."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._mutant.fullname:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        assert spec is not None
        assert spec.origin is not None
        spec.loader = PatchedLoader(fullname, spec.origin, self._mutant)
        return spec


@contextmanager
def own_modules() -> Iterator[None]:
    """Let the block import the domain and the county anew, and give the true ones back afterwards."""

    def ours(name: str) -> bool:
        return name in {COUNTY, DOMAIN, COUNTING} or name.startswith(f"{DOMAIN}.")

    kept = {name: module for name, module in sys.modules.items() if ours(name)}
    rooms = {name: sys.modules[name.rpartition(".")[0]] for name in (DOMAIN, COUNTY, COUNTING) if name in kept}
    for name in kept:
        del sys.modules[name]
    try:
        yield
    finally:
        for name in [name for name in sys.modules if ours(name)]:
            del sys.modules[name]
        sys.modules.update(kept)
        for name, room in rooms.items():
            setattr(room, name.rpartition(".")[2], kept[name])


def county_of(mutant: Mutant) -> Callable[[], Any]:
    """Give the county builder over the mutated engine, with the rules that have to see the mutant.

    Raises: LookupError when the fragment is gone.
    """
    return partial(builder_of(mutant, "story_county"), mutant.rules)


def builder_of(mutant: Mutant, name: str) -> Callable[..., Any]:
    """Give a builder of counties over the mutated engine.

    Raises: LookupError when the fragment is gone.
    """
    finder = PatchingFinder(mutant)
    with own_modules():
        sys.meta_path.insert(0, finder)
        try:
            importlib.import_module(mutant.fullname)
            build: Callable[..., Any] = getattr(importlib.import_module(COUNTY), name)
        finally:
            sys.meta_path.remove(finder)
    return build
