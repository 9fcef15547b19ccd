"""The gateway's surroundings in memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from chassis.clock import FixedClock
from chassis.errors import Unavailable
from chassis.permissions import Scope
from contracts import TOPICS, Event, Refusal, Tokeniser, read_parsed_event, to_us
from gateway.domain.callers import Caller
from gateway.domain.dead_letters import Rejection
from gateway.domain.planning import Message
from gateway.domain.receipts import Identity, Place, Receipt
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
        self.leaning_on = Accepting(
            turns=IdentityTurns(),
            receipts=self.receipts,
            rejections=self.rejections,
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
