"""The gateway's surroundings in memory."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from msgspec import structs

from chassis.clock import FixedClock
from chassis.errors import Unavailable
from chassis.permissions import Scope
from contracts import TOPICS, Event, Record, Refusal, SourceCompleted, Tokeniser, read_parsed_event, to_us
from gateway.domain.admitting import Arrived
from gateway.domain.callers import Caller
from gateway.domain.counting import Books, Claim, Difference, Part, count_arrivals
from gateway.domain.dead_letters import Rejection
from gateway.domain.planning import Message
from gateway.domain.receipts import Identity, Place, Receipt, identity_of
from gateway.outbound.turns import IdentityTurns
from gateway.usecases.accept_events import Accepting, accept_events
from tests.builders.records import Json

FINANCE = Caller("finance", "department", "finance")
STAFF = Caller("staff", "staff")
APP = Caller("app", "app")
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def read(event: Json) -> Event:
    """Read an event as the door does."""
    sent = {name: value for name, value in event.items() if not name.startswith("_")}
    answer = read_parsed_event(sent, now_us=to_us(NOW), tokeniser=Tokeniser(bytes(32)))
    assert not isinstance(answer, Refusal), answer
    return answer


class Log:
    """A log in memory; `breaks` decides before each sending whether the broker is away, `tears` after it."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.breaks: Callable[[Sequence[Message]], bool] = lambda _: False
        self.tears: Callable[[Sequence[Message]], bool] = lambda _: False

    async def send(self, messages: Sequence[Message]) -> list[Place]:
        """Append."""
        if self.breaks(messages):
            raise Unavailable("away")
        start = len(self.sent)
        self.sent += messages
        if self.tears(messages):
            raise Unavailable("no answer came")
        return [Place(each.topic, each.partition, start + at) for at, each in enumerate(messages)]

    def ids(self) -> list[str]:
        """Name what was sent."""
        return [message.event.id for message in self.sent]


class ReceiptShelf:
    """Receipts in memory."""

    def __init__(self) -> None:
        self.kept: dict[Identity, Receipt] = {}
        self.moves: list[tuple[Identity, str]] = []
        self.is_away = False

    async def load(self, identities: Iterable[Identity]) -> dict[Identity, Receipt]:
        """Give those that are known."""
        return {identity: self.kept[identity] for identity in identities if identity in self.kept}

    async def save(self, receipts: Sequence[Receipt], moves: Sequence[tuple[Identity, str]]) -> None:
        """Keep those that are new."""
        if self.is_away:
            raise Unavailable("away")
        for receipt in receipts:
            self.kept.setdefault(receipt.identity, receipt)
        self.moves += moves


class LogReckoning:
    """Counts a log in memory as admission does, each time it is asked."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self.noted: list[Difference] = []

    async def load(self, claims: Mapping[Claim, Collection[str]]) -> Books:
        """Count all of the log."""
        books, repeated, seen = Books(), set(), set[Identity]()
        arrived = [each for offset, message in enumerate(self._log.sent) for each in copies(message, offset)]
        for each in arrived:
            if not isinstance(each.event.data, SourceCompleted):
                if identity_of(each.event) in seen:
                    repeated.add(Place(each.record.topic, each.record.partition, each.record.offset))
                seen.add(identity_of(each.event))
        books = count_arrivals(arrived, repeated, books)
        for claim in claims:
            for partition in range(TOPICS.by_name[claim.topic].partitions):
                books.tally(Part(*claim, partition))
        return books

    async def note(self, differences: Sequence[Difference]) -> None:
        """Keep."""
        self.noted += differences


def copies(message: Message, offset: int) -> list[Arrived]:
    """Give the records of a message: one, or one in each partition."""
    said: list[tuple[int, Event]] = [(message.partition, message.event)]
    if message.everywhere:
        said = [(partition, message.event) for partition in range(TOPICS.by_name[message.topic].partitions)]
    if message.shares:
        said = [(at, structs.replace(message.event, data=share)) for at, share in enumerate(message.shares)]
    return [
        Arrived(event, Record(message.topic, partition, offset, None, b"", (), to_us(NOW) + offset))
        for partition, event in said
    ]


class RejectionShelf:
    """Refusals in memory."""

    def __init__(self) -> None:
        self.kept: list[Rejection] = []

    async def save(self, rejections: Sequence[Rejection]) -> None:
        """Keep."""
        self.kept += rejections

    async def load_page(self, scope: Scope, *, before: int | None, limit: int) -> list[tuple[int, Rejection]]:
        """Give none: nobody asks here."""
        del scope, before, limit
        return []

    async def load_latest(self, identity: Identity) -> Rejection | None:
        """Give none: nobody asks here."""
        del identity
        return None


@contextmanager
def no_span(name: str, *, links: Iterable[str | None] = ()) -> Iterator[None]:
    """Open nothing."""
    del name, links
    yield


class Door:
    """The door with everything behind it in memory."""

    def __init__(self) -> None:
        self.log, self.receipts, self.rejections = Log(), ReceiptShelf(), RejectionShelf()
        self.reckoning = LogReckoning(self.log)
        self.leaning_on = Accepting(
            turns=IdentityTurns(),
            receipts=self.receipts,
            rejections=self.rejections,
            reckoning=self.reckoning,
            topic=self.log,
            topics=TOPICS,
            clock=FixedClock(NOW),
            open_span=no_span,
        )

    async def send(self, *events: Json, partial: bool = False) -> list[str]:
        """Send events and return what each is answered."""
        items = [read(event) for event in events]
        answers = await accept_events(items, publisher=FINANCE, partial=partial, batch=True, leaning_on=self.leaning_on)
        return [answer.refusal.code if answer.refusal else answer.status for answer in answers]
