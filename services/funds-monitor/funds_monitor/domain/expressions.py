"""Conditions in CEL syntax: text to tree.

The subset: literals, names with fields, `! -`, `* + -`, `< <= > >= == != in`, `&& ||`, `? :`, lists and calls.
Shared with the oracle; `checking` gives the types, `compiling` the closures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

TEXT_CHARS_MAX = 2_000  # a condition that a person can still check
DEPTH_MAX = 32  # far above any condition; keeps the parser away from Python's recursion limit
NODES_MAX = 500

Scalar = int | str | bool | None


class ExpressionRefused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """An expression does not hold; `offset` counts characters of its text."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class Literal(Struct, frozen=True, tag=True):
    """A number, a text, true, false or null."""

    value: Scalar
    offset: int = 0


class Name(Struct, frozen=True, tag=True):
    """A name that the surroundings give a value."""

    name: str
    offset: int = 0


class Field(Struct, frozen=True, tag=True):
    """A field of something; of null it is null."""

    holder: Node
    name: str
    offset: int = 0


class Unary(Struct, frozen=True, tag=True):
    """`!x` or `-x`."""

    operator: str
    operand: Node
    offset: int = 0


class Binary(Struct, frozen=True, tag=True):
    """`left operator right`; `in` has a list on its right."""

    operator: str
    left: Node
    right: Node
    offset: int = 0


class Choice(Struct, frozen=True, tag=True):
    """`condition ? then : otherwise`."""

    condition: Node
    then: Node
    otherwise: Node
    offset: int = 0


class Listing(Struct, frozen=True, tag=True):
    """`[a, b, …]`."""

    items: tuple[Node, ...]
    offset: int = 0


class Call(Struct, frozen=True, tag=True):
    """`function(a, b, …)`."""

    function: str
    arguments: tuple[Node, ...]
    offset: int = 0


Node = Literal | Name | Field | Unary | Binary | Choice | Listing | Call


class Token(NamedTuple):
    """One sign or word of the text."""

    kind: str
    text: str
    offset: int


TOKEN = re.compile(
    r"""(?P<blank>\s+)|(?P<number>\d+)|(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<text>"(?:[^"\\\n]|\\["\\nt])*"|'(?:[^'\\\n]|\\['\\nt])*')
    |(?P<sign>&&|\|\||[<>=!]=|[<>!+\-*?:.,()\[\]])""",
    re.VERBOSE,
)
FRACTION = re.compile(r"\d+(?:\.\d|[eE][+-]?\d)")
ESCAPES = {"n": "\n", "t": "\t"}
CONSTANTS: dict[str, Scalar] = {"true": True, "false": False, "null": None}
COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!=", "in"})


def read_tokens(text: str) -> list[Token]:
    """Cut a text into tokens.

    Raises: ExpressionRefused at the first sign that is not of the language.
    """
    if len(text) > TEXT_CHARS_MAX:
        raise ExpressionRefused(f"longer than {TEXT_CHARS_MAX} characters", 0)
    tokens: list[Token] = []
    place = 0
    while place < len(text):
        found = TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            raise ExpressionRefused(f"unexpected sign {text[place]!r}", place)
        if found.lastgroup == "number" and FRACTION.match(text, place):
            raise ExpressionRefused("a number with a fraction: the language knows whole numbers only", place)
        if found.lastgroup != "blank":
            tokens.append(Token(found.lastgroup, found.group(), place))
        place = found.end()
    tokens.append(Token("end", "", len(text)))
    return tokens


class Parser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self._tokens = read_tokens(text)
        self._place = 0
        self._depth = 0

    def parse(self) -> Node:
        """Read the whole text as one expression."""
        node = self._choice()
        token = self._tokens[self._place]
        if token.kind != "end":
            raise ExpressionRefused(f"unexpected {token.text!r}", token.offset)
        if sum(1 for _ in walk(node)) > NODES_MAX:
            raise ExpressionRefused(f"more than {NODES_MAX} parts", 0)
        return node

    def _peek(self, *signs: str) -> bool:
        token = self._tokens[self._place]
        return token.text in signs and (token.kind == "sign" or token.text == "in")

    def _take(self) -> Token:
        token = self._tokens[self._place]
        self._place += 1
        return token

    def _expect(self, sign: str) -> Token:
        if not self._peek(sign):
            token = self._tokens[self._place]
            raise ExpressionRefused(f"expected {sign!r}, found {token.text or 'the end'!r}", token.offset)
        return self._take()

    def _choice(self) -> Node:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise ExpressionRefused(f"deeper than {DEPTH_MAX} levels", self._tokens[self._place].offset)
        node = self._chain(("||",), 0)
        if self._peek("?"):
            mark = self._take()
            then = self._choice()
            self._expect(":")
            node = Choice(node, then, self._choice(), mark.offset)
        self._depth -= 1
        return node

    def _chain(self, operators: tuple[str, ...], level: int) -> Node:
        node = self._below(level)
        while self._peek(*operators):
            mark = self._take()
            if mark.text in COMPARISONS and isinstance(node, Binary) and node.operator in COMPARISONS:
                raise ExpressionRefused("comparisons do not chain", mark.offset)
            node = Binary(mark.text, node, self._below(level), mark.offset)
        return node

    def _below(self, level: int) -> Node:
        chains = (("&&",), tuple(COMPARISONS), ("+", "-"), ("*",))
        return self._chain(chains[level], level + 1) if level < len(chains) else self._unary()

    def _unary(self) -> Node:
        if not self._peek("!", "-"):
            return self._member()
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise ExpressionRefused(f"deeper than {DEPTH_MAX} levels", self._tokens[self._place].offset)
        mark = self._take()
        operand = self._unary()
        self._depth -= 1
        return Unary(mark.text, operand, mark.offset)

    def _member(self) -> Node:
        node = self._primary()
        while self._peek("."):
            self._take()
            token = self._take()
            if token.kind != "word":
                raise ExpressionRefused("expected a field name", token.offset)
            node = Field(node, token.text, token.offset)
        return node

    def _primary(self) -> Node:
        token = self._take()
        if token.kind == "number":
            return Literal(int(token.text), token.offset)
        if token.kind == "text":
            return Literal(read_text(token.text), token.offset)
        if token.kind == "word" and token.text != "in":
            return self._word(token)
        if token.kind == "sign" and token.text == "(":
            node = self._choice()
            self._expect(")")
            # Brackets end a comparison: `(a < b) == c` is not a chain.
            return node if not (isinstance(node, Binary) and node.operator in COMPARISONS) else Unary("()", node)
        if token.kind == "sign" and token.text == "[":
            return Listing(self._items("]"), token.offset)
        raise ExpressionRefused(f"unexpected {token.text or 'end'!r}", token.offset)

    def _word(self, token: Token) -> Node:
        if token.text in CONSTANTS:
            return Literal(CONSTANTS[token.text], token.offset)
        if self._peek("("):
            self._take()
            return Call(token.text, self._items(")"), token.offset)
        return Name(token.text, token.offset)

    def _items(self, closing: str) -> tuple[Node, ...]:
        items: list[Node] = []
        while not self._peek(closing):
            items.append(self._choice())
            if not self._peek(closing):
                self._expect(",")
        self._take()
        return tuple(items)


def read_text(quoted: str) -> str:
    """Take the quotes and escapes off a text literal."""
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), quoted[1:-1])


def parse(text: str) -> Node:
    """Read an expression.

    Raises: ExpressionRefused with the offset of the first thing that does not hold.
    """
    return strip_brackets(Parser(text).parse())


def parts(node: Node) -> tuple[Node, ...]:  # noqa: PLR0911 - one answer per kind of node
    """Give the nodes right below a node."""
    match node:
        case Field():
            return (node.holder,)
        case Unary():
            return (node.operand,)
        case Binary():
            return (node.left, node.right)
        case Choice():
            return (node.condition, node.then, node.otherwise)
        case Listing():
            return node.items
        case Call():
            return node.arguments
        case _:
            return ()


def rebuild(node: Node, below: tuple[Node, ...]) -> Node:  # noqa: PLR0911 - one answer per kind of node
    """Give the same node over other parts."""
    match node:
        case Field():
            return Field(below[0], node.name, node.offset)
        case Unary():
            return Unary(node.operator, below[0], node.offset)
        case Binary():
            return Binary(node.operator, below[0], below[1], node.offset)
        case Choice():
            return Choice(below[0], below[1], below[2], node.offset)
        case Listing():
            return Listing(below, node.offset)
        case Call():
            return Call(node.function, below, node.offset)
        case _:
            return node


def strip_brackets(node: Node) -> Node:
    """Remove the marks that brackets left while parsing."""
    if isinstance(node, Unary) and node.operator == "()":
        return strip_brackets(node.operand)
    return rebuild(node, tuple(strip_brackets(below) for below in parts(node)))


def walk(node: Node) -> Iterator[Node]:
    """Give a node and everything below it."""
    yield node
    for below in parts(node):
        yield from walk(below)
