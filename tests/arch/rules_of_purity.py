"""Money is integers, and the domain has no clock and no dice."""

import ast

from tests.arch.sources import Source, source
from tests.arch.tidy import Found, Rule, called, functions

CLOCKS = frozenset(
    {
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "datetime.date.today",
        "datetime.now",
        "datetime.utcnow",
        "date.today",
    }
    | {
        f"time.{name}"
        for name in ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "localtime", "gmtime")
    }
)
DICE = frozenset(
    {"uuid.uuid1", "uuid.uuid4", "os.urandom", "random.random", "secrets.token_hex", "secrets.token_bytes"}
)


def _clock_or_dice(source: Source) -> Found:
    for call, name in called(source):
        if name in CLOCKS:
            yield call, f"{name}: the time is an argument"
        if name in DICE:
            yield call, f"{name}: chance is an argument"


def _is_fen(node: ast.AST) -> bool:
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name.lower().endswith("_fen")


def _is_float(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, float)


def _float_near_money(source: Source) -> Found:
    for node in ast.walk(source.tree):
        if _is_float_with_money(node):
            yield node, f"floating point near money: {ast.unparse(node)}"


def _is_float_with_money(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return _is_money_from_float(node)
    match node:
        case ast.BinOp(left=left, op=operator, right=right):
            inexact = isinstance(operator, ast.Div) or _is_float(left) or _is_float(right)
            return inexact and (_is_fen(left) or _is_fen(right))
        case ast.Compare(left=left, comparators=others):
            return any(map(_is_fen, [left, *others])) and any(map(_is_float, [left, *others]))
        case ast.Call(args=arguments):
            return _calls_float(node) and any(map(_is_fen, arguments))
    return False


def _is_money_from_float(node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    value = node.value
    inexact = value is not None and (_is_float(value) or _calls_float(value))
    inexact |= isinstance(node, ast.AnnAssign) and _says_float(node.annotation)
    inexact |= isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div)
    return inexact and any(map(_is_fen, targets))


def _float_signatures(source: Source) -> Found:
    for function in functions(source):
        arguments = function.args
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if argument.arg.endswith("_fen") and argument.annotation and _says_float(argument.annotation):
                yield argument, f"{argument.arg} is not a float"
        if function.name.endswith("_fen") and function.returns and _says_float(function.returns):
            yield function, f"{function.name} does not give a float"


def _says_float(annotation: ast.AST) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "float" for node in ast.walk(annotation))


def _calls_float(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"


RULES = (
    Rule(
        name="no wall clock and no dice in the domain",
        story="A rule that reads today's date gives another alert on replay; the clock is handed in.",
        check=_clock_or_dice,
        applies=lambda source: source.room in ("domain", "usecases"),
        good=(source("def f(now): return now.date()"), source("from uuid import uuid5\nuuid5(n, 'x')")),
        bad=(
            source("import datetime\ndatetime.datetime.now()"),
            source("from datetime import datetime as dt\ndt.now(tz)"),
            source("from datetime import date\ndate.today()"),
            source("import time\ntime.time()"),
            source("from time import monotonic\nmonotonic()"),
            source("from uuid import uuid4\nuuid4()"),
        ),
    ),
    Rule(
        name="no floating point near money",
        story="0.1 + 0.2 yuan is not 30 fen: a float misses a threshold at exactly the threshold.",
        check=lambda source: [*_float_near_money(source), *_float_signatures(source)],
        good=(
            source("share_bp = amount_fen * 10000 // total_fen"),
            source("amount_fen: int = 3\ndef f(limit_fen: int) -> int: ..."),
            source("rate = hits / seen"),
        ),
        bad=(
            source("mean = total_fen / count"),
            source("if amount_fen > 0.8 * tier: ...\nif amount_fen > 1.5: ..."),
            source("amount_fen = float(text)"),
            source("amount_fen: float = 1"),
            source("x = float(row.amount_fen)"),
            source("def f(limit_fen: float | None): ..."),
            source("def total_fen() -> float: ..."),
            source("row.amount_fen /= 2"),
        ),
    ),
)
