"""Reconciliation at the door and behind it: what a source states, against what the log holds of it.

What counts is defined in `contracts.counting`. Admission counts in the order of each partition's log, as the monitor
does; the door compares what a declaration states of a whole topic with the sum, and gives each partition its own share.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct, field, structs

from contracts import Refusal, SourceCompleted, Topics
from contracts.counting import Blocked, Tally, states_counts, text_of
from gateway.domain.admitting import Arrived
from gateway.domain.planning import Item, Message, Plan, Verdict
from gateway.domain.receipts import Identity, Place, identity_of


class Claim(NamedTuple):
    """Whose numbers, of which topic."""

    source: str
    topic: str


class Part(NamedTuple):
    """One partition's share of a claim."""

    source: str
    topic: str
    partition: int


class Copy(NamedTuple):
    """One declaration in one partition."""

    source: str
    id: str
    topic: str
    partition: int


class Numbers(Struct, frozen=True):
    """What was counted before a copy of a declaration, and whether it was taken."""

    events: int
    amount_fen: int
    taken: bool


class Books(Struct):
    """What was counted so far; an absent tally is an empty one."""

    tallies: dict[Part, Tally] = field(default_factory=dict)
    copies: dict[Copy, Numbers] = field(default_factory=dict)

    def tally(self, part: Part) -> Tally:
        """Give the tally of a partition."""
        return self.tallies.setdefault(part, Tally())


class Difference(Struct, frozen=True):
    """A declaration over HTTP that was not taken, for its publisher and everybody who watches the source."""

    claim: Claim
    blocked: Blocked


def parts_of(arrived: Iterable[Arrived]) -> set[Part]:
    """Name the tallies that a batch moves."""
    return {Part(each.event.source, each.record.topic, each.record.partition) for each in arrived}


def copies_of(arrived: Iterable[Arrived]) -> set[Copy]:
    """Name the declarations of a batch."""
    return {_copy(each) for each in arrived if isinstance(each.event.data, SourceCompleted)}


def count_arrivals(arrived: Iterable[Arrived], repeated: set[Place], books: Books) -> Books:
    """Count a batch in the order of the log; give the declarations that are new, and the tallies as they are now."""
    moved = Books(dict(books.tallies))
    for each in arrived:
        event, record = each.event, each.record
        if Place(record.topic, record.partition, record.offset) in repeated:
            continue
        tally = moved.tally(Part(event.source, record.topic, record.partition))
        if not isinstance(event.data, SourceCompleted):
            tally.count(event.type, event.data)
            continue
        copy = _copy(each)
        if copy not in books.copies and copy not in moved.copies:
            came = (tally.events, tally.amount_fen)
            taken = tally.weigh(event.data, id=event.id, at_us=record.timestamp_us)
            moved.copies[copy] = Numbers(*came, taken)
    return moved


def claims_of(items: Iterable[Item]) -> dict[Claim, set[str]]:
    """Name the claims of a request that state numbers, each with the ids of its declarations."""
    found: dict[Claim, set[str]] = {}
    for item in items:
        if not isinstance(item, Refusal) and isinstance(item.data, SourceCompleted) and states_counts(item.data):
            found.setdefault(Claim(item.source, item.data.topic), set()).add(item.id)
    return found


def reconcile(plan: Plan, books: Books, topics: Topics, *, now_us: int) -> list[Difference]:
    """Give each partition's copy of a declaration its share, or refuse the declaration whose numbers differ.

    The events of the request count, for they are sent before its declarations.
    """
    for message in plan.messages:
        part = Part(message.event.source, message.topic, message.partition)
        if part in books.tallies:
            books.tallies[part].count(message.event.type, message.event.data)
    differences, kept = [], []
    for message in plan.declarations:
        said = message.event.data
        if not isinstance(said, SourceCompleted) or not states_counts(said):
            kept.append(message)
            _begin_anew(message, books, now_us=now_us)
            continue
        shares = _shares(message, books, topics.by_name[message.topic].partitions)
        whole = _sum(shares)
        if whole.agrees(said):
            kept.append(structs.replace(message, shares=tuple(_share(said, each) for each in shares)))
            _begin_anew(message, books, now_us=now_us)
        else:
            blocked = whole.against(said, id=message.event.id, at_us=now_us)
            _refuse(plan, message, blocked)
            differences.append(Difference(Claim(message.event.source, message.topic), blocked))
    plan.declarations[:] = kept
    return differences


def _shares(message: Message, books: Books, partitions: int) -> list[Tally]:
    """Give what each partition holds before the declaration; where a copy stands already, what it held then."""
    event, found = message.event, []
    for partition in range(partitions):
        tally = books.tally(Part(event.source, message.topic, partition))
        earlier = books.copies.get(Copy(event.source, event.id, message.topic, partition))
        stands = earlier is not None and earlier.taken
        found.append(Tally(earlier.events, earlier.amount_fen, tally.since_us) if earlier and stands else tally)
    return found


def _sum(shares: Sequence[Tally]) -> Tally:
    since = [share.since_us for share in shares if share.since_us is not None]
    events, amount_fen = sum(share.events for share in shares), sum(share.amount_fen for share in shares)
    return Tally(events, amount_fen, min(since, default=None))


def _share(said: SourceCompleted, share: Tally) -> SourceCompleted:
    return structs.replace(
        said,
        event_count=None if said.event_count is None else share.events,
        amount_fen=None if said.amount_fen is None else share.amount_fen,
    )


def _begin_anew(message: Message, books: Books, *, now_us: int) -> None:
    """Let a second declaration of the same request begin where this one ends."""
    claim = (message.event.source, message.topic)
    books.tallies.update({part: Tally(since_us=now_us) for part in books.tallies if part[:2] == claim})


def _refuse(plan: Plan, message: Message, blocked: Blocked) -> None:
    event, identity = message.event, identity_of(message.event)
    refusal = Refusal(
        "count_mismatch", said_of(blocked), _pointer(blocked), source=event.source, id=event.id, type=event.type
    )
    plan.receipts.pop(identity, None)
    plan.verdicts[:] = [_turned(verdict, identity, refusal) for verdict in plan.verdicts]


def _turned(verdict: Verdict, identity: Identity, refusal: Refusal) -> Verdict:
    return Verdict("rejected", refusal=refusal) if verdict.identity == identity else verdict


def said_of(blocked: Blocked) -> str:
    """Say in words what differs and since when it was counted."""
    pairs: Mapping[str, tuple[int | None, int]] = {
        "event_count": (blocked.stated_events, blocked.events),
        "amount_fen": (blocked.stated_amount_fen, blocked.amount_fen),
    }
    told = [f"{name}: stated {ours}, counted {theirs}" for name, (ours, theirs) in pairs.items() if ours is not None]
    since = text_of(blocked.since_us)
    return "; ".join(told) + (f", since the declaration of {since}" if since else ", since the source's first event")


def _pointer(blocked: Blocked) -> str:
    return "/data/event_count" if blocked.stated_events not in (None, blocked.events) else "/data/amount_fen"


def _copy(arrived: Arrived) -> Copy:
    event, record = arrived.event, arrived.record
    return Copy(event.source, event.id, record.topic, record.partition)
