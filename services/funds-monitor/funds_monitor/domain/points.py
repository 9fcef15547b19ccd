"""One evaluation point of one rule: the values of its names, each computed when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from funds_monitor.domain.attributes import Attributes
from funds_monitor.domain.checking import KIN_CALLS, REGISTER_CALLS
from funds_monitor.domain.clearing import ANY_KEYS
from funds_monitor.domain.cover import Span, is_covered
from funds_monitor.domain.entries import Entry
from funds_monitor.domain.facts import Fact, Position
from funds_monitor.domain.names import norm
from funds_monitor.domain.parties import age_of, fair_bids, is_named
from funds_monitor.domain.register import shared_key
from funds_monitor.domain.register_questions import ask_register
from funds_monitor.domain.streams import VOIDED
from funds_monitor.domain.timeline import Timeline

if TYPE_CHECKING:
    from funds_monitor.domain.plans import RulePlan

Value = Any
WITH_PARTY = frozenset({"payment", "receipt", VOIDED})


def read_name(timeline: Timeline, entry: Entry, name: str, day: date) -> Value:  # noqa: PLR0911 - one per name
    """Read a field of a fact, or what is derived of it."""
    match name:
        case "stream":
            return entry.stream
        case "party":
            return party_at(timeline, entry)
        case "group":
            party = party_at(timeline, entry)
            return timeline.book.kinship.group(party, day)[0] if party is not None else None
        case "first_time" | "award" | "budgeted" | "buyer_code":
            return getattr(entry, name)
        case "age":
            return age_of(entry.fact)
        case "former_head":
            return former_head(timeline, entry.fact)
        case "fair_bids":
            return fair_bids(entry.fact)
        case "named":
            party = party_at(timeline, entry)
            return party is not None and is_named(party)
        case "ngo_name" | "ngo_code":
            return ngo_of(entry.fact)[0 if name == "ngo_name" else 1]
        case _:
            return getattr(entry.data, name, None)


def former_head(timeline: Timeline, fact: Fact) -> str | None:
    """Give who led the organization before one of its snapshots; of other facts nobody."""
    if fact.stream != "org":
        return None
    series = timeline.series("org")
    place = series.until(fact.position) - 1
    head: str | None = series.entries[place - 1].data.legal_representative if place > 0 else None
    return head


def party_at(timeline: Timeline, entry: Entry) -> str | None:
    """Give the party key of a payment or a receipt; None: the fact has no other side."""
    return entry.party or (timeline.party_of(entry) if entry.fact.stream in WITH_PARTY else None)


def ngo_of(fact: Fact) -> tuple[str | None, str | None]:
    """Give name and code of the foreign body that a payment, a filing or an office speaks of."""
    match fact.stream:
        case "payment" if fact.data.counterparty.kind == "overseas":
            return fact.data.counterparty.name, fact.data.counterparty.code
        case "filing":
            return fact.data.overseas_ngo.name, fact.data.overseas_ngo.office_code
        case "office":
            return fact.data.name, fact.data.office_code
        case _:
            return None, None


def is_cleared(entry: Entry, keys: tuple[str, ...]) -> bool:
    """Say whether a record of one of the keys explains a payment."""
    return not entry.cleared.isdisjoint(ANY_KEYS if "any" in keys else keys)


class This:
    """`this.x`: a feature of the point, or a field of the fact at hand."""

    __slots__ = ("_point",)

    def __init__(self, point: Point) -> None:
        self._point = point

    def __getattr__(self, name: str) -> Value:
        point = self._point
        if name in point.plan.rule.features:
            return point[name]
        return read_name(point.timeline, point.entry, name, point.day)


class Shown:
    """A fact that a look-up gave, by its fields."""

    __slots__ = ("entry",)

    def __init__(self, entry: Entry) -> None:
        self.entry = entry

    def __getattr__(self, name: str) -> Value:
        return getattr(self.entry.data, name, None)


class Point(dict[str, Value]):
    """A rule at a position of an organization; `asked` collects the bits of the features that were looked at."""

    __slots__ = ("asked", "day", "entry", "history", "org", "plan", "position", "timeline")

    def __init__(self, plan: RulePlan, timeline: Timeline, entry: Entry, org: Attributes) -> None:
        super().__init__()
        self.plan = plan
        self.timeline = timeline
        self.entry = entry
        self.position: Position = entry.position
        self.day = entry.day
        self.org = org
        self.asked = 0
        self.history: Any = None  # answers branch, hits_within, repeated once the episodes are known

    def __missing__(self, name: str) -> Value:
        compute = self.plan.names.get(name)
        value = compute(self) if compute is not None else read_name(self.timeline, self.entry, name, self.day)
        self[name] = value
        return value

    def call(self, function: str, arguments: tuple[Value, ...]) -> Value:
        """Answer what depends on the point."""
        if function == "cleared":
            return is_cleared(self.entry, arguments)
        if function in KIN_CALLS:
            return self.ask(function, arguments, self.entry)
        return getattr(self.history, function)(self, *arguments)

    def ask(self, function: str, arguments: tuple[Value, ...], entry: Entry) -> Value:
        """Answer what depends on others on the date of the point."""
        if function in REGISTER_CALLS:
            return ask_register(self, function, arguments)
        return self.ask_kin(function, arguments, entry)

    def ask_kin(self, function: str, arguments: tuple[Value, ...], entry: Entry) -> Value:
        """Answer what depends on who belongs to whom on the date of the point, or on all accounts."""
        if function in {"related", "covered"}:
            return self.related(entry, arguments[0]) if function == "related" else self.covered(*arguments)
        self.asked |= self.plan.related_bit
        if function == "official_pay":
            return self.official_pay(entry, arguments[0])
        if None in arguments:
            return None
        book = self.timeline.book
        if function == "tied":
            return book.tied(arguments[0], frozenset(arguments[1:]), self.day)
        if function == "grouped":
            one, other = (book.kinship.group(party, self.day)[0] for party in arguments)
            return one == other
        return getattr(book, function)(arguments[0], self.day)

    def covered(self, from_on: date | None, to_on: date | None) -> bool | None:
        """Say that all accounts are covered over a span; null where it is not known that they are."""
        self.asked |= self.plan.cover_bit
        if from_on is None or to_on is None:
            return None
        return is_covered(self.timeline, Span(from_on, to_on), self.position) or None

    def sharers(self, by: str, value: str) -> list[str]:
        """Name the other active organizations that share something on the date of the point."""
        self.asked |= self.plan.register_bit
        self.timeline.asked.add(shared_key(by, value) or "")
        return self.timeline.book.register.others(by, value, day=self.day, without=self.timeline.code)

    def official_pay(self, entry: Entry, status: str) -> int:
        """Add what a payroll lists for officials of a status who hold posts of the organization, staff aside."""
        book, code = self.timeline.book, self.timeline.code
        listed = [
            each for each in getattr(entry.data, "payees", None) or () if book.serves(each.person, code, self.day)
        ]
        return sum(each.amount_fen for each in listed if book.official(each.person, self.day) == status)

    def holds(self, person: str, post: str) -> bool:
        """Say whether a person holds a post of the organization on the date of the point."""
        self.asked |= self.plan.related_bit
        return post in self.timeline.book.posts(person, self.timeline.code, self.day)

    def insiders(self) -> set[str]:
        """Name insiders and founders of the organization at the point."""
        self.asked |= self.plan.related_bit
        timeline = self.timeline
        return timeline.book.roots(timeline.code, self.day) | set(timeline.founders_paid(self.position))

    def related(self, entry: Entry, steps: int) -> bool:
        """Say whether the counterparty of a payment is near an insider or founder, as of this point."""
        self.asked |= self.plan.related_bit
        if entry.stream != "payment":
            return False
        timeline, name = self.timeline, entry.data.counterparty.name
        words = timeline.words
        if words.matches(name, "W.public") or words.matches(name, "W.hubs"):
            return False
        supervisor = self.org.supervising_body
        if supervisor and norm(supervisor) == norm(name):
            return False
        roots = self.insiders()
        if not roots:
            return False
        kinship = timeline.book.kinship
        return entry.party in kinship.reach(frozenset(roots - {timeline.code}), self.day, steps, without=timeline.code)


class Candidate(dict[str, Value]):
    """A fact that a `where` looks at: its own names, and what is given at the point."""

    __slots__ = ("_day", "_entry", "_given", "_point", "_timeline")

    def __init__(self, entry: Entry, timeline: Timeline, given: Mapping[str, Value], point: Point | None) -> None:
        super().__init__()
        self._entry = entry
        self._timeline = timeline
        self._given = given
        self._point = point
        self._day = point.day if point is not None else entry.day

    def __missing__(self, name: str) -> Value:
        point = self._point
        if point is None:
            given = self._given
            value = given[name] if name in given else read_name(self._timeline, self._entry, name, self._day)
        elif name in point.plan.given:
            value = point[name]
        else:
            value = read_name(self._timeline, self._entry, name, self._day)
        self[name] = value
        return value

    def call(self, function: str, arguments: tuple[Value, ...]) -> Value:
        """Answer what depends on the fact."""
        if function == "cleared":
            return is_cleared(self._entry, arguments)
        if self._point is None:
            raise KeyError(function)
        return self._point.ask(function, arguments, self._entry)
