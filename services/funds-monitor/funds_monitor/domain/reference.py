"""Reference data of all organizations, as of a date: one copy per process, read by every shard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from msgspec import Struct

from funds_monitor.domain.beliefs import Beliefs
from funds_monitor.domain.facts import Fact, date_of, day_of, end_us
from funds_monitor.domain.kinship import GROUPING, LEADING, STRONG, Kinship
from funds_monitor.domain.link_reading import link_of
from funds_monitor.domain.links import PATH, Link, LinkBook
from funds_monitor.domain.lives import end_of, lives_on, start_of
from funds_monitor.domain.parties import key_of
from funds_monitor.domain.register import FILER, LEADS, Register, move
from funds_monitor.domain.registered_names import NameBook
from funds_monitor.domain.streams import LINK
from funds_monitor.domain.words import WordList, Words

OFFICES = "@office"
NO_WORDS = Words({"W.anonymous": WordList(())})
FOUNDING = frozenset({"controls", "founder"})
STAFF = "staff"
OFFICIAL = ("serving", "retired")  # the higher first


class ReferenceChange(Struct, frozen=True):
    """What moved in the reference data; organizations that depend on one of the keys are to be judged again.

    Keys are codes, persons, accounts and other party keys, `activity:<code>`, `@office`, `head:`, `phone:` and
    `address:` of what organizations share, `code:`, `@names` and `accused:` of who is known, and `path:<party>` of
    links, with the times of the payments that moved.
    None at all: anything.
    """

    keys: frozenset[str]
    from_on: date | None = None  # nothing before this date is touched; None: any date
    caused_by: tuple[str, str] | None = None
    reason: str = "reference_changed"
    moments: Mapping[str, frozenset[int]] = {}  # of links: key -> times


class Tie(Struct, frozen=True):
    """An insider or founder of an organization while it lives."""

    party: str
    from_on: date
    to_on: date | None

    def holds_on(self, day: date) -> bool:
        """Say whether it lives on a date."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


class ReferenceBook:
    """Relations, posts, accounts, activities, offices and snapshots of everybody."""

    def __init__(self, words: Words | None = None) -> None:
        self.words = words or NO_WORDS
        self.kinship = Kinship()
        self.links = LinkBook()
        self._beliefs: dict[str | None, Beliefs] = {}
        self._relations: dict[tuple[str, str], Fact] = {}
        self._laid: dict[tuple[str, str], tuple[str, str]] = {}  # relation -> keys that its edge ties
        self._tied: dict[frozenset[str], set[tuple[str, str]]] = {}  # two parties -> relations between them
        self._relations_by_account: dict[str, set[tuple[str, str]]] = {}
        self._posts: dict[str, dict[str, tuple[list[Fact], list[Fact]]]] = {}  # organization -> person -> taken, left
        self._posted: dict[str, set[str]] = {}  # person -> organizations that ever gave it a post
        self._snapshots: dict[str, list[Fact]] = {}
        self.register = Register(self._snapshots, self._posts)
        self.names = NameBook(self._snapshots)
        self._snapshot_ties: dict[str, int] = {}
        self._roots: dict[str, dict[object, Tie]] = {}  # organization -> insiders and founders
        self._rooted: dict[str, Counter[str]] = {}  # party -> organizations that it is a root of
        self._filed: dict[str, Counter[str]] = {}  # account -> codes
        self._filed_by: dict[str, Counter[str]] = {}  # code -> accounts
        self._activities: dict[tuple[str, str], list[Fact]] = {}
        self._offices: list[Fact] = []
        self._offices_ended: list[Fact] = []

    def adopt(self, words: Words) -> None:
        """Take word lists over, so that collective names are known; relations are laid again."""
        if self.words is NO_WORDS:
            self.words = words
            for relation in self._relations.values():
                self._lay(relation)

    def apply(self, fact: Fact) -> ReferenceChange:
        """Take a fact of a reference topic (corrections and withdrawals too) and say what moved."""
        if fact.stream == LINK:
            link = link_of(fact)
            return self.take_link(link) if link is not None else ReferenceChange(keys=frozenset())
        beliefs = self._beliefs.setdefault(fact.organization, Beliefs())
        change = beliefs.add(fact)
        keys: set[str] = set()
        gone = [each for each in (change.removed, *change.extra_removed) if each is not None]
        for each in gone:
            keys |= self._take(each, present=False)
        if change.added is not None:
            keys |= self._take(change.added, present=True)
        return ReferenceChange(keys=frozenset(keys), caused_by=(fact.position.source, fact.position.id))

    def take_link(self, link: Link) -> ReferenceChange:
        """Take what some shard says of a payment."""
        moments = frozenset((link.report.position.time_us,))
        keys = [f"{PATH}{party}" for party in self.links.apply(link)]
        caused_by = link.report.identity
        return ReferenceChange(frozenset(keys), caused_by=caused_by, moments=dict.fromkeys(keys, moments))

    def _take(  # noqa: PLR0911 - one answer per stream
        self, fact: Fact, *, present: bool
    ) -> set[str]:
        match fact.stream:
            case "relation":
                return self._on_relation(fact, present=present)
            case "post" | "post_left":
                return self._on_post(fact, present=present) | self.register.take(fact, present=present)
            case "org":
                touched = self._on_snapshot(fact, present=present) | self.register.take(fact, present=present)
                return touched | self.names.take(fact, present=present)
            case "police_case" | "complaint":
                return self.names.take(fact, present=present)
            case "ended":
                return self.register.take(fact, present=present)
            case "account":
                return self._on_account(fact, present=present)
            case "activity":
                found = self._activities.setdefault((fact.organization or "", fact.data.activity_id), [])
                put(found, fact, present=present)
                return {f"activity:{fact.organization}"}
            case "office" | "office_ended":
                put(self._offices if fact.stream == "office" else self._offices_ended, fact, present=present)
                return {OFFICES}
            case _:
                return set()

    def _touched(self, keys: Iterable[str]) -> set[str]:
        """Give everybody whose group or relatedness may differ: the whole component, and whose roots are in it."""
        found = self.kinship.component(keys)
        for key in list(found):
            found.update(self._rooted.get(key, ()))
        return found

    def _on_relation(self, fact: Fact, *, present: bool) -> set[str]:
        identity = (fact.position.source, fact.position.id)
        if present:
            self._relations[identity] = fact
            for party in (fact.data.a, fact.data.b):
                if party.account is not None:
                    self._relations_by_account.setdefault(party.account, set()).add(identity)
            self._lay(fact)
            return self._touched(self._laid.get(identity, ()))
        touched = self._touched(self._laid.get(identity, ()))
        self._unlay(identity)
        self._relations.pop(identity, None)
        return touched

    def _lay(self, fact: Fact) -> None:
        """Lay the edge of a relation between the keys that its parties have now."""
        identity = (fact.position.source, fact.position.id)
        self._unlay(identity)
        one = key_of(fact.data.a, self.owner(fact.data.a.account), self.words)
        other = key_of(fact.data.b, self.owner(fact.data.b.account), self.words)
        if one is None or other is None:
            return
        self._laid[identity] = (one, other)
        self._tied.setdefault(frozenset((one, other)), set()).add(identity)
        start, end, kind = start_of(fact), end_of(fact, ()), fact.data.relation
        if kind in GROUPING:
            self.kinship.tie(identity, one, other, from_on=start, to_on=end, strong=kind in STRONG)
        if kind in FOUNDING:
            self._root(other, identity, Tie(one, start, end))

    def _unlay(self, identity: tuple[str, str]) -> None:
        one, other = self._laid.pop(identity, ("", ""))
        if one:
            self._tied[frozenset((one, other))].discard(identity)
            self.kinship.untie(identity, one, other)
            self._unroot(other, identity)

    def _root(self, code: str, tie_id: object, tie: Tie) -> None:
        self._roots.setdefault(code, {})[tie_id] = tie
        self._rooted.setdefault(tie.party, Counter())[code] += 1

    def _unroot(self, code: str, tie_id: object) -> None:
        tie = self._roots.get(code, {}).pop(tie_id, None)
        if tie is not None:
            counts = self._rooted[tie.party]
            counts[code] -= 1
            if counts[code] <= 0:
                del counts[code]

    def _on_post(self, fact: Fact, *, present: bool) -> set[str]:
        code, person = fact.organization or "", fact.data.person
        taken, left = self._posts.setdefault(code, {}).setdefault(person, ([], []))
        self._posted.setdefault(person, set()).add(code)
        touched = self._touched((person, code))
        put(taken if fact.stream == "post" else left, fact, present=present)
        if not present and fact.stream == "post":
            self._drop_post(fact)
        for each in taken:
            self._drop_post(each)
            start, end = start_of(each), end_of(each, left)
            identity = (each.position.source, each.position.id)
            if each.data.post in LEADING:
                self.kinship.tie(identity, person, code, from_on=start, to_on=end, strong=True)
            if each.data.post != STAFF:
                self._root(code, identity, Tie(person, start, end))
        return touched | self._touched((person, code))

    def _drop_post(self, fact: Fact) -> None:
        identity, code = (fact.position.source, fact.position.id), fact.organization or ""
        self.kinship.untie(identity, fact.data.person, code)
        self._unroot(code, identity)

    def _on_snapshot(self, fact: Fact, *, present: bool) -> set[str]:
        code = fact.organization or ""
        snapshots = self._snapshots.setdefault(code, [])
        persons = {each.data.legal_representative for each in (*snapshots, fact)} - {None}
        touched = self._touched((*persons, code))
        for place in range(self._snapshot_ties.get(code, 0)):
            for person in persons:
                self.kinship.untie((code, place), person, code)
            self._unroot(code, (code, place))
        put(snapshots, fact, present=present)
        snapshots.sort(key=lambda each: each.position)
        self._snapshot_ties[code] = len(snapshots)
        for place, each in enumerate(snapshots):
            person, start = each.data.legal_representative, date_of(each.position.time_us)
            later = [other for other in snapshots[place + 1 :] if other.position.time_us < end_us(start)]
            if person is None or later:  # replaced before the end of its first day
                continue
            follower = snapshots[place + 1] if place + 1 < len(snapshots) else None
            end = day_of(follower.position) - timedelta(days=1) if follower is not None else None
            self.kinship.tie((code, place), person, code, from_on=start, to_on=end, strong=True)
            self._root(code, (code, place), Tie(person, start, end))
        return touched | self._touched((*persons, code))

    def _on_account(self, fact: Fact, *, present: bool) -> set[str]:
        account = fact.data.account
        counts = self._filed.setdefault(account, Counter())
        move(counts, fact.organization or "", present=present)
        mine = self._filed_by.setdefault(fact.organization or "", Counter())
        move(mine, account, present=present)
        touched: set[str] = {account, f"{FILER}{fact.organization}"}
        for identity in self._relations_by_account.get(account, ()):
            relation = self._relations.get(identity)
            if relation is not None:
                touched |= self._touched(self._laid.get(identity, ()))
                self._lay(relation)
                touched |= self._touched(self._laid.get(identity, ()))
        return touched

    def accounts(self, code: str) -> set[str]:
        """Name the accounts that an organization filed."""
        return set(self._filed_by.get(code, ()))

    def controllers(self, code: str, day: date) -> set[str]:
        """Name those who control an organization on a date, by a relation of that kind."""
        found = set()
        for party in self.kinship.neighbours(code):
            for identity in self._tied.get(frozenset((party, code)), ()):
                fact = self._relations[identity]
                controls = fact.data.relation == "controls" and self._laid[identity] == (party, code)
                if controls and lives_on(fact, day, ()):
                    found.add(party)
        return found

    def filers(self, account: str) -> Iterable[str]:
        """Name the organizations that filed an account."""
        return self._filed.get(account, ())

    def owner(self, account: str | None) -> str | None:
        """Give the one organization that filed an account."""
        if account is None:
            return None
        counts = self._filed.get(account)
        return next(iter(counts)) if counts is not None and len(counts) == 1 else None

    def activities(self, code: str, activity_id: str) -> Iterable[Fact]:
        """Give the activities that an organization reported under an id."""
        return self._activities.get((code, activity_id), ())

    def offices(self) -> list[Fact]:
        """Give all offices of foreign bodies, in order of position."""
        return self._offices

    def offices_ended(self) -> list[Fact]:
        """Give the ends of offices."""
        return self._offices_ended

    def tied(self, kind: str, ends: frozenset[str], day: date) -> bool:
        """Say whether a relation of a kind between two parties, either way, holds on a date."""
        found = (self._relations[identity] for identity in self._tied.get(ends, ()))
        return any(fact.data.relation == kind and lives_on(fact, day, ()) for fact in found)

    def official(self, person: str, day: date) -> str:
        """Give the highest official status over the posts that a person holds anywhere on a date."""
        held = (self._posts[code][person] for code in self._posted.get(person, ()))
        known = {each.data.official_status for taken, left in held for each in taken if lives_on(each, day, left)}
        return next((status for status in OFFICIAL if status in known), "none")

    def serves(self, person: str, code: str, day: date) -> bool:
        """Say whether a person holds a post of an organization on a date; staff do not count."""
        return any(post != STAFF for post in self.posts(person, code, day))

    def posts(self, person: str, code: str, day: date) -> set[str]:
        """Name the posts that a person holds at an organization on a date."""
        taken, left = self._posts.get(code, {}).get(person, ([], []))
        return {each.data.post for each in taken if lives_on(each, day, left)}

    def heads(self, code: str, day: date) -> set[str]:
        """Name the legal representatives of an organization on a date: by post, or by the register."""
        return self._leading(code, day, frozenset({LEADS}))

    def leaders(self, code: str, day: date) -> set[str]:
        """Name those who lead an organization on a date: by a leading post, or by the register."""
        return self._leading(code, day, LEADING)

    def _leading(self, code: str, day: date, posts: frozenset[str]) -> set[str]:
        held = self._posts.get(code, {})
        found = {person for person in held if not posts.isdisjoint(self.posts(person, code, day))}
        head = getattr(self.register.snapshot(code, day), "legal_representative", None)
        return found | ({head} if head is not None else set())

    def bodies(self, person: str, day: date) -> int:
        """Count the organizations at which a person holds a post on a date; staff do not count."""
        return sum(self.serves(person, code, day) for code in self._posted.get(person, ()))

    def qualified(self, code: str, day: date) -> bool:
        """Say whether an organization may raise money in public, by its last snapshot at the end of a date."""
        known = self.register.snapshot(code, day)
        return known is not None and known.public_fundraising is True

    def roots(self, code: str, day: date) -> set[str]:
        """Give insiders and founders of an organization on a date, payers of start-up funds left out."""
        return {tie.party for tie in self._roots.get(code, {}).values() if tie.holds_on(day)} - {code}


def put(facts: list[Fact], fact: Fact, *, present: bool) -> None:
    """Add a fact to a list in order of position, or take it out."""
    if present:
        facts.append(fact)
        facts.sort(key=lambda each: each.position)
    else:
        facts[:] = [each for each in facts if each.position != fact.position]


def merged_links(changes: Iterable[ReferenceChange]) -> ReferenceChange:
    """Make one change of many links, so that whoever depends on several is judged once."""
    moments: dict[str, set[int]] = {}
    for change in changes:
        for key, times in change.moments.items():
            moments.setdefault(key, set()).update(times)
    return ReferenceChange(frozenset(moments), moments={key: frozenset(times) for key, times in moments.items()})
