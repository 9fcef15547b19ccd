"""The HTTP door's receipts, in PostgreSQL: requests at the same time share a round trip."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from chassis.database import Database
from gateway.domain.receipts import Identity, Place, Receipt
from gateway.outbound.receipt_rows import add_receipts, hold_declarations, load_receipts, move_receipts
from gateway.outbound.rounds import Rounds

REQUESTS_PER_ROUND_MAX = 64
RECORDED_MAX = 100_000  # places that admission has still to pass: seconds of the fastest senders, about 20 MB
Saving = tuple[Sequence[Receipt], Sequence[tuple[Identity, str]]]


class RecordedPlaces:
    """Places whose receipts the door has committed, so that admission need not write them again.

    Bounded; forgetting is safe.
    """

    def __init__(self) -> None:
        self._hashes: OrderedDict[Place, bytes] = OrderedDict()
        self.forgotten = 0  # how often everything was forgotten

    def note(self, receipts: Iterable[Receipt], *, since: int) -> None:
        """Remember committed receipts, unless all were forgotten `since`: admission may have replaced them already."""
        if since != self.forgotten:
            return
        for receipt in receipts:
            self._hashes[receipt.place] = receipt.content_hash
        while len(self._hashes) > RECORDED_MAX:
            self._hashes.popitem(last=False)

    def take(self, place: Place, content_hash: bytes) -> bool:
        """Say whether a place is known with this content, and forget it: it is passed once."""
        return self._hashes.pop(place, None) == content_hash

    def forget_all(self) -> None:
        """Forget everything: admission gave an identity another owner than the one that the door wrote."""
        self._hashes.clear()
        self.forgotten += 1


class StoredReceipts:
    """Loads and saves receipts for requests."""

    def __init__(self, database: Database, recorded: RecordedPlaces) -> None:
        self._database = database
        self._recorded = recorded
        self._loading: Rounds[list[Identity], dict[Identity, Receipt]] = Rounds(
            self._load_round, asks_max=REQUESTS_PER_ROUND_MAX
        )
        self._saving: Rounds[Saving, None] = Rounds(self._save_round, asks_max=REQUESTS_PER_ROUND_MAX)

    async def load(self, identities: Iterable[Identity]) -> dict[Identity, Receipt]:
        """Give the receipts of those that are known."""
        wanted = list(identities)
        if not wanted:
            return {}
        found = await self._loading.ask(wanted)
        return {identity: found[identity] for identity in wanted if identity in found}

    async def save(self, receipts: Sequence[Receipt], moves: Sequence[tuple[Identity, str]]) -> None:
        """Keep receipts of what was acknowledged; those that are there already stay."""
        await self._saving.ask((receipts, moves))

    async def _load_round(self, asked: Sequence[list[Identity]]) -> dict[Identity, Receipt]:
        async with self._database.read() as session:
            return await load_receipts(session, {identity for wanted in asked for identity in wanted})

    async def _save_round(self, asked: Sequence[Saving]) -> None:
        receipts = {receipt.identity: receipt for kept, _ in asked for receipt in kept}
        forgotten = self._recorded.forgotten
        async with self._database.write() as session:
            if any(receipt.declares for receipt in receipts.values()):
                await hold_declarations(session)
            added = await add_receipts(session, list(receipts.values()))
            await move_receipts(session, [move for _, moves in asked for move in moves])
        self._recorded.note(added, since=forgotten)
