"""One organization's believed facts in event time, and what is known of each payment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from funds_monitor.domain.attributes import ACTIVE, SIZE_UNKNOWN, Attributes, size_by, spending_base, status_on
from funds_monitor.domain.beliefs import Beliefs
from funds_monitor.domain.clearing import marks_of, may_touch, paying_alike
from funds_monitor.domain.entries import Entry, Positions, Series
from funds_monitor.domain.facts import DAY_US, Fact, Position, start_us
from funds_monitor.domain.parties import is_bank_interest, key_by_name, own_key
from funds_monitor.domain.placing import Placement, SetIndex
from funds_monitor.domain.reference import ReferenceBook
from funds_monitor.domain.silence import Signs
from funds_monitor.domain.streams import LIVES, OTHER, TRANSFER, VOIDED
from funds_monitor.domain.transfers import Transfers
from funds_monitor.domain.words import Words

YOUNG_US, NEW_AFTER_US, NEW_BEFORE_US = 30 * DAY_US, 365 * DAY_US, 3 * DAY_US  # in a young record nobody is new
VARYING = frozenset({"annual", "ended"})  # streams that let attributes differ under one snapshot
NEVER = Position(-(1 << 62), "", "")
EMPTY = Series()


class Timeline:
    """Everything believed of one organization."""

    def __init__(self, code: str, book: ReferenceBook, words: Words) -> None:
        self.code = code
        self.book = book
        self.words = words
        self.beliefs = Beliefs()
        self.payments = Series()  # external ones
        self.transfers = Transfers(self)
        self.by_party: dict[str, Series] = {}
        self.start_up = Series("amount_fen")
        self.indexes: dict[str, list[SetIndex]] = {"payment": []}  # by stream; sets of rules keep them
        self.kept: Any = None  # the kept sets of the rules, owned by `sets`
        self.signs: dict[str, Signs] = {}  # of life, by the rule that asks for them
        self.searched: set[str] = set()  # parties whose links or group a search has looked at
        self.asked: set[str] = set()  # other keys of reference data that a judgement has looked at
        self._streams: dict[str, Series] = {}
        self._all_payments = Positions()
        self._entries: dict[Position, Entry] = {}  # every believed, unsealed payment
        self._by_account: dict[str, list[Entry]] = {}
        self._by_ref: dict[str, Series] = {}
        self._own: Counter[str] = Counter()
        self._owners: dict[str, tuple[str, ...]] = {}
        self._payers: Counter[str] = Counter()  # accounts that stand for whoever got a receipt
        self._namings: Counter[tuple[str, str]] = Counter()  # facts that name an account together with somebody
        self._last_record: Position | None = None  # of all streams but payments; None: to be found
        self._plain: Attributes | None = None  # under the latest snapshot, while only snapshots matter
        self._attributes: dict[tuple[Position | None, str, str], Attributes] = {}
        self._asked: tuple[Position, Attributes] | None = None  # the last answer of `attributes`

    # What clearing, features and judging ask.

    def series(self, stream: str) -> Series:
        """Give the facts of a stream in order; `payment` = external ones."""
        if stream == TRANSFER:
            return self.transfers.series
        return self.payments if stream == "payment" else self._streams.get(stream, EMPTY)

    def has(self, streams: frozenset[str]) -> bool:
        """Say whether one of some streams holds anything."""
        return not streams.isdisjoint(self._streams)

    def facts(self, stream: str) -> list[Fact]:
        """Give the facts of a stream of other facts than payments."""
        series = self._streams.get(stream)
        return [entry.fact for entry in series.entries] if series is not None else []

    def entries(self, stream: str) -> list[Entry]:
        """Give the entries of a stream; offices are everybody's."""
        if stream == "office":
            return [Entry(fact) for fact in self.book.offices()]
        return self.series(stream).entries

    def endings(self, stream: str) -> list[Fact]:
        """Give the facts that may end those of a stream."""
        if stream == "office":
            return self.book.offices_ended()
        life = LIVES.get(stream)
        return self.facts(life.ended_by) if life is not None and life.ended_by else []

    def snapshot(self, position: Position) -> Fact | None:
        """Give the last whole picture of the organization at a position; None: not registered."""
        series = self._streams.get("org")
        if series is None:
            return None
        place = series.until(position)
        return series.entries[place - 1].fact if place else None

    def attributes(self, position: Position, day: date) -> Attributes:
        """Give `org` at a point; several rules ask at the same one."""
        plain = self._plain
        if plain is None and self._streams.keys().isdisjoint(VARYING):
            series = self._streams.get("org")
            last = series.entries[-1].fact.position if series is not None else position
            plain = self._plain = self._attributes_at(last, day)
        if plain is not None and (plain.fact is None or plain.fact.position <= position):
            return plain
        if self._asked is not None and self._asked[0] is position:
            return self._asked[1]
        found = self._attributes_at(position, day)
        self._asked = (position, found)
        return found

    def _attributes_at(self, position: Position, day: date) -> Attributes:
        snapshot, size, status = self.snapshot(position), SIZE_UNKNOWN, ACTIVE
        if "annual" in self._streams:
            size = self._size(position)
        if "ended" in self._streams:
            status = status_on(day, position, ends=self.facts("ended"), snapshots=self.facts("org"))
        key = (snapshot.position if snapshot is not None else None, size, status)
        found = self._attributes.get(key)
        if found is None or found.fact is not snapshot:
            found = self._attributes[key] = Attributes(snapshot, size=size, status=status)
        return found

    def _size(self, position: Position) -> str:
        before = [entry for entry in self._streams["annual"].entries if entry.position < position]
        return size_by(before[-1].data.income_fen) if before else SIZE_UNKNOWN

    def base_fen(self, position: Position, day: date) -> int | None:
        """Give last year's spending, else that of the year before."""
        series = self.series("annual")
        return spending_base([entry.data for entry in series.entries[: series.until(position)]], day.year)

    def inflows_between(self, day: date, position: Position) -> Iterator[Entry]:
        """Give external inflows dated on a day or later, up to a position."""
        series = self.payments
        for entry in series.entries[series.after(start_us(day) - 1) : series.until(position)]:
            if entry.data.direction == "in":
                yield entry

    def outflows_under(self, ref: str, position: Position) -> Iterator[Entry]:
        """Give external outflows under a project reference, up to a position."""
        series = self._by_ref.get(ref, EMPTY)
        for entry in series.entries[: series.until(position)]:
            if entry.data.direction == "out":
                yield entry

    def activities_of(self, code: str, activity_id: str) -> Iterable[Fact]:
        """Give the activities of an organization under an id; the own ones from the own facts."""
        if code == self.code:
            return [fact for fact in self.facts("activity") if fact.data.activity_id == activity_id]
        return self.book.activities(code, activity_id)

    def has_voided(self, party: str, position: Position) -> bool:
        """Say whether a receipt of a party was voided up to a position."""
        series = self._streams.get(VOIDED)
        if series is None:
            return False
        return any(self.party_of(entry) == party for entry in series.entries[: series.until(position)])

    def party_of(self, entry: Entry) -> str:
        """Give the party key of a payment or a receipt."""
        party = entry.data.counterparty if entry.fact.stream == "payment" else entry.data.payer
        key: str | None = party.code or party.person
        if key is None and party.account is not None:
            key = self._owner(party.account) or party.account
        return key or key_by_name(party.kind, party.name, self.words) or own_key(entry.position)

    def _owner(self, account: str) -> str | None:
        owners = {*self.book.filers(account), *self._owners.get(account, ())}
        return owners.pop() if len(owners) == 1 else None

    def founders_paid(self, position: Position) -> Iterator[str]:
        """Give the parties of start-up money up to a position."""
        for entry in self.start_up.entries[: self.start_up.until(position)]:
            yield entry.party

    def _is_own(self, party: Any) -> bool:
        return party.code == self.code or (party.account is not None and party.account in self._own)

    def _is_external(self, entry: Entry) -> bool:
        return not self._is_own(entry.data.counterparty) and not is_bank_interest(entry.data, self.words)

    # How facts come and go.

    def take(self, removed: Iterable[Fact], added: Iterable[Fact]) -> Placement:
        """Put facts where they belong and say what has to be looked at again."""
        placement, first = Placement(), self._all_payments.first()
        self._asked = None
        accounts: set[str] = set()
        entering: dict[Position, Entry] = {}
        for fact in removed:
            if fact.stream != "payment":
                self._drop_record(fact, placement, accounts)
            elif not fact.sealed:
                self._drop_payment(fact, placement, accounts)
        for fact in added:
            if fact.stream != "payment":
                self._add_record(fact, placement, accounts)
            elif not fact.sealed:
                entry = entering[fact.position] = Entry(fact)
                entry.consulted = 0
                self._count_payment(entry, accounts)
        stale = self._identify(entering, accounts, placement)
        placement.renamed = not accounts.isdisjoint(self._payers)
        stale.update(self._young(first))
        for fact in placement.records:
            test = may_touch(fact, self.facts("award")) if self.payments.entries else None
            if test is not None:
                stale.update((entry.position, entry) for entry in self.payments.entries if test(entry))
        self._mark(stale, entering, placement)
        return placement

    def grow(self, fact: Fact) -> Entry | None:
        """Append a payment that changes nothing of what was known before; None, and nothing done, if it is not so."""
        data, position = fact.data, fact.position
        if fact.sealed or data.own_account not in self._own or self._is_own(data.counterparty):
            return None
        if not self.ends_before(position):
            return None
        account, who = data.counterparty.account, data.counterparty.code or data.counterparty.person
        is_named_anew = account is not None and who is not None and (account, who) not in self._namings
        if is_named_anew and (account in self._by_account or account in self._payers or VOIDED in self._streams):
            return None  # whoever was paid through this account may be somebody else now
        entry = Entry(fact)
        entry.consulted = 0
        self._count_payment(entry, set())
        entry.external = not is_bank_interest(data, self.words)
        if entry.external:
            entry.party = self.party_of(entry)
            self._enter(entry)
            entry.cleared, entry.award, entry.budgeted, entry.buyer_code = marks_of(entry, self)
            entry.first_time = self._is_first(entry)
            for index in self.indexes["payment"]:
                index.add(entry)
        return entry

    def ends_before(self, position: Position) -> bool:
        """Say whether every external payment and every other fact lies before a position."""
        positions = self.payments.positions
        if positions and positions[-1] >= position:
            return False
        if self._last_record is None:
            self._last_record = max((series.positions[-1] for series in self._streams.values()), default=NEVER)
        return self._last_record < position

    def is_growth(self, placement: Placement) -> bool:
        """Say whether nothing but payments at the very end of the timeline came: no earlier point can see them."""
        count = len(placement.payments)
        if placement.records or placement.gone or placement.renamed or not count or count != len(placement.points):
            return False
        positions = self.payments.positions
        first = min(entry.position for entry in placement.payments)
        if positions[-count] != first:
            return False
        return all(series.positions[-1] < first for series in self._streams.values())

    def reconsider(self, accounts: set[str], codes: set[str]) -> Placement:
        """Look again at payments that lean on reference data: owners of accounts, activities of payers."""
        placement = Placement()
        touched = {e.position: e for account in accounts for e in self._by_account.get(account, ())}
        stale = self._identify({}, accounts, placement)
        placement.renamed = not accounts.isdisjoint(self._payers)
        for entry in self.payments.entries if codes else ():
            if entry.data.counterparty.code in codes and entry.data.project_ref is not None:
                touched[entry.position] = entry
        stale.update((position, entry) for position, entry in touched.items() if entry.external)
        self._mark(stale, {}, placement)
        # Marks may have been taken after the change came (a restored timeline): judge the payments all the same.
        for entry in touched.values():
            if entry.external:
                placement.points.append(entry)
                placement.payments.append(entry)
        return placement

    def leanings(self) -> tuple[set[str], set[str]]:
        """Name all accounts and payers that `reconsider` may be asked about."""
        return {*self._by_account, *self._payers}, {entry.data.counterparty.code for entry in self.payments.entries} - {
            None
        }

    def _drop_record(self, fact: Fact, placement: Placement, accounts: set[str]) -> None:
        series = self._streams.get(fact.stream)
        if series is None:
            return
        entry = Entry(fact)
        placement.gone.append(entry)
        for index in self.indexes.get(fact.stream, ()):
            index.remove(entry)
        series.remove(fact.position)
        if not series.entries:
            del self._streams[fact.stream]
        placement.records.append(fact)
        self._count_record(fact, -1, accounts)

    def _add_record(self, fact: Fact, placement: Placement, accounts: set[str]) -> None:
        if fact.stream == OTHER:
            return
        entry = Entry(fact)
        self._streams.setdefault(fact.stream, Series()).add(entry)
        for index in self.indexes.get(fact.stream, ()):
            index.add(entry)
        placement.records.append(fact)
        placement.points.append(entry)
        self._count_record(fact, 1, accounts)

    def _count_record(self, fact: Fact, step: int, accounts: set[str]) -> None:
        self._last_record = None
        if fact.stream == "org" or fact.stream in VARYING:
            self._plain = None
        if fact.stream in {"account", "branch"} and fact.data.account is not None:
            self._count_own(fact.data.account, step, accounts)
        elif fact.stream in {"receipt", VOIDED}:
            self._count_owner(fact.data.payer, step, accounts)
            if fact.stream == "receipt" and fact.data.payer.account is not None:
                self._payers[fact.data.payer.account] += step
                if not self._payers[fact.data.payer.account]:
                    del self._payers[fact.data.payer.account]

    def _count_own(self, account: str, step: int, accounts: set[str]) -> None:
        before = account in self._own
        self._own[account] += step
        if self._own[account] <= 0:
            del self._own[account]
        if before != (account in self._own):
            accounts.add(account)

    def _count_owner(self, party: Any, step: int, accounts: set[str]) -> None:
        who, account = party.code or party.person, party.account
        if who is None or account is None:
            return
        naming = (account, who)
        before = self._namings[naming] > 0
        self._namings[naming] += step
        if self._namings[naming] <= 0:
            del self._namings[naming]
        if before == (naming in self._namings):
            return
        accounts.add(account)
        known = self._owners.pop(account, ())
        owners = tuple(each for each in known if each != who) if before else (*known, who)
        if owners:
            self._owners[account] = owners

    def _count_payment(self, entry: Entry, accounts: set[str]) -> None:
        self._entries[entry.position] = entry
        self._all_payments.add(entry.position)
        self._count_own(entry.data.own_account, 1, accounts)
        party = entry.data.counterparty
        if party.account is not None:
            self._by_account.setdefault(party.account, []).append(entry)
            self._count_owner(party, 1, accounts)

    def _drop_payment(self, fact: Fact, placement: Placement, accounts: set[str]) -> None:
        entry = self._entries.pop(fact.position, None)
        if entry is None:
            return
        self._all_payments.remove(entry.position)
        self._count_own(entry.data.own_account, -1, accounts)
        party = entry.data.counterparty
        if party.account is not None:
            self._by_account[party.account].remove(entry)
            self._count_owner(party, -1, accounts)
        placement.gone.append(entry)
        self.transfers.settle(entry, placement, stands=False)
        if entry.external:
            self._leave(entry)
            placement.payments.append(entry)

    def _identify(
        self, entering: dict[Position, Entry], accounts: set[str], placement: Placement
    ) -> dict[Position, Entry]:
        """Say of payments whether they are external and whose they are; give those whose marks may be stale."""
        departed = list(placement.payments)
        moved: list[Entry] = []
        arrived: list[Entry] = []
        for account in accounts:
            moved += [each for each in self._by_account.get(account, ()) if each.position not in entering]
        stale: dict[Position, Entry] = {}
        for entry in moved:
            self._move(entry, departed, arrived, placement)
            self.transfers.settle(entry, placement, stands=self._is_own(entry.data.counterparty))
        for entry in entering.values():
            entry.external = self._is_external(entry)
            if entry.external:
                entry.party = self.party_of(entry)
                self._enter(entry)
                arrived.append(entry)
            self.transfers.settle(entry, placement, stands=self._is_own(entry.data.counterparty))
        for entry in arrived:
            stale[entry.position] = entry
        for entry in (*departed, *arrived):
            self._after(entry, stale)
        if accounts and VOIDED in self._streams:
            stale.update((e.position, e) for e in self.payments.entries if e.data.direction == "out")
        return stale

    def _move(self, entry: Entry, departed: list[Entry], arrived: list[Entry], placement: Placement) -> None:
        external = self._is_external(entry)
        party = self.party_of(entry) if external else ""
        if (external, party) == (entry.external, entry.party):
            return
        if entry.external:
            self._leave(entry)
            before = Entry(entry.fact)
            before.party = entry.party
            departed.append(before)
            placement.payments.append(before)
            if not external:
                placement.gone.append(entry)
        entry.external, entry.party = external, party
        if external:
            self._enter(entry)
            arrived.append(entry)
            for index in self.indexes["payment"]:
                index.add(entry)
            placement.points.append(entry)
            placement.payments.append(entry)

    def _enter(self, entry: Entry) -> None:
        self.payments.add(entry)
        series = self.by_party.get(entry.party)
        if series is None:
            series = self.by_party[entry.party] = Series()
        series.add(entry)
        if entry.data.project_ref is not None:
            self._by_ref.setdefault(entry.data.project_ref, Series()).add(entry)
        if entry.data.earmark == "start_up_funds" and entry.data.direction == "in":
            self.start_up.add(entry)

    def _leave(self, entry: Entry) -> None:
        for index in self.indexes["payment"]:
            index.remove(entry)
        self.payments.remove(entry.position)
        series = self.by_party[entry.party]
        series.remove(entry.position)
        if not series.entries:
            del self.by_party[entry.party]
        if entry.data.project_ref is not None:
            self._by_ref[entry.data.project_ref].remove(entry.position)
        if entry.data.earmark == "start_up_funds" and entry.data.direction == "in":
            self.start_up.remove(entry.position)

    def _after(self, changed: Entry, stale: dict[Position, Entry]) -> None:
        """Note the payments after a changed one whose marks count it: same party, reference, earmark or payer."""
        data, position = changed.data, changed.position
        if self.payments.positions and position >= self.payments.positions[-1]:
            return
        series = self.by_party.get(changed.party, EMPTY)
        high = series.after(position.time_us + NEW_AFTER_US)
        near = series.entries[series.until(position) : high]
        if data.project_ref is not None:
            series = self._by_ref.get(data.project_ref, EMPTY)
            near = near + series.entries[series.until(position) :]
        if data.direction == "in":
            if data.earmark == "start_up_funds":
                near = near + self.start_up.entries[self.start_up.until(position) :]
            near = near + list(paying_alike(self, changed))
        stale.update((entry.position, entry) for entry in near)

    def _young(self, before: Position | None) -> Iterator[tuple[Position, Entry]]:
        """Give the payments near the first one of all, where that moved."""
        now = self._all_payments.first()
        firsts = [position.time_us for position in (before, now) if position is not None]
        if before == now or not firsts:
            return
        low = self.payments.after(min(firsts) - 1)
        high = self.payments.after(max(firsts) + YOUNG_US)
        for entry in self.payments.entries[low:high]:
            yield entry.position, entry

    def _mark(self, stale: dict[Position, Entry], entering: dict[Position, Entry], placement: Placement) -> None:
        for entry in sorted(stale.values(), key=lambda each: each.position):
            marks, first_time = marks_of(entry, self), self._is_first(entry)
            if entry.position not in entering:
                known = (entry.cleared, entry.award, entry.budgeted, entry.buyer_code)
                if (marks, first_time) == (known, entry.first_time):
                    continue
                for index in self.indexes["payment"]:
                    index.remove(entry)
            entry.cleared, entry.award, entry.budgeted, entry.buyer_code = marks
            entry.first_time = first_time
            for index in self.indexes["payment"]:
                index.add(entry)
            placement.points.append(entry)
            placement.payments.append(entry)

    def _is_first(self, entry: Entry) -> bool:
        """Say whether nobody with this party's key paid or was paid in the year before, the last three days aside."""
        first, time_us = self._all_payments.first(), entry.position.time_us
        if first is None or first.time_us > time_us - YOUNG_US:
            return False
        series = self.by_party[entry.party]
        return series.after(time_us - NEW_AFTER_US) == series.after(time_us - NEW_BEFORE_US)
