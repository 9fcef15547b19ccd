"""One evaluation point of one rule: its names, its features, what the rule says there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

from tests.oracle import known_names
from tests.oracle.bidding import bid_against
from tests.oracle.books import Books
from tests.oracle.clearing import Clearing
from tests.oracle.cover import covered
from tests.oracle.derived import age_of, fair_bids, former_head, listed_for, ngo_of
from tests.oracle.facts import DAY_US, Fact, Position, day_of, end_of, start_of
from tests.oracle.facts import field as field_of
from tests.oracle.kin import Kin
from tests.oracle.months import median_of_months
from tests.oracle.parties import Parties
from tests.oracle.paths import Edge, edges_of, way_at
from tests.oracle.register import joined_last, neighbours_tied, shared_with, sharers
from tests.oracle.rules import Expression, Rule
from tests.oracle.signs import last_sign

FIRST_TIME_AFTER_US = 30 * DAY_US
# These count by their dates, whenever known.
LIVED = (
    "approval",
    "award",
    "ended",
    "office",
    "filing",
    "filing_report",
    "taxreg_opened",
    "taxreg_closed",
    "taxstate",
)
ASKED: dict[str, Callable[..., Any]] = {
    "sharers": sharers,
    "shared_with": shared_with,
    "joined_last": joined_last,
    "registered": known_names.registered,
    "name_known": known_names.name_known,
    "nearest": known_names.nearest,
    "accused": known_names.accused,
}


@dataclass
class World:
    """Everything that a point may ask."""

    books: Books
    parties: Parties
    kin: Kin
    clearing: Clearing
    windows: dict[Any, list[Fact]] = field(default_factory=dict)
    first_times: dict[Fact, bool] = field(default_factory=dict)
    all_edges: list[Edge] | None = None

    def stream(self, code: str, stream: str) -> list[Fact]:
        """Give the facts of a stream that an organization's rules see."""
        if stream == "payment":
            return self.parties.external(code)
        if stream == "transfer":
            return self.parties.transfers(code)
        return self.books.everywhere("office") if stream == "office" else self.books.of(code, stream)

    def edges(self) -> list[Edge]:
        """Give all payments between parties, in order."""
        if self.all_edges is None:
            self.all_edges = edges_of(self)
        return self.all_edges

    def first_time(self, payment: Fact) -> bool:
        """Say whether a payment's party is new, at the payment's own position."""
        if payment not in self.first_times:
            self.first_times[payment] = self._is_first(payment)
        return self.first_times[payment]

    def _is_first(self, payment: Fact) -> bool:
        code, time_us = payment.code or "", payment.position[0]
        started_us = self.books.first_payment_us(code)
        if started_us is None or started_us > time_us - FIRST_TIME_AFTER_US:
            return False
        key = self.parties.key(payment)
        return not any(
            time_us - 365 * DAY_US < other.position[0] <= time_us - 3 * DAY_US and self.parties.key(other) == key
            for other in self.parties.external(code)
        )


class Names:
    """The names of a place in a rule: bare names of one fact, lets, parameters, features, `org`, `d`, `this`."""

    def __init__(self, point: "Point", fact: Fact, *, bare_features: bool) -> None:
        self._point = point
        self._fact = fact
        self._bare_features = bare_features

    def __getitem__(self, name: str) -> Any:
        point = self._point
        if name in point.given:
            return point.given[name]
        feature = point.rule.features.get(name)
        if feature is not None and "let" in feature:
            return point.rule.expression(feature["let"]).run(self)
        if feature is not None and self._bare_features:
            return point.feature(name)
        if self._bare_features:
            return point.field_of_this(name)
        return point.world_field(self._fact, name)

    def call(self, function: str, arguments: tuple[Any, ...]) -> Any:
        return self._point.call(function, arguments, self._fact)


class This:
    """`this.x` inside `where`: a feature of the point, or a field of the fact at hand."""

    def __init__(self, point: "Point") -> None:
        self._point = point

    def __getattr__(self, name: str) -> Any:
        if name in self._point.rule.features:
            return self._point.feature(name)
        return self._point.field_of_this(name)


class Shown:
    """A fact as an expression sees it when a feature gives it: its fields, nothing else."""

    def __init__(self, fact: Fact) -> None:
        self.fact = fact

    def __getattr__(self, name: str) -> Any:
        return getattr(self.fact.data, name, None)


class Point:
    """A rule, an organization, a position, and the fact that is at hand there."""

    def __init__(self, world: World, rule: Rule, *, code: str, position: Position, this: Fact) -> None:
        self.world, self.rule, self.code, self.position, self.this = world, rule, code, position, this
        self.d: date = day_of(position)
        self.snapshot = world.books.snapshot(code, position)
        self.org = attributes(world.books, code, position, self.snapshot)
        self.given: dict[str, Any] = {"d": self.d, "org": self.org, "this": This(self)}
        self.given["base_fen"] = world.books.base_fen(code, position)
        if rule.silence() is not None:
            self.given["silent_since"] = last_sign(world, rule, code, self.d)
        self.given |= {name: parameter_value(spec, self.org) for name, spec in rule.parameters.items()}
        self.names = Names(self, this, bare_features=True)
        self.history: Any = None  # answers branch, hits_within, repeated once the episodes are known
        self._features: dict[str, Any] = {}

    def evaluate(self, text: Any) -> Any:
        """Compute an expression of the rule at this point."""
        return self.rule.expression(text).run(self.names)

    def call(self, function: str, arguments: tuple[Any, ...], fact: Fact) -> Any:
        """Answer what depends on the place."""
        match function:
            case "cleared":
                found: Any = fact.stream == "payment" and self.world.clearing.cleared(fact, arguments)
            case "related":
                found = self.related(fact, arguments[0])
            case "covered":
                span = None if None in arguments else arguments
                found = span and covered(self.world, self.code, position=self.position, span=span)
            case _ if function in ASKED:
                found = None if None in arguments else ASKED[function](self, *arguments)
            case "official_pay":
                found = self.official_pay(fact, *arguments)
            case "tied" | "grouped" | "official" | "qualified" | "bodies":
                found = None if None in arguments else getattr(self.world.kin, function)(*arguments, day=self.d)
            case _:
                found = getattr(self.history, function)(self, *arguments)
        return found

    def official_pay(self, payroll: Fact, status: str) -> int:
        """Add what a payroll lists for officials of a status who hold a post here that is not staff's."""
        kin, here = self.world.kin, self.world.books.of(self.code, "post")
        held = [fact.data for fact in here if self.world.books.lives_on(fact, self.d) and fact.data.post != "staff"]
        officials = {post.person for post in held if kin.official(post.person, day=self.d) == status}
        listed = payroll.data.payees if payroll.stream == "payroll" else None
        return sum(each.amount_fen for each in listed or () if each.person in officials)

    def related(self, payment: Fact, steps: int) -> bool:
        party, key = payment.data.counterparty, self.world.parties.key(payment)
        return self.world.kin.related(party, key, code=self.code, position=self.position, day=self.d, steps=steps)

    def field_of_this(self, name: str) -> Any:
        """Read a field of the fact at hand; a deadline is a stream of its own."""
        is_deadline = not self.position[1]
        return "deadline" if name == "stream" and is_deadline else self.world_field(self.this, name)

    def world_field(self, fact: Fact, name: str) -> Any:
        """Read a field of a fact, derived ones included."""
        derived = DERIVED.get(name)
        return getattr(fact.data, name, None) if derived is None else derived(self, fact)

    def party(self, fact: Fact) -> str | None:
        """Give the party key of a fact that has another side."""
        return self.world.parties.key(fact) if fact.stream in ("payment", "receipt", "voided") else None

    def feature(self, name: str) -> Any:
        """Compute a feature: a set is a list of facts, a looked-up fact is shown by its fields."""
        if name not in self._features:
            self._features[name] = self.compute(self.rule.features[name])
        found = self._features[name]
        return Shown(found) if isinstance(found, Fact) else found

    def compute(self, spec: dict[str, Any]) -> Any:
        for form in (
            "operator",
            "value",
            "of",
            "any",
            "last",
            "first",
            "count",
            "sum",
            "distinct",
            "median",
            "median_of_months",
            "commonest",
            "values",
            "earliest",
            "latest",
            "max",
            "min",
        ):
            if form in spec:
                return getattr(self, f"_{form}")(spec)
        raise ValueError(f"{self.rule.id}: unknown form of feature {spec}")

    def _value(self, spec: dict[str, Any]) -> Any:
        return self.evaluate(spec["value"])

    def _count(self, spec: dict[str, Any]) -> int:
        return len(self.feature(spec["count"]))

    def _sum(self, spec: dict[str, Any]) -> int:
        return sum(self._fields_of(spec["sum"]))

    def _distinct(self, spec: dict[str, Any]) -> int:
        return len(set(self._fields_of(spec["distinct"])))

    def _median(self, spec: dict[str, Any]) -> int | None:
        values = sorted(self._fields_of(spec["median"]))
        return values[(len(values) - 1) // 2] if values else None

    def _median_of_months(self, spec: dict[str, Any]) -> int:
        name, _, field_name = spec["median_of_months"].partition(".")
        facts = self.feature(name)
        return median_of_months([(day_of(fact.position), self.world_field(fact, field_name) or 0) for fact in facts])

    def _commonest(self, spec: dict[str, Any]) -> int:
        values = self._fields_of(spec["commonest"])
        often = sorted((values.count(value) for value in set(values)), reverse=True)
        return sum(often[: self.evaluate(spec["values"])])

    def _values(self, spec: dict[str, Any]) -> list[Any]:
        """Give the values of a field of looked-up facts."""
        found = [field_of(fact.data, spec["values"].partition(".")[2]) for fact in self.looked_up(spec)]
        return [value for value in found if value is not None]

    def _earliest(self, spec: dict[str, Any]) -> Any:
        return self._at_end(spec["earliest"], 0)

    def _latest(self, spec: dict[str, Any]) -> Any:
        return self._at_end(spec["latest"], -1)

    def _at_end(self, text: str, place: int) -> Any:
        """Read a field, or a part of one, of the first or last fact of a set."""
        name, field_name, *below = text.split(".")
        found = self.feature(name)
        value = self.world_field(found[place], field_name) if found else None
        return field_of(value, ".".join(below)) if below else value

    def _max(self, spec: dict[str, Any]) -> Any:
        return max((value for value in map(self._part, spec["max"]) if value is not None), default=None)

    def _min(self, spec: dict[str, Any]) -> Any:
        return min((value for value in map(self._part, spec["min"]) if value is not None), default=None)

    def _part(self, part: str | dict[str, Any]) -> Any:
        """Compute a part of `max` or `min`: a feature by its name, or written in place."""
        return self.feature(part) if isinstance(part, str) else self.compute(part)

    def _fields_of(self, path: str) -> list[Any]:
        name, _, field_name = path.partition(".")
        values = [self.world_field(fact, field_name) for fact in self.feature(name)]
        return [value for value in values if value is not None]

    def _of(self, spec: dict[str, Any]) -> list[Fact]:
        found = self._window(spec)
        if "where" in spec:
            found = self.passing(found, self.rule.expression(spec["where"]))
        for key in spec.get("by", []):
            if isinstance(key, dict):
                for own, text in key.items():
                    wanted, read = self.evaluate(text), self.rule.expression(own)
                    found = [fact for fact in found if read.run(Names(self, fact, bare_features=False)) == wanted]
                continue
            by = self.rule.expression(key)
            wanted = by.run(self.names)
            found = [fact for fact in found if by.run(Names(self, fact, bare_features=False)) == wanted]
        return found[-spec["newest"] :] if "newest" in spec else found

    def _window(self, spec: dict[str, Any]) -> list[Fact]:
        facts = self.world.stream(self.code, spec["of"])
        if not spec.get("ahead"):
            facts = [fact for fact in facts if fact.position <= self.position]
        if spec.get("within") == "day":
            return [fact for fact in facts if fact.data.booked_on == self.this.data.booked_on]
        if "within" in spec:
            after_us = self.position[0] - self.evaluate(spec["within"]) * DAY_US
            facts = [fact for fact in facts if fact.position[0] > after_us]
        if "since" in spec:
            day = self.evaluate(spec["since"])
            facts = [fact for fact in facts if day is not None and fact.position[0] >= start_of(day)]
        if "until" in spec:
            day = self.evaluate(spec["until"])
            facts = [fact for fact in facts if day is not None and fact.position[0] < end_of(day)]
        if "after" in spec:
            before = self.feature(spec["after"])
            facts = [fact for fact in facts if before and fact.position > before[0].position]
        if "before" in spec:
            behind = self.feature(spec["before"])
            facts = [fact for fact in facts if behind and fact.position < behind[0].position]
        return facts

    def passing(self, facts: Iterable[Fact], where: Expression) -> list[Fact]:
        """Give the facts for which a condition over their own names holds."""
        return [fact for fact in facts if where.run(Names(self, fact, bare_features=False))]

    def looked_up(self, spec: dict[str, Any]) -> list[Fact]:
        """Give the facts that a look-up finds."""
        stream = spec.get("any") or spec.get("last") or spec.get("first") or spec["values"].partition(".")[0]
        facts = self.world.stream(self.code, stream)
        if "on" in spec:
            day = self.evaluate(spec["on"])
            facts = [fact for fact in facts if day is not None and self.world.books.lives_on(fact, day)]
        elif stream not in LIVED:
            facts = [fact for fact in facts if fact.position <= self.position]
        if "within" in spec:
            after_us = self.position[0] - self.evaluate(spec["within"]) * DAY_US
            facts = [fact for fact in facts if fact.position[0] > after_us]
        return self.passing(facts, self.rule.expression(spec["where"])) if "where" in spec else list(facts)

    def _any(self, spec: dict[str, Any]) -> bool:
        return bool(self.looked_up(spec))

    def last(self, spec: dict[str, Any]) -> Fact | None:
        """Give the fact with the greatest order and position, or the smallest."""
        found = [fact for fact in self.looked_up(spec) if getattr(fact.data, spec["order"]) is not None]
        found.sort(key=lambda fact: (getattr(fact.data, spec["order"]), fact.position))
        return found[0 if "first" in spec else -1] if found else None

    def _last(self, spec: dict[str, Any]) -> Any:
        found = self.last(spec)
        if "then" not in spec:
            return found
        return found is not None and bool(self.passing([found], self.rule.expression(spec["then"])))

    _first = _last

    def _operator(self, spec: dict[str, Any]) -> Any:
        return getattr(self, f"_{spec['operator']}")(spec)

    def _pass_through(self, spec: dict[str, Any]) -> int:
        inflows, outflows = self.feature(spec["inflows"]), self.feature(spec["outflows"])
        left = {fact: fact.data.amount_fen for fact in inflows}
        passed: dict[str, int] = {}
        for outflow in outflows:
            wanted = outflow.data.amount_fen
            group = self.world_field(outflow, "group")
            for inflow in inflows:
                if inflow.position < outflow.position:
                    taken = min(wanted, left[inflow])
                    left[inflow] -= taken
                    wanted -= taken
                    passed[group] = passed.get(group, 0) + taken
        return sum(sorted(passed.values(), reverse=True)[: self.evaluate(spec["payees_max"])])

    def _path_back(self, spec: dict[str, Any]) -> SimpleNamespace | None:
        return way_at(self, spec)

    _ring_back = _path_back

    def _neighbours_tied(self, spec: dict[str, Any]) -> bool:
        return neighbours_tied(self, self.evaluate(spec["tie_fen"]), self.evaluate(spec["window_days"]))

    def _bid_against(self, spec: dict[str, Any]) -> SimpleNamespace | None:
        return bid_against(self, self.evaluate(spec["address_max"]), self.evaluate(spec["close_bp"]))

    def _groups_meet(self, spec: dict[str, Any]) -> bool:
        one, other = ({self.world_field(f, "group") for f in self.feature(spec[side])} for side in ("one", "other"))
        return bool(one & other)

    def _largest_groups(self, spec: dict[str, Any]) -> int:
        facts = self.feature(spec["of"])
        sums = [
            sum(fact.data.amount_fen for fact in facts if self.world_field(fact, "group") == group)
            for group in {self.world_field(fact, "group") for fact in facts}
        ]
        return sum(sorted(sums, reverse=True)[: self.evaluate(spec["groups"])])

    def _any_related(self, spec: dict[str, Any]) -> bool:
        hops = self.evaluate(spec["hops"])
        return any(self.related(payment, hops) for payment in self.feature(spec["of"]))

    def _normal_pay(self, spec: dict[str, Any]) -> int:
        payrolls = [fact.data for fact in self.feature(spec["payrolls"])]
        return sum(payroll.headcount * payroll.sector_mean_pay_fen for payroll in payrolls)

    def _insider_bonus(self, spec: dict[str, Any]) -> int:
        payrolls, times = self.feature(spec["payrolls"]), self.evaluate(spec["times"])
        periods = sorted({fact.data.period for fact in payrolls})
        last = [[fact for fact in payrolls if fact.data.period == period][-1] for period in periods]
        found = [0]
        for person in self.world.kin.roots(self.code, self.position, self.d):
            now_fen, *usual = (listed_for(fact, person) for fact in [self.this, *last])
            known = sorted(amount_fen for amount_fen in usual if amount_fen is not None)
            if now_fen is not None and known and now_fen >= times * known[(len(known) - 1) // 2]:
                found.append(now_fen)
        return max(found)

    def _beyond_salary(self, spec: dict[str, Any]) -> int:
        paid, payrolls = self.feature(spec["paid"]), self.feature(spec["payrolls"])
        beyond = sum(fact.data.amount_fen for fact in paid if fact.data.counterparty.person is None)
        for person in {fact.data.counterparty.person for fact in paid} - {None}:
            for period in {f"{fact.data.booked_on:%Y-%m}" for fact in paid}:
                own = [
                    f for f in paid if f.data.counterparty.person == person and f"{f.data.booked_on:%Y-%m}" == period
                ]
                total = sum(fact.data.amount_fen for fact in own)
                filed = [fact for fact in payrolls if fact.data.period == period]
                beyond += max(0, total - (self._salary(person, filed[-1], total) if filed else 0))
        return beyond

    def _beyond_allowance(self, spec: dict[str, Any]) -> int:
        paid: dict[tuple[str | None, str], int] = {}
        for fact in self.feature(spec["of"]):
            key = (fact.data.counterparty.person, f"{fact.data.booked_on:%Y-%m}")
            paid[key] = paid.get(key, 0) + fact.data.amount_fen
        return sum(max(0, amount - self.evaluate(spec["each"])) for amount in paid.values())

    def _salary(self, person: str, payroll: Fact, paid_fen: int) -> int:
        """Give what the payroll lists; of staff it does not list, at most twice the mean of the sector."""
        listed = listed_for(payroll, person)
        posts = [
            f for f in self.world.books.of(self.code, "post") if f.data.person == person and f.data.post == "staff"
        ]
        mean_fen = payroll.data.sector_mean_pay_fen
        if listed is None and mean_fen and any(self.world.books.lives_on(post, self.d) for post in posts):
            return min(paid_fen, 2 * mean_fen)
        return listed or 0


def attributes(books: Books, code: str, position: Position, snapshot: Fact | None) -> SimpleNamespace:
    """Give `org`: the snapshot's fields, status and size; all null but these where nothing is registered."""
    fields = {name: getattr(snapshot.data, name) for name in snapshot.data.__struct_fields__} if snapshot else {}
    return SimpleNamespace(**fields, status=books.status(code, position), size=books.size(code, position))


def parameter_value(spec: dict[str, Any], org: SimpleNamespace) -> Any:
    """Give a parameter for this kind, else this size, else as it stands."""
    kind = getattr(org, "kind", None)
    by_kind, by_size = spec.get("by_kind", {}), spec.get("by_size", {})
    return by_kind[kind] if kind in by_kind else by_size.get(org.size, spec["default"])


def group_of(point: Point, fact: Fact) -> Any:
    """Give the group of the party of a fact on the date of the point."""
    party = point.party(fact)
    return point.world.kin.group(party, point.d) if party else None


DERIVED: dict[str, Callable[[Point, Fact], Any]] = {
    "stream": lambda _, fact: fact.stream,
    "party": lambda point, fact: point.party(fact),
    "group": group_of,
    "first_time": lambda point, fact: point.world.first_time(fact),
    "named": lambda point, fact: fact.stream == "payment" and point.world.parties.is_named(fact),
    "award": lambda point, fact: point.world.clearing.award_id_of(fact),
    "buyer_code": lambda point, fact: point.world.clearing.buyer_code_of(fact),
    "age": lambda _, fact: age_of(fact),
    "former_head": lambda point, fact: former_head(point.world.books, fact),
    "fair_bids": lambda _, fact: fair_bids(fact),
    "budgeted": lambda point, fact: point.world.clearing.is_budgeted(fact),
    "ngo_name": lambda _, fact: ngo_of(fact)[0],
    "ngo_code": lambda _, fact: ngo_of(fact)[1],
}
