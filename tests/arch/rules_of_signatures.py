"""What a signature and a docstring must tell."""

import ast
import re

from tests.arch.sources import Source, source
from tests.arch.tidy import Found, Rule, functions

KIN_MAX = 2
STANDARD = re.compile(r"\b(RFC ?\d{3,5}|GB(?:/T)? ?\d{4,6}|ISO(?:/IEC)? \d{3,5}|Decree \d+|Order \d+)\b")


def _kin_positional(source: Source) -> Found:
    for function in functions(source):
        if function.name.startswith("__") and function.name != "__init__":
            continue  # Python calls these, not we
        if function.name.startswith("test_") and not source.is_product:
            continue  # pytest calls these, by name
        kinds = [
            ast.unparse(argument.annotation)
            for argument in (*function.args.posonlyargs, *function.args.args)
            if argument.annotation is not None
        ]
        crowded = sorted(kind for kind in set(kinds) if kinds.count(kind) > KIN_MAX)
        for kind in crowded:
            yield function, f"{function.name} takes {kinds.count(kind)} positional parameters of kind {kind}"


def _standard_without_source(source: Source) -> Found:
    of_module = ast.get_docstring(source.tree) or ""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        text = ast.get_docstring(node) or ""
        named = STANDARD.search(text)
        if named and "Source:" not in text and "Source:" not in of_module:
            yield (None if isinstance(node, ast.Module) else node), f"{named[0]} is named without a `Source:` line"


RULES = (
    Rule(
        name="three of a kind are named by the caller",
        story="`move(10, 3, 7)` runs in every order of its arguments; the reader cannot see which one is wrong.",
        check=_kin_positional,
        good=(
            source("def f(a: int, b: int, *, c: int): ..."),
            source("def f(a: int, b: int, c: str): ..."),
            source("class A:\n    def __exit__(self, a: object, b: object, c: object): ..."),
        ),
        bad=(
            source("def f(a: int, b: int, c: int): ..."),
            source("async def f(a: str, x: int, b: str, c: str): ..."),
            source("class A:\n    def __init__(self, a: int, b: int, c: int): ..."),
        ),
    ),
    Rule(
        name="a standard is cited, not dropped",
        story="'As the standard says' cannot be checked: standards are replaced, and nobody knows which one was read.",
        check=_standard_without_source,
        applies=lambda source: source.is_product,
        good=(
            source('def f():\n    """Check.\n\n    Source: GB 32100-2015.\n    """'),
            source('"""Problems.\n\nSource: RFC 9457.\n"""\ndef f():\n    """Answer as RFC 9457 does."""'),
        ),
        bad=(
            source('def f():\n    """Check both digits of GB 32100."""'),
            source('class A:\n    """Problem details of RFC 9457."""'),
        ),
    ),
)
