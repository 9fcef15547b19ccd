"""Nothing is longer than one can hold in mind."""

from tests.arch.sources import Source, source
from tests.arch.tidy import Found, Function, Rule, functions

FUNCTION_LINES_MAX = 70
FUNCTION_LINES_P90 = 35
FILE_LINES_MAX = 500
FILE_LINES_P90 = 300


def length_of(function: Function) -> int:
    """Count the lines of a function from `def` to its end, decorators left out."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def percentile_90(lengths: list[int]) -> int:
    """Give the length that nine in ten do not exceed."""
    return sorted(lengths)[max(0, -(-len(lengths) * 9 // 10) - 1)] if lengths else 0


def _long_functions(source: Source) -> Found:
    for function in functions(source):
        if length_of(function) > FUNCTION_LINES_MAX:
            yield function, f"{function.name} has {length_of(function)} lines, at most {FUNCTION_LINES_MAX}"


def _long_files(source: Source) -> Found:
    if source.lines > FILE_LINES_MAX:
        yield None, f"{source.lines} lines, at most {FILE_LINES_MAX}"


RULES = (
    Rule(
        name="a function fits on a page",
        story="Nobody dares to change the middle of a function that does not fit on a page.",
        check=_long_functions,
        good=(source("def short():\n" + "    x = 1\n" * 69),),
        bad=(source("def long():\n" + "    x = 1\n" * 70), source("async def long():\n" + "    x = 1\n" * 70)),
    ),
    Rule(
        name="a file is read in one sitting",
        story="Files of 4,200 lines grow because everything already is there; then two people always meet in them.",
        check=_long_files,
        good=(source("x = 1\n" * 500),),
        bad=(source("x = 1\n" * 501),),
    ),
)
