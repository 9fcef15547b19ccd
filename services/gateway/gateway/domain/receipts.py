"""A receipt says where in the log an event lies: the proof that it was accepted, and the memory of its identity."""

from typing import NamedTuple

from msgspec import Struct, structs

from contracts import Event, SourceCompleted, content_hash
from contracts.beliefs import COMPLETED
from contracts.counting import without_counts


class Identity(NamedTuple):
    """What makes two events the same one."""

    source: str
    id: str


class Place(NamedTuple):
    """Where a record lies; offset -1: acknowledged, but the broker no longer knew where."""

    topic: str
    partition: int
    offset: int


class Receipt(Struct, frozen=True, gc=False):
    """One event in the log.

    `whole` is false for a declaration of completeness of which we only know that it is in *some* partition: sent again
    over HTTP, it is written to all of them. `moved_to` is the event that replaced this one under another subject.
    """

    source: str
    id: str
    type: str
    subject: str | None
    content_hash: bytes
    topic: str
    partition: int
    offset: int
    whole: bool = True
    moved_to: str | None = None

    @property
    def identity(self) -> Identity:
        """What the event is known by."""
        return Identity(self.source, self.id)

    @property
    def place(self) -> Place:
        """Where the event lies."""
        return Place(self.topic, self.partition, self.offset)

    @property
    def declares(self) -> bool:
        """Whether the event is a declaration of completeness, which stands in every partition."""
        return self.type.endswith(COMPLETED)


def identity_of(event: Event) -> Identity:
    """Return what an event is known by."""
    return Identity(event.source, event.id)


def receipt_of(event: Event, place: Place, *, whole: bool = True) -> Receipt:
    """Write the receipt of an event at a place."""
    return Receipt(event.source, event.id, event.type, event.subject, hash_of_identity(event), *place, whole)


def hash_of_identity(event: Event) -> bytes:
    """Return the hash by which two events of one identity are the same.

    A declaration of completeness stands in every partition with that partition's numbers: they are left out.
    """
    if not isinstance(event.data, SourceCompleted):
        return event.content_hash
    return content_hash(structs.replace(event, data=without_counts(event.data)))
