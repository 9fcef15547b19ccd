"""From one rule file to one typed rule: structure, names, types, closures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from contracts.laws import LAWS, Law
from funds_monitor.domain.attributes import ACTIVE
from funds_monitor.domain.checking import HISTORY_CALLS, KIN_CALLS, REGISTER_CALLS, ExpressionScope, check, suggest
from funds_monitor.domain.compiling import compile_node
from funds_monitor.domain.dates import DATE_FUNCTIONS
from funds_monitor.domain.explaining import fault_of, placeholders
from funds_monitor.domain.expressions import Call, ExpressionRefused, Name, Node, parse, parts, rebuild, walk
from funds_monitor.domain.facts import Fact, day_of
from funds_monitor.domain.feature_reading import LATER, read_feature
from funds_monitor.domain.rule_files import Path_, RuleFile
from funds_monitor.domain.rules import (
    SILENT_SINCE,
    AlertBy,
    Episode,
    Expression,
    Feature,
    LawRow,
    Parameter,
    Rule,
    SetFeature,
    SeverityLine,
    Wording,
)
from funds_monitor.domain.schemas import ORGANIZATION, THIS, all_schemas
from funds_monitor.domain.structure_checking import note_rule_faults
from funds_monitor.domain.timing_reading import (
    deadline_streams,
    is_silence,
    read_deadlines,
    read_done,
    read_silence,
    read_waits,
)
from funds_monitor.domain.words import Words

POINT_FUNCTIONS = frozenset(
    {
        "share",
        "abs",
        "min",
        "max",
        "words",
        "stripped",
        "ends",
        "without",
        "name_score",
        "cleared",
        "pro_rata",
        "division_of",
        "plain_name",
        *DATE_FUNCTIONS,
        *KIN_CALLS,
    }
)
CALL_COST = {
    "words": 5,
    "stripped": 5,
    "ends": 5,
    "tied": 10,
    "grouped": 10,
    "official": 10,
    "qualified": 10,
    "bodies": 10,
    "official_pay": 20,
    "covered": 30,
    **dict.fromkeys(REGISTER_CALLS, 20),
    "name_score": 20,
    "related": 50,
}
TOLD_ON = "told_on"  # in deadlines: the date on which a fact stands
LET_STRIDE = 10_000  # far above the longest expression: offsets of a macro's text tell which macro


class Opening(Struct):
    """A rule file whose shape has been checked (RuleForm), plain data read, the rest as it stands."""

    id: str
    version: int
    name: Wording
    decides: str
    law: tuple[LawRow, ...]
    hit: dict[str, Any]
    severity: list[Any]
    why: dict[str, Wording]
    applies: dict[str, Any]
    wakes_on: dict[str, Any]
    seed: tuple[int, ...] = ()
    look_alikes: tuple[str, ...] = ()
    deadlines: dict[str, Any] = {}
    alert_by: dict[str, Any] = {}
    episode: dict[str, Any] = {}
    waits: tuple[dict[str, Any], ...] = ()
    parameters: dict[str, dict[str, Any]] = {}
    features: dict[str, dict[str, Any]] = {}
    needs: dict[str, tuple[str, ...]] = {}
    done: dict[str, Any] = {}
    raises: str | None = None


class RuleReader:
    """Reads one file; what does not hold is noted there and the rule left unfinished."""

    def __init__(self, file: RuleFile, words: Words) -> None:
        self.file = file
        self.words = words
        self.schemas: dict[str, dict[str, str]] = {name: dict(fields) for name, fields in all_schemas().items()}
        self.parameters: dict[str, Parameter] = {}
        self.features: dict[str, Feature] = {}
        self.types: dict[str, str] = {"d": "date", "base_fen": "int", "org": ORGANIZATION, "this": THIS}
        self.lets: dict[str, Node] = {}
        self.let_names: list[str] = []  # by number, as offsets name them
        self.broken: set[str] = set()  # features that could not be read: who speaks of them is not blamed
        self.costs: dict[str, int] = {}

    def read(self) -> Rule | None:
        """Give the rule, or None with messages noted in the file."""
        note_rule_faults(self.file)
        if self.file.messages:
            return None
        row = msgspec.convert(self.file.content, Opening)
        self._read_parameters(row)
        waking = [stream for stream in row.wakes_on if stream != "deadline"]
        for place in [stream for stream in waking if stream not in self.schemas]:
            hint = suggest(place, self.schemas)
            self.file.refuse(("wakes_on", place), f"unknown stream {place!r}{hint}", at_key=True)
        if self.file.messages:
            return None
        if any(is_silence(spec) for spec in row.deadlines.values()):
            self.types[SILENT_SINCE] = "date"
        self._read_this([*waking, *(each for each in deadline_streams(row.deadlines) if each in self.schemas)])
        for name, spec in row.features.items():
            self._read_feature(name, spec)
        return self._rule(row, waking)

    def _read_parameters(self, row: Opening) -> None:
        for name, spec in row.parameters.items():
            self.parameters[name] = msgspec.convert({"name": name, **spec}, Parameter)
            self.types[name] = "int"

    def _read_this(self, waking: list[str]) -> None:
        fields: dict[str, str] = {"stream": "string"}
        for stream in reversed(waking):
            fields.update(self.schemas[stream])
        self.schemas[THIS] = dict(fields)
        for name in self.parameters:
            if name in fields:
                said = f"{name!r} is a field of the fact at hand: rename it"
                self.file.refuse(("parameters", name), said, at_key=True)

    def _read_feature(self, name: str, spec: dict[str, Any]) -> None:
        if name in self.schemas[THIS] or name in self.types:
            self.file.refuse(("features", name), f"{name!r} has a meaning already: rename it", at_key=True)
        if "let" not in spec:
            read_feature(self, name, spec)
        elif (node := self.parsed(("features", name, "let"), spec["let"])) is not None:
            self.let_names.append(name)
            self.lets[name] = shift(node, LET_STRIDE * len(self.let_names))
        if name not in self.features and name not in self.lets:
            self.broken.add(name)

    def add(self, feature: Feature, kind: str, cost: int) -> None:
        """Take a feature in: later ones may speak of it."""
        self.features[feature.name] = feature
        self.types[feature.name] = self.schemas[THIS][feature.name] = kind
        self.costs[feature.name] = cost

    def parsed(self, path: Path_, text: Any) -> Node | None:
        """Parse a text of the file and expand its lets; None with a message where it does not hold."""
        try:
            return expand(parse(str(text)), self.lets)
        except ExpressionRefused as refusal:
            self._refuse(path, refusal)
            return None

    def _refuse(self, path: Path_, refusal: ExpressionRefused) -> None:
        """Note a refusal where its text stands: in a macro, when it is of one."""
        number, offset = divmod(refusal.offset, LET_STRIDE)
        place: Path_ = ("features", self.let_names[number - 1], "let") if number else path
        self.file.refuse(place, refusal.message, offset)

    def _elsewhere(self, names: Mapping[str, str]) -> dict[str, str]:
        """Say of features why they have no value in a place that has some names."""
        features = self.file.content.get("features", {})
        here = "is a feature: here it is this.{0}" if "this" in names else "is a feature, which has no value here"
        return {name: here.format(name) if name in self.features else LATER for name in features if name not in names}

    def expression(
        self, path: Path_, text: Any, *, names: Mapping[str, str], wanted: str | None, history: bool = False
    ) -> Expression | None:
        """Read a text of the file as a checked, compiled expression."""
        node = self.parsed(path, text)
        if node is None or self.broken & {part.name for part in walk(node) if isinstance(part, Name)}:
            return None  # what is wrong with it has been said
        branches = frozenset(self.file.content.get("hit", {}))
        functions = POINT_FUNCTIONS | HISTORY_CALLS if history else POINT_FUNCTIONS
        scope = ExpressionScope(
            names=names,
            schemas=self.schemas,
            functions=functions,
            word_lists=self.words.names(),
            branches=branches,
            elsewhere=self._elsewhere(names),
        )
        try:
            found = check(node, scope)
            if wanted is not None and found not in {wanted, "null"}:
                raise ExpressionRefused(f"expected {wanted}, found {found}", 0)  # noqa: TRY301 - noted with the rest
        except ExpressionRefused as refusal:
            self._refuse(path, refusal)
            return None
        return Expression(str(text), node, found, compile_node(node, self.words, self.cost))

    def cost(self, node: Node) -> int:
        """Say how dear a term is: look-ups after sums, names and operators last."""
        dear = [CALL_COST.get(part.function, 0) for part in walk(node) if isinstance(part, Call)]
        dear += [self.costs.get(part.name, 0) for part in walk(node) if isinstance(part, Name)]
        return max(dear, default=0)

    def point_names(self) -> dict[str, str]:
        """Give the names of a point: fields of the fact at hand, parameters, features."""
        return {**self.schemas[THIS], **self.types}

    def where_names(self, stream: str) -> dict[str, str]:
        """Give the names inside `where`: the candidate's, and what is given at the point."""
        given = {name: kind for name, kind in self.types.items() if name not in self.features}
        return {**self.schemas[stream], **given}

    def _rule(self, row: Opening, waking: list[str]) -> Rule | None:
        point = self.point_names()
        wakes = {stream: self._wake(stream, row.wakes_on[stream]) for stream in waking}
        deadlines = read_deadlines(self, row.deadlines)
        hit = {
            branch: self.expression(("hit", branch), text, names=point, wanted="bool")
            for branch, text in row.hit.items()
        }
        severity = tuple(self._severity(place, line) for place, line in enumerate(row.severity))
        raises = self.expression(("raises",), row.raises, names=point, wanted="bool") if row.raises else None
        alert_by = self._alert_by(row)
        waits, done = read_waits(self, row.waits, row.hit), read_done(self, row.done, row.hit)
        self._check_rest(row)
        if self.file.messages or None in wakes.values() or None in hit.values():
            return None
        return Rule(
            id=row.id,
            version=row.version,
            name=row.name,
            seed=row.seed,
            decides=row.decides,
            law=row.law,
            kinds=tuple(row.applies.get("kinds", ())),
            unregistered=bool(row.applies.get("unregistered")),
            statuses=tuple(row.applies.get("status", (ACTIVE,))),
            wakes_on={stream: found for stream, found in wakes.items() if found is not None},
            on_deadline="deadline" in row.wakes_on,
            deadlines=deadlines,
            silence=read_silence(self, row.deadlines),
            alert_by=alert_by,
            episode=self._episode(row),
            waits=waits,
            parameters=self.parameters,
            features=self.features,
            hit={branch: found for branch, found in hit.items() if found is not None},
            needs=row.needs,
            severity=severity,
            raises=raises,
            done=done,
            why=row.why,
            look_alikes=row.look_alikes,
            types=self.types,
            cost=self.cost,
        )

    def _wake(self, stream: str, text: Any) -> Expression | None:
        alike = {name for name, each in self.parameters.items() if not each.by_kind and not each.by_size}
        names = {**self.own_names(stream), **dict.fromkeys(alike, "int")}
        return self.expression(("wakes_on", stream), text, names=names, wanted="bool")

    def own_names(self, stream: str) -> dict[str, str]:
        """Give the names that a fact of a stream answers alone, whatever else is known."""
        derived = {
            "party",
            "group",
            "first_time",
            "named",
            "ngo_name",
            "ngo_code",
            "award",
            "budgeted",
            "buyer_code",
            "age",
            "former_head",
        }
        return {name: kind for name, kind in self.schemas[stream].items() if name not in derived}

    def _severity(self, place: int, line: Any) -> SeverityLine:
        path: Path_ = ("severity", place)
        level = line["level"]
        last = place == len(self.file.content["severity"]) - 1
        if last == ("when" in line):
            self.file.refuse(path, "the last line, and only that, has no condition")
        if "when" not in line:
            return SeverityLine(level, None)
        names = self.point_names()
        when = self.expression((*path, "when"), line["when"], names=names, wanted="bool", history=True)
        return SeverityLine(level, when)

    def _alert_by(self, row: Opening) -> AlertBy:
        if not row.alert_by:
            return AlertBy()
        if set(row.alert_by) <= set(row.wakes_on):
            for stream, name in row.alert_by.items():
                if name not in self.schemas[stream]:
                    hint = suggest(str(name), self.schemas[stream])
                    self.file.refuse(("alert_by", stream), f"{stream} has no field {name!r}{hint}")
            return AlertBy(fields={stream: str(name) for stream, name in row.alert_by.items()})
        if set(row.alert_by) != set(row.hit):
            self.file.refuse(("alert_by",), "names neither the waking streams nor all branches")
        names = self.point_names()
        found = {
            branch: tuple(
                each
                for text in (texts if isinstance(texts, list) else [texts])
                if (each := self.expression(("alert_by", branch), text, names=names, wanted=None)) is not None
            )
            for branch, texts in row.alert_by.items()
        }
        return AlertBy(branches=found)

    def _episode(self, row: Opening) -> Episode:
        if row.episode.get("single"):
            return Episode("single")
        if "value" in row.episode:
            return Episode("value", field=str(row.episode["value"]))
        if "regroup_days" in row.episode:
            return Episode("regroup", regroup_days=int(row.episode["regroup_days"]))
        sets = [feature for feature in self.features.values() if isinstance(feature, SetFeature)]
        spans = [each.within.run(Defaults(self.parameters)) for each in sets if each.within is not None]
        return Episode("regroup", regroup_days=max(spans, default=0))

    def _check_rest(self, row: Opening) -> None:
        point = self.point_names()
        for branch, names in row.needs.items():
            for name in names:
                if name not in point and name not in self.broken:
                    self.file.refuse(("needs", branch), f"unknown name {name!r}{suggest(name, point)}")
        for key, named in (("needs", row.needs), ("why", row.why)):
            for branch in named.keys() - row.hit.keys():
                said = f"unknown branch {branch!r}{suggest(branch, row.hit)}"
                self.file.refuse((key, branch), said, at_key=True)
        for branch in row.hit.keys() - row.why.keys():
            self.file.refuse(("why",), f"branch {branch!r} has no text", at_key=True)
        self._check_law(row)
        for branch, text in row.why.items():
            for language in ("zh", "en"):
                self._check_places(("why", branch, language), getattr(text, language), point)
        self._check_shape(row, point)

    def _check_law(self, row: Opening) -> None:
        for place, clause in enumerate(row.law):
            path: Path_ = ("law", place)
            if clause.key not in LAWS:
                self.file.refuse((*path, "key"), f"unknown law {clause.key!r}{suggest(clause.key, LAWS)}")
            else:
                self._check_dates(path, clause, LAWS[clause.key])
            if clause.in_force is None and not clause.unverified:
                self.file.refuse(path, "a clause has the date that it is in force from, or is unverified")
            if clause.in_force_to is not None and (clause.in_force or date.min) > clause.in_force_to:
                self.file.refuse((*path, "in_force_to"), "ends before it is in force")
        for name, parameter in self.parameters.items():
            law = parameter.statutory
            if law is not None and law not in LAWS:
                self.file.refuse(("parameters", name, "statutory"), f"unknown law {law!r}{suggest(law, LAWS)}")

    def _check_dates(self, path: Path_, clause: LawRow, law: Law) -> None:
        """Refuse a clause that would be cited when its instrument is not in force yet, or no more."""
        start, end = law.in_force_from, law.in_force_to
        if start is not None and clause.in_force is not None and clause.in_force < start:
            self.file.refuse((*path, "in_force"), f"{law.key} is in force from {start}")
        if end is not None and (clause.in_force_to is None or clause.in_force_to > end):
            self.file.refuse(path, f"{law.key} is in force to {end}: the clause needs in_force_to")

    def _check_shape(self, row: Opening, point: Mapping[str, str]) -> None:
        if row.episode.keys() - {"single", "value", "regroup_days"} or len(row.episode) > 1:
            self.file.refuse(("episode",), "is one of single, value, regroup_days")
        if "value" in row.episode and row.episode["value"] not in self.schemas[THIS]:
            self.file.refuse(("episode", "value"), f"unknown field{suggest(str(row.episode['value']), point)}")
        if ("deadline" in row.wakes_on) != bool(row.deadlines):
            missing = "wakes_on" if row.deadlines else "deadlines"
            self.file.refuse((missing,), "deadlines and wakes_on.deadline go together", at_key=True)
        if not row.applies["kinds"]:
            self.file.refuse(("applies", "kinds"), "names no kind of organization")
        if not row.applies.get("status", (ACTIVE,)):
            self.file.refuse(("applies", "status"), "names no status of an organization")

    def _check_places(self, path: Path_, text: str, names: Mapping[str, str]) -> None:
        for place in placeholders(text):
            first, *rest = place.path
            kind = names.get(first)
            if kind is None:
                said = f"unknown name {first!r} in a text{suggest(first, names)}"
                self.file.refuse(path, said, place.offset) if first not in self.broken else None
            elif rest and rest[0] not in self.schemas.get(kind, {}):
                hint = suggest(rest[0], self.schemas.get(kind, {}))
                self.file.refuse(path, f"{first} has no field {rest[0]!r}{hint}", place.offset)
            fault = fault_of(place)
            if fault is not None:
                self.file.refuse(path, fault, place.offset)


class Defaults:
    """Surroundings in which parameters have their defaults and nothing else has a value."""

    def __init__(self, parameters: Mapping[str, Parameter], org: object = None) -> None:
        self._parameters = parameters
        self._org = org

    def __getitem__(self, name: str) -> Any:
        return self._org if name == "org" else self._parameters[name].default

    def call(self, function: str, _: tuple[Any, ...]) -> Any:
        """Refuse: nothing here depends on a point."""
        raise KeyError(function)


class Dated(Defaults):
    """Surroundings of a fact alone: its fields, and parameters with their defaults."""

    def __init__(self, parameters: Mapping[str, Parameter], fact: Fact) -> None:
        super().__init__(parameters)
        self._fact = fact

    def __getitem__(self, name: str) -> Any:
        if name == TOLD_ON:
            return day_of(self._fact.position)
        return self._parameters[name].default if name in self._parameters else getattr(self._fact.data, name, None)


def expand(node: Node, lets: Mapping[str, Node]) -> Node:
    """Put macros where their names stand."""
    if isinstance(node, Name) and node.name in lets:
        return lets[node.name]
    return rebuild(node, tuple(expand(below, lets) for below in parts(node)))


def shift(node: Node, by: int) -> Node:
    """Move the offsets of a tree."""
    below = rebuild(node, tuple(shift(each, by) for each in parts(node)))
    return msgspec.structs.replace(below, offset=node.offset + by)
