"""What a tidy rule is: a story, lines that follow it, lines that do not, and a check that tells them apart."""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tests.arch.sources import Source

Function = ast.FunctionDef | ast.AsyncFunctionDef
Found = Iterable[tuple[ast.AST | None, str]]


@dataclass(frozen=True)
class Rule:
    """One habit of this house.

    `story` says in one line what goes wrong without it. `check` yields the place and a word for each breach; `applies`
    says which files it looks at; `good` and `bad` are files of their own, each bad one with at least one breach.
    """

    name: str
    story: str
    check: Callable[[Source], Found]
    good: tuple[Source, ...]
    bad: tuple[Source, ...]
    applies: Callable[[Source], bool] = lambda _source: True

    def breaches(self, source: Source) -> list[str]:
        """Give each breach as file:line: word."""
        if not self.applies(source):
            return []
        return [f"{source.path}:{getattr(node, 'lineno', 1)}: {word}" for node, word in self.check(source)]


def functions(source: Source) -> Iterator[Function]:
    """Give every function and method of a file."""
    for node in ast.walk(source.tree):
        if isinstance(node, Function):
            yield node


def dotted(node: ast.AST) -> str:
    """Give `a.b.c` for an expression of names and attributes, and nothing for any other."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def imported_names(source: Source) -> dict[str, str]:
    """Give what each name of a file was imported as: `from time import time as t` gives t → time.time."""
    names: dict[str, str] = {}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            names |= {
                alias.asname or alias.name.partition(".")[0]: (alias.asname and alias.name)
                or alias.name.partition(".")[0]
                for alias in node.names
            }
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def called(source: Source) -> Iterator[tuple[ast.Call, str]]:
    """Give every call of a file with the full name of what is called, as far as the imports tell."""
    names = imported_names(source)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and (name := dotted(node.func)):
            first, dot, rest = name.partition(".")
            yield node, names.get(first, first) + dot + rest
