"""Types of expressions: a condition that does not type-check never runs."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from msgspec import Struct

from contracts.parts import KNOWN_RELATIONS
from funds_monitor.domain.expressions import (
    Binary,
    Call,
    Choice,
    ExpressionRefused,
    Field,
    Listing,
    Literal,
    Name,
    Node,
    Unary,
)
from funds_monitor.domain.register import SHARED

Type = str  # bool, int, string, date, null, share, or the name of a schema: party, payment, …
ORDERED = frozenset({"int", "date", "string"})
HISTORY_CALLS = frozenset({"branch", "hits_within", "branches_within", "repeated"})
LIST_OF = "list of "  # what a look-up of values gives
SHARING_CALLS = ("sharers", "shared_with", "joined_last")
# What the register says of others.
REGISTER_CALLS = frozenset({*SHARING_CALLS, "registered", "name_known", "nearest", "accused"})
# These depend on who belongs to whom, or is what, at the point, or on what is known there of all accounts.
KIN_CALLS = REGISTER_CALLS | {
    "related",
    "tied",
    "grouped",
    "official",
    "qualified",
    "bodies",
    "official_pay",
    "covered",
}


class Signature(Struct, frozen=True):
    """What a function takes and gives; `rest` = the last parameter may repeat, `literal` = literals only."""

    takes: tuple[Type, ...]
    gives: Type
    rest: bool = False
    literal: bool = False


FUNCTIONS: dict[str, Signature] = {
    "share": Signature(("int", "int"), "share"),
    "abs": Signature(("int",), "int"),
    "min": Signature(("int",), "int", rest=True),
    "max": Signature(("int",), "int", rest=True),
    "plus_days": Signature(("date", "int"), "date"),
    "minus_years": Signature(("date", "int"), "date"),
    "plus_working_days": Signature(("date", "int"), "date"),
    "days_between": Signature(("date", "date"), "int"),
    "year": Signature(("date",), "int"),
    "month": Signature(("date",), "int"),
    "month_start": Signature(("date",), "date"),
    "days_to_festival": Signature(("date",), "int"),
    "month_end": Signature(("date",), "date"),
    "quarter_end": Signature(("date",), "date"),
    "date_of": Signature(("int", "int", "int"), "date"),
    "day_after_month": Signature(("date", "int"), "date"),
    "month_of_period": Signature(("string",), "int"),
    "year_of_period": Signature(("string",), "int"),
    "plus_months": Signature(("int", "int"), "int"),
    "later": Signature(("date",), "date", rest=True),
    "words": Signature(("string", "string"), "bool"),
    "stripped": Signature(("string", "string"), "string"),
    "ends": Signature(("string", "string"), "bool"),
    "without": Signature(("string", "string"), "string"),
    "name_score": Signature(("string", "string"), "int"),
    "pro_rata": Signature(("int", "int", "int"), "int"),
    "cleared": Signature(("string",), "bool", rest=True, literal=True),
    "related": Signature(("int",), "bool"),
    "tied": Signature(("string", "string", "string"), "bool"),
    "grouped": Signature(("string", "string"), "bool"),
    "official": Signature(("string",), "string"),
    "qualified": Signature(("string",), "bool"),
    "bodies": Signature(("string",), "int"),
    "official_pay": Signature(("string",), "int", literal=True),
    "covered": Signature(("date", "date"), "bool"),
    "sharers": Signature(("string", "string"), "int"),
    "shared_with": Signature(("string", "string"), "string"),
    "joined_last": Signature(("string", "string"), "bool"),
    "registered": Signature(("string",), "bool"),
    "name_known": Signature(("string",), "bool"),
    "nearest": Signature(("string", "int"), "string"),
    "accused": Signature(("string",), "bool"),
    "division_of": Signature(("string",), "string"),
    "plain_name": Signature(("string",), "string"),
    "branch": Signature(("string",), "bool", literal=True),
    "hits_within": Signature(("int",), "int"),
    "branches_within": Signature(("int",), "int"),
    "repeated": Signature(("string", "int"), "bool"),
}


class ExpressionScope(Struct, frozen=True):
    """What an expression may speak of where it stands."""

    names: Mapping[str, Type]
    schemas: Mapping[str, Mapping[str, Type]]
    functions: frozenset[str]
    word_lists: frozenset[str] = frozenset()
    branches: frozenset[str] = frozenset()
    elsewhere: Mapping[str, str] = {}  # names that mean something, but not here: what to say of them


def suggest(name: str, known: Mapping[str, object] | frozenset[str]) -> str:
    """Say which known name may have been meant."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f' (did you mean "{close[0]}"?)' if close else ""


def check(node: Node, scope: ExpressionScope) -> Type:
    """Give the type of an expression.

    Raises: ExpressionRefused where names, fields, functions or types do not fit.
    """
    return Checker(scope).check(node)


class Checker:
    """One pass over a tree."""

    def __init__(self, scope: ExpressionScope) -> None:
        self._scope = scope

    def check(self, node: Node) -> Type:
        """Give the type of a node; `share` is refused unless a comparison asked for it."""
        found = self._any(node)
        if found == "share":
            raise ExpressionRefused("share(a, b) may only stand on the left of < <= > >=", node.offset)
        return found

    def _any(self, node: Node) -> Type:  # noqa: PLR0911 - one answer per kind of node
        match node:
            case Literal():
                return self._literal(node)
            case Name():
                return self._name(node)
            case Field():
                return self._field(node)
            case Unary():
                return self._expect(node.operand, "bool" if node.operator == "!" else "int")
            case Binary():
                return self._binary(node)
            case Choice():
                self._expect(node.condition, "bool")
                return self._same(node.then, node.otherwise)
            case Listing():
                raise ExpressionRefused("a list may only stand on the right of in", node.offset)
            case Call():
                return self._call(node)

    @staticmethod
    def _literal(node: Literal) -> Type:
        if node.value is None:
            return "null"
        if isinstance(node.value, bool):
            return "bool"
        return "int" if isinstance(node.value, int) else "string"

    def _name(self, node: Name) -> Type:
        found = self._scope.names.get(node.name)
        if found is None and node.name in self._scope.elsewhere:
            raise ExpressionRefused(f"{node.name!r} {self._scope.elsewhere[node.name]}", node.offset)
        if found is None:
            hint = suggest(node.name, self._scope.names)
            raise ExpressionRefused(f"unknown name {node.name!r}{hint}", node.offset)
        return found

    def _field(self, node: Field) -> Type:
        holder = self._any(node.holder)
        schema = self._scope.schemas.get(holder)
        if schema is None:
            raise ExpressionRefused(f"{holder} has no fields", node.offset)
        found = schema.get(node.name)
        if found is None:
            raise ExpressionRefused(f"{holder} has no field {node.name!r}{suggest(node.name, schema)}", node.offset)
        return found

    def _expect(self, node: Node, wanted: Type) -> Type:
        found = self.check(node)
        if found not in {wanted, "null"}:
            raise ExpressionRefused(f"expected {wanted}, found {found}", node.offset)
        return wanted

    def _same(self, left: Node, right: Node) -> Type:
        one, other = self.check(left), self.check(right)
        if one != other and "null" not in {one, other}:
            raise ExpressionRefused(f"{one} and {other} do not go together", right.offset)
        return other if one == "null" else one

    def _binary(self, node: Binary) -> Type:
        if node.operator in {"&&", "||"}:
            self._expect(node.left, "bool")
            return self._expect(node.right, "bool")
        if node.operator in {"+", "-", "*"}:
            self._expect(node.left, "int")
            return self._expect(node.right, "int")
        if node.operator == "in":
            return self._membership(node)
        if self._any(node.left) == "share":
            if node.operator in {"==", "!="}:
                raise ExpressionRefused("share(a, b) compares with < <= > >= only", node.offset)
            self._expect(node.right, "int")
            return "bool"
        kind = self._same(node.left, node.right)
        if node.operator not in {"==", "!="} and kind not in ORDERED:
            raise ExpressionRefused(f"{kind} has no order", node.offset)
        return "bool"

    def _membership(self, node: Binary) -> Type:
        wanted = self.check(node.left)
        if not isinstance(node.right, Listing):
            found = self._any(node.right)
            if not found.startswith(LIST_OF):
                raise ExpressionRefused("in needs a list on its right", node.right.offset)
            if wanted not in {found.removeprefix(LIST_OF), "null"}:
                raise ExpressionRefused(f"{wanted} is not in a {found}", node.right.offset)
            return "bool"
        for item in node.right.items:
            self._expect(item, wanted)
        return "bool"

    def _call(self, node: Call) -> Type:
        signature = FUNCTIONS.get(node.function)
        if signature is None or node.function not in self._scope.functions:
            known = "is not allowed here" if signature is not None else "is unknown"
            hint = suggest(node.function, self._scope.functions) if signature is None else ""
            raise ExpressionRefused(f"function {node.function!r} {known}{hint}", node.offset)
        wanted, given = signature.takes, node.arguments
        fits = len(given) >= len(wanted) if signature.rest else len(given) == len(wanted)
        if not fits:
            raise ExpressionRefused(f"{node.function} takes {len(wanted)} arguments, found {len(given)}", node.offset)
        for place, argument in enumerate(given):
            self._expect(argument, wanted[min(place, len(wanted) - 1)])
            if signature.literal and not isinstance(argument, Literal):
                raise ExpressionRefused(f"{node.function} takes literals only", argument.offset)
        self._check_known(node)
        return signature.gives

    def _check_known(self, node: Call) -> None:
        texts = [argument.value for argument in node.arguments if isinstance(argument, Literal)]
        if node.function in {"words", "stripped", "ends"} and self._scope.word_lists:
            if not isinstance(node.arguments[1], Literal) or node.arguments[1].value not in self._scope.word_lists:
                hint = suggest(str(texts[-1] if texts else ""), self._scope.word_lists)
                found = f" {texts[-1]!r}" if texts else ", it is named by a literal"
                raise ExpressionRefused(f"unknown word list{found}{hint}", node.arguments[1].offset)
        elif node.function in {"branch", "repeated"}:
            if texts[:1] and texts[0] not in self._scope.branches:
                hint = suggest(str(texts[0]), self._scope.branches)
                raise ExpressionRefused(f"unknown branch {texts[0]!r}{hint}", node.arguments[0].offset)
        elif node.function in KINDS:
            what, known = KINDS[node.function]
            if not isinstance(node.arguments[0], Literal) or node.arguments[0].value not in known:
                raise ExpressionRefused(f"{node.function} takes {what} as a literal", node.arguments[0].offset)
        elif node.function == "cleared":
            unknown = [text for text in texts if str(text) not in CLEARING_WORDS]
            if unknown:
                hint = suggest(str(unknown[0]), CLEARING_WORDS)
                raise ExpressionRefused(f"unknown clearing key {unknown[0]!r}{hint}", node.offset)


KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "tied": ("the kind of relation", KNOWN_RELATIONS),
    **dict.fromkeys(SHARING_CALLS, (f"what is shared ({', '.join(SHARED)})", SHARED)),
}
CLEARING_KEYS = frozenset({f"C{number}" for number in range(1, 11)})
CLEARING_WORDS = CLEARING_KEYS | {
    "any",
    *(f"C10.{kind}" for kind in ("investment", "lending", "related_party_deal", "major_payment", "merger", "term")),
}
