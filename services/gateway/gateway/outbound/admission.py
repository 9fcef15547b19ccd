"""One transaction of admission: receipts, refusals, dead letters, what sources sent, offsets."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from chassis import offsets, outbox
from chassis.bus import Outgoing
from chassis.database import WriteSession
from contracts import SourceCompleted
from gateway.domain.admitting import Arrived, Heard
from gateway.domain.counting import Books, Copy, Part
from gateway.domain.dead_letters import DeadLetter, Rejection
from gateway.domain.receipts import Identity, Place, Receipt, identity_of
from gateway.outbound import count_rows
from gateway.outbound.owned_shards import OwnedShards
from gateway.outbound.receipt_rows import add_receipts, hold_declarations, load_receipts, replace_receipts
from gateway.outbound.receipts import RecordedPlaces
from gateway.outbound.rejection_rows import add_rejections
from gateway.usecases.ports import Offsets

CONSUMER = "gateway-admission"
OpenShardAdmission = Callable[[int], AbstractAsyncContextManager["AdmissionTransaction"]]


def open_admission(shards: OwnedShards, recorded: RecordedPlaces) -> OpenShardAdmission:
    """Return what begins the transaction of a batch."""

    @asynccontextmanager
    async def opened(shard: int) -> AsyncIterator["AdmissionTransaction"]:
        async with shards.open(shard) as session:
            yield AdmissionTransaction(session, recorded)

    return opened


class AdmissionTransaction:
    """One transaction of one shard."""

    def __init__(self, session: WriteSession, recorded: RecordedPlaces) -> None:
        self._session = session
        self._recorded = recorded

    def skim(self, arrived: Sequence[Arrived]) -> list[Arrived]:
        """Leave out what the HTTP door has recorded at the very same place."""
        times = Counter(identity_of(each.event) for each in arrived)
        return [each for each in arrived if times[identity_of(each.event)] > 1 or not self._is_recorded(each)]

    async def load_receipts(self, arrived: Sequence[Arrived]) -> dict[Identity, Receipt]:
        """Give the receipts of those that are known, held until the transaction ends."""
        if any(isinstance(each.event.data, SourceCompleted) for each in arrived):
            await hold_declarations(self._session)
        return await load_receipts(self._session, {identity_of(each.event) for each in arrived}, held=True)

    async def save_receipts(self, fresh: Sequence[Receipt], replaced: Sequence[Receipt]) -> None:
        """Keep receipts."""
        await add_receipts(self._session, fresh)
        await replace_receipts(self._session, replaced)
        if replaced:
            self._recorded.forget_all()

    async def save_rejections(self, rejected: Sequence[tuple[Rejection, DeadLetter]]) -> int:
        """Keep refusals, and say each on its dead-letter topic once; count those that were new."""
        new = await add_rejections(self._session, [rejection for rejection, _ in rejected])
        letters = [letter for rejection, letter in rejected if _place_of(rejection) in new]
        await outbox.add(self._session, [_outgoing(letter) for letter in letters])
        return len(letters)

    async def load_books(self, parts: Collection[Part], copies: Collection[Copy]) -> Books:
        """Give the tallies that are kept, and the declarations that are known."""
        return await count_rows.load_books(self._session, parts, copies)

    async def save_books(self, moved: Books) -> None:
        """Keep tallies and new declarations; what the door did not take of these claims is over with one that is."""
        await count_rows.save_tallies(self._session, moved.tallies)
        await count_rows.add_copies(self._session, moved.copies)
        await count_rows.forget_differences(self._session, moved.copies)

    async def save_progress(self, heard: Sequence[Heard], next_offsets: Offsets) -> None:
        """Remember what sources sent and where to read on."""
        if heard:
            await self._session.run(
                "INSERT INTO sources AS known (source, topic, last_event_us, last_seen_us, events)"
                " SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[])"
                " ON CONFLICT (source, topic) DO UPDATE SET events = known.events + excluded.events,"
                " last_event_us = greatest(known.last_event_us, excluded.last_event_us),"
                " last_seen_us = greatest(known.last_seen_us, excluded.last_seen_us)",
                [each.source for each in heard],
                [each.topic for each in heard],
                [each.last_event_us for each in heard],
                [each.last_seen_us for each in heard],
                [each.events for each in heard],
            )
        await offsets.save_offsets(self._session, CONSUMER, next_offsets)

    def _is_recorded(self, arrived: Arrived) -> bool:
        record = arrived.record
        place = Place(record.topic, record.partition, record.offset)
        return self._recorded.take(place, arrived.event.content_hash)


def _place_of(rejection: Rejection) -> Place:
    return Place(rejection.topic or "", rejection.partition or 0, rejection.offset or 0)


def _outgoing(letter: DeadLetter) -> Outgoing:
    return Outgoing(letter.topic, letter.value, letter.key, None, letter.headers)
