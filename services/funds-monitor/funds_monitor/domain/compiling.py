"""Trees to closures, with the null rules of the language and exact shares.

A closure takes a `Surroundings`: `surroundings[name]` gives the value of a bare name (`this` and `org` are names whose
values have fields), `surroundings.call(function, arguments)` answers what depends on where the point stands:
`cleared`, `related`, `branch`, `hits_within`, `repeated`. Everything else is pure and built in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from funds_monitor.domain.dates import DATE_FUNCTIONS
from funds_monitor.domain.expressions import (
    Binary,
    Call,
    Choice,
    Field,
    Listing,
    Literal,
    Name,
    Node,
    Unary,
)
from funds_monitor.domain.names import division_of, name_score, norm, without
from funds_monitor.domain.words import Words

Value = Any  # int, str, bool, date, None, or something with fields


class Surroundings(Protocol):
    """Where an expression is evaluated."""

    def __getitem__(self, name: str, /) -> Value:
        """Give the value of a bare name."""

    def call(self, function: str, arguments: tuple[Value, ...]) -> Value:
        """Answer a function that depends on the point."""


Run = Callable[[Any], Value]


class Fixed(NamedTuple):
    """A value that does not depend on where it is evaluated."""

    value: Value


Cost = Callable[[Node], int]


def read_field(holder: Value, name: str) -> Value:
    """Give a field of a mapping or an object; of null, or where it is missing, null."""
    if holder is None:
        return None
    if type(holder) is dict:
        return holder.get(name)
    return getattr(holder, name, None)


def whole(function: Callable[..., int]) -> Callable[..., int | None]:
    """Make a function of integers give null when any of them is null."""

    def run(*numbers: int | None) -> int | None:
        return None if None in numbers else function(*numbers)

    return run


def pro_rata(amount: int | None, *, part: int | None, total: int | None) -> int | None:
    """Give the share of an amount that a part has in a total, rounded down; null when the total is 0."""
    return None if amount is None or part is None or not total else amount * part // total


PURE: dict[str, Callable[..., Value]] = {
    "abs": whole(abs),
    "min": whole(lambda *numbers: min(numbers)),
    "max": whole(lambda *numbers: max(numbers)),
    **DATE_FUNCTIONS,
    "name_score": name_score,
    "plain_name": norm,
    "division_of": division_of,
    "without": without,
    "pro_rata": lambda amount, part, total: pro_rata(amount, part=part, total=total),
}


def compile_node(node: Node, words: Words, cost: Cost | None = None) -> Run:
    """Compile a checked tree; with `cost`, terms of `&&` and `||` run cheapest first (they are pure and total)."""
    return Compiler(words, cost).run(node)


class Compiler:
    """One tree, closures inside closures."""

    def __init__(self, words: Words, cost: Cost | None) -> None:
        self._words = words
        self._cost = cost

    def run(self, node: Node) -> Run:  # noqa: PLR0911 - one answer per kind of node
        """Give the closure of a node."""
        match node:
            case Literal():
                value = node.value
                return lambda _: value
            case Name():
                return self.name(node.name)
            case Field():
                return compile_field(self.run(node.holder), node.name)
            case Unary():
                return compile_unary(node.operator, self.run(node.operand))
            case Binary():
                return self._binary(node)
            case Choice():
                condition, then, otherwise = self.run(node.condition), self.run(node.then), self.run(node.otherwise)
                return lambda around: then(around) if condition(around) else otherwise(around)
            case Call():
                return self._call(node)
            case Listing():
                items = [self.run(item) for item in node.items]
                return lambda around: [item(around) for item in items]

    def name(self, name: str) -> Run:
        """Compile a bare name."""
        return lambda around: around[name]

    def fixed(self, node: Node) -> Fixed | None:
        """Give the value of a node that is the same wherever it is evaluated; None: it is not."""
        if isinstance(node, Literal):
            return Fixed(node.value)
        if isinstance(node, Listing):
            items = [self.fixed(item) for item in node.items]
            return Fixed(tuple(item.value for item in items if item is not None)) if None not in items else None
        return None

    def ask(self, function: str, arguments: tuple[Value, ...]) -> Run:
        """Compile a call that depends on the surroundings, with constant arguments."""
        return lambda around: around.call(function, arguments)

    def _binary(self, node: Binary) -> Run:
        if node.operator in {"&&", "||"}:
            terms = flatten(node, node.operator)
            if self._cost is not None:
                terms = sorted(terms, key=self._cost)
            runs = [self.run(term) for term in terms]
            return compile_all(runs) if node.operator == "&&" else compile_any(runs)
        if isinstance(node.left, Call) and node.left.function == "share":
            part, whole_ = (self.run(argument) for argument in node.left.arguments)
            return compile_share(node.operator, part=part, whole_=whole_, bound=self.run(node.right))
        left, fixed = self.run(node.left), self.fixed(node.right)
        constant = compile_constant(node.operator, left, fixed) if fixed is not None else None
        if constant is not None:
            return constant
        right = self.run(node.right)
        if node.operator == "in":
            return lambda around: left(around) in right(around)
        return compile_comparison(node.operator, left, right) or compile_arithmetic(node.operator, left, right)

    def _call(self, node: Call) -> Run:
        runs = [self.run(argument) for argument in node.arguments]
        listed: dict[str, Callable[[Any, Any], Any]]
        listed = {"words": self._words.matches, "stripped": self._words.stripped, "ends": self._words.ends}
        if node.function in listed:
            answer = listed[node.function]
            text, name = runs
            return lambda around: answer(text(around), name(around))
        pure = PURE.get(node.function)
        if pure is not None:
            return lambda around: pure(*[run(around) for run in runs])
        function = node.function
        if all(isinstance(argument, Literal) for argument in node.arguments):
            return self.ask(function, tuple(run(None) for run in runs))
        return lambda around: around.call(function, tuple([run(around) for run in runs]))


def flatten(node: Node, operator: str) -> list[Node]:
    """Give the terms of a chain of one operator, left to right."""
    if isinstance(node, Binary) and node.operator == operator:
        return flatten(node.left, operator) + flatten(node.right, operator)
    return [node]


def compile_field(holder: Run, name: str) -> Run:
    """Compile `holder.name`."""

    def run(around: Any) -> Value:
        return read_field(holder(around), name)

    return run


def compile_unary(operator: str, operand: Run) -> Run:
    """Compile `!x` (null is false) and `-x` (null is null)."""
    if operator == "!":
        return lambda around: not operand(around)

    def negative(around: Any) -> Value:
        value = operand(around)
        return None if value is None else -value

    return negative


def compile_all(runs: list[Run]) -> Run:
    """Compile a chain of `&&`; null is false."""

    def run(around: Any) -> bool:
        for term in runs:  # noqa: SIM110 - a generator costs three times the loop
            if not term(around):
                return False
        return True

    return run


def compile_any(runs: list[Run]) -> Run:
    """Compile a chain of `||`; null is false."""

    def run(around: Any) -> bool:
        for term in runs:  # noqa: SIM110 - a generator costs three times the loop
            if term(around):
                return True
        return False

    return run


def compile_constant(operator: str, left: Run, fixed: Fixed) -> Run | None:
    """Compile what mostly stands in conditions: something compared with a constant, or looked for among constants."""
    value = fixed.value
    if operator == "in":
        return lambda around: left(around) in value
    if operator == "==":
        return (lambda around: left(around) is None) if value is None else (lambda around: left(around) == value)
    if operator == "!=":
        return (lambda around: left(around) is not None) if value is None else (lambda around: left(around) != value)
    if operator not in COMPARE or value is None:
        return None
    return compile_bound(operator, left, value)


def compile_bound(operator: str, left: Run, value: Value) -> Run:
    """Compile a comparison with a constant bound; null has no order."""
    if operator == ">=":
        return lambda around: (one := left(around)) is not None and one >= value
    if operator == ">":
        return lambda around: (one := left(around)) is not None and one > value
    if operator == "<":
        return lambda around: (one := left(around)) is not None and one < value
    return lambda around: (one := left(around)) is not None and one <= value


COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


def compile_comparison(operator: str, left: Run, right: Run) -> Run | None:
    """Compile a comparison: null has no order but equals null; None for another operator."""
    if operator == "==":
        return lambda around: left(around) == right(around)
    if operator == "!=":
        return lambda around: left(around) != right(around)
    compare = COMPARE.get(operator)
    if compare is None:
        return None

    def run(around: Any) -> bool:
        one = left(around)
        if one is None:
            return False
        other = right(around)
        return other is not None and compare(one, other)

    return run


def compile_arithmetic(operator: str, left: Run, right: Run) -> Run:
    """Compile `+ - *`; with null it is null."""

    def run(around: Any) -> int | None:
        one, other = left(around), right(around)
        if one is None or other is None:
            return None
        if operator == "+":
            return int(one + other)
        return int(one - other) if operator == "-" else int(one * other)

    return run


def compile_share(operator: str, *, part: Run, whole_: Run, bound: Run) -> Run:
    """Compile `share(part, whole) operator bound` exactly: part × 10,000 against bound × whole."""
    compare = COMPARE[operator]

    def run(around: Any) -> bool:
        one, other, limit = part(around), whole_(around), bound(around)
        if one is None or not other or limit is None:
            return False
        return compare(one * 10_000, limit * other)

    return run
