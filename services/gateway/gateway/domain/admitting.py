"""What the log says: which events it holds, which of its records are refused, and which event owns an identity."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, field, structs

from contracts import Event, Record, Refusal, SourceCompleted
from gateway.domain.receipts import Identity, Place, Receipt, receipt_of

Admit = Callable[[Record], Event | Refusal]


class Arrived(Struct, frozen=True, gc=False):
    """An event, and the record in which it came."""

    event: Event
    record: Record


class Turned(Struct, frozen=True, gc=False):
    """A record that is not let in, and why."""

    record: Record
    refusal: Refusal


class Heard(Struct, frozen=True):
    """What one source sent to one topic: the latest time in the world, and when the latest record was appended."""

    source: str
    topic: str
    last_event_us: int
    last_seen_us: int
    events: int


class Arrivals(Struct, frozen=True):
    """One batch, opened."""

    arrived: list[Arrived]
    turned: list[Turned]
    heard: list[Heard]
    next_offsets: dict[tuple[str, int], int]


class Settled(Struct, frozen=True):
    """Whose each identity is: receipts that are new, receipts that take another's place, and the losers.

    `repeated` are the places where an identity stands again; a declaration stands in each partition in its own right.
    """

    fresh: list[Receipt] = field(default_factory=list)
    replaced: list[Receipt] = field(default_factory=list)
    conflicts: list[Turned] = field(default_factory=list)
    repeated: set[Place] = field(default_factory=set)


def sort_records(records: Sequence[Record], admit: Admit) -> Arrivals:
    """Open a batch."""
    arrivals = Arrivals([], [], [], {})
    heard: dict[tuple[str, str], Heard] = {}
    for record in records:
        arrivals.next_offsets[record.topic, record.partition] = record.offset + 1
        answer = admit(record)
        if isinstance(answer, Refusal):
            arrivals.turned.append(Turned(record, answer))
            continue
        arrivals.arrived.append(Arrived(answer, record))
        key = (answer.source, record.topic)
        heard[key] = _heard_too(heard.get(key), answer, record)
    arrivals.heard.extend(heard[key] for key in sorted(heard))
    return arrivals


def settle_identities(arrived: Sequence[Arrived], known: Mapping[Identity, Receipt]) -> Settled:
    """Decide whose each identity is: the first in a partition's order; between partitions, the first recorded.

    A receipt that the HTTP door wrote may lie behind a record that we come to only now: then the order of the log is
    believed, and the door's event becomes the conflicting one when its record is reached.
    """
    settled = Settled()
    owners = dict(known)
    for each in arrived:
        record, event = each.record, each.event
        place = Place(record.topic, record.partition, record.offset)
        receipt = receipt_of(event, place, whole=not isinstance(event.data, SourceCompleted))
        owner = owners.get(receipt.identity)
        if owner is None:
            settled.fresh.append(receipt)
        elif owner.content_hash == receipt.content_hash:
            if owner.place == place:
                continue
            if owner.place[:2] != place[:2] or 0 <= owner.offset < record.offset:
                if receipt.whole:
                    settled.repeated.add(place)
                continue
            receipt = structs.replace(receipt, whole=owner.whole, moved_to=owner.moved_to)
            settled.replaced.append(receipt)
        elif owner.place[:2] == place[:2] and (owner.offset < 0 or owner.offset > record.offset):
            settled.replaced.append(receipt)
        else:
            refusal = Refusal(
                "identity_conflict",
                "an earlier event has this source and id, with other content",
                "/id",
                source=event.source,
                id=event.id,
                type=event.type,
            )
            settled.conflicts.append(Turned(record, refusal))
            settled.repeated.add(place)
            continue
        owners[receipt.identity] = receipt
    return settled


def _heard_too(before: Heard | None, event: Event, record: Record) -> Heard:
    if before is None:
        return Heard(event.source, record.topic, event.time_us, record.timestamp_us, 1)
    return Heard(
        event.source,
        record.topic,
        max(before.last_event_us, event.time_us),
        max(before.last_seen_us, record.timestamp_us),
        before.events + 1,
    )
