"""Compound patterns: alerts of several rules about one organization that together are one finding.

Source: indicators.md §4, docs/rule-language.md §5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from funds_monitor.domain.checking import ExpressionScope, check, suggest
from funds_monitor.domain.compiling import compile_node
from funds_monitor.domain.explaining import fault_of, placeholders
from funds_monitor.domain.expressions import ExpressionRefused, parse
from funds_monitor.domain.pattern_forms import MemberForm, PatternForm, Shared
from funds_monitor.domain.rule_files import Path_, RuleFile
from funds_monitor.domain.rules import Expression, Rule, SeverityLine, Wording
from funds_monitor.domain.structure_checking import note_faults
from funds_monitor.domain.words import Words

FUNCTIONS = frozenset({"share", "abs", "min", "max"})
TOLD_TYPES = frozenset({"int", "string"})  # of what an alert measured: dates and truth values are texts there
MEMBERS_MIN = 2
ALERT = "alert "  # with a member's name: the schema of its alerts


class Bond(Struct, frozen=True):
    """What some members must have to do with each other."""

    between: tuple[str, ...]
    share: tuple[Shared, ...] = ()  # one value of one of these in the evidence of all of them
    paid_after: bool = False  # a payment of the second is later than the first evidence of the first
    month_ends_within: int | None = None  # days from a payment of the first to the end of a payment's month


class Pattern(Struct, frozen=True):
    """One compound pattern."""

    id: str
    version: int
    name: Wording
    seed: tuple[int, ...]
    decides: str
    members: Mapping[str, MemberForm]
    within_days: int
    order: tuple[tuple[str, ...], ...]  # first and second: times of their last true points
    bound: tuple[Bond, ...]
    severity: tuple[SeverityLine, ...]
    why: Wording
    parameters: Mapping[str, int]

    @property
    def rules(self) -> frozenset[str]:
        """The rules whose alerts it looks at."""
        return frozenset(member.rule for member in self.members.values())


class PatternReader:
    """Reads one file; what does not hold is noted there and the pattern left unfinished."""

    def __init__(self, file: RuleFile, rules: Mapping[str, Rule], words: Words) -> None:
        self.file = file
        self._rules = rules
        self._words = words
        self._names: dict[str, str] = {"span_days": "int"}
        self._schemas: dict[str, dict[str, str]] = {}
        self._numbers: dict[str, int] = {}

    def has_shape(self) -> bool:
        """Say whether the file holds what a pattern may hold; else messages are noted."""
        if not self.file.messages:
            note_faults(self.file, (), self.file.content, PatternForm)
        return not self.file.messages

    def read(self) -> Pattern | None:
        """Give the pattern of a file that has the shape of one, or None with messages noted."""
        form = msgspec.convert(self.file.content, PatternForm)
        self._numbers = {name: each.default for name, each in form.parameters.items()}
        self._names |= dict.fromkeys(self._numbers, "int")
        self._read_members(form)
        for place, pair in enumerate(form.order):
            self._check_members(("order", place), pair)
        bound = tuple(self._bond(place, form) for place in range(len(form.bound)))
        within_days = self._number(("within",), form.within)
        severity = tuple(self._severity(place, form) for place in range(len(form.severity)))
        for language in ("zh", "en"):
            self._check_places(("why", language), getattr(form.why, language))
        if self.file.messages:
            return None
        return Pattern(
            id=form.id,
            version=form.version,
            name=Wording(form.name.zh, form.name.en),
            seed=form.seed,
            decides=form.decides,
            members=form.members,
            within_days=within_days,
            order=form.order,
            bound=bound,
            severity=severity,
            why=Wording(form.why.zh, form.why.en),
            parameters=self._numbers,
        )

    def _read_members(self, form: PatternForm) -> None:
        if len(form.members) < MEMBERS_MIN:
            self.file.refuse(("members",), f"fewer than {MEMBERS_MIN} members are no pattern")
        for name, member in form.members.items():
            path: Path_ = ("members", name)
            if name in self._names:
                self.file.refuse(path, f"{name!r} has a meaning already: rename it", at_key=True)
            rule = self._rules.get(member.rule)
            if rule is None:
                hint = suggest(member.rule, self._rules)
                self.file.refuse((*path, "rule"), f"unknown rule {member.rule!r}{hint}")
                continue
            for branch in member.branches:
                if branch not in rule.hit:
                    hint = suggest(branch, rule.hit)
                    self.file.refuse((*path, "branches"), f"{rule.id} has no branch {branch!r}{hint}")
            self._names[name] = f"{ALERT}{name}"
            told = {each: kind for each, kind in rule.types.items() if kind in TOLD_TYPES and each in rule.features}
            self._schemas[f"{ALERT}{name}"] = {"on": "date", **told}

    def _check_members(self, path: Path_, names: Iterable[str]) -> None:
        members = self.file.content["members"]
        found = list(names)
        if len(found) < MEMBERS_MIN:
            self.file.refuse(path, "names fewer than two members")
        for name in found:
            if name not in members:
                self.file.refuse(path, f"unknown member {name!r}{suggest(name, members)}")

    def _bond(self, place: int, form: PatternForm) -> Bond:
        path, bond = ("bound", place), form.bound[place]
        self._check_members((*path, "between"), bond.between)
        told = [bool(bond.share), bool(bond.paid_after), bond.month_ends_within is not None]
        if sum(told) != 1:
            self.file.refuse(path, "is one of share, paid_after, month_ends_within")
        days = bond.month_ends_within
        return Bond(
            between=bond.between,
            share=bond.share,
            paid_after=bool(bond.paid_after),
            month_ends_within=self._number((*path, "month_ends_within"), days) if days is not None else None,
        )

    def _number(self, path: Path_, name: str) -> int:
        if name not in self._numbers:
            self.file.refuse(path, f"unknown parameter {name!r}{suggest(name, self._numbers)}")
        return self._numbers.get(name, 0)

    def _severity(self, place: int, form: PatternForm) -> SeverityLine:
        line, path = form.severity[place], ("severity", place)
        if (place == len(form.severity) - 1) == (line.when is not None):
            self.file.refuse(path, "the last line, and only that, has no condition")
        when = self._expression((*path, "when"), line.when) if line.when is not None else None
        return SeverityLine(line.level, when)

    def _expression(self, path: Path_, text: str) -> Expression | None:
        scope = ExpressionScope(names=self._names, schemas=self._schemas, functions=FUNCTIONS)
        try:
            node = parse(text)
            found = check(node, scope)
            if found != "bool":
                raise ExpressionRefused(f"expected bool, found {found}", 0)  # noqa: TRY301 - noted with the rest
        except ExpressionRefused as refusal:
            self.file.refuse(path, refusal.message, refusal.offset)
            return None
        return Expression(text, node, found, compile_node(node, self._words))

    def _check_places(self, path: Path_, text: str) -> None:
        for place in placeholders(text):
            first, *rest = place.path
            fields: Mapping[str, Any] = self._schemas.get(self._names.get(first, ""), {})
            if first not in self._names:
                self.file.refuse(path, f"unknown name {first!r} in a text{suggest(first, self._names)}", place.offset)
            elif bool(rest) != bool(fields) or (rest and rest[0] not in fields):
                self.file.refuse(path, f"{'.'.join(place.path)!r} has no value in a text", place.offset)
            fault = fault_of(place)
            if fault is not None:
                self.file.refuse(path, fault, place.offset)
