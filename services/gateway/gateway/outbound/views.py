"""One transaction of the views: what services say becomes numbered entries of the stream."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from chassis import inbox, offsets
from chassis.database import WriteSession
from gateway.domain.stream_entries import Telling
from gateway.outbound.owned_shards import OwnedShards
from gateway.outbound.stream_log import append_entries
from gateway.usecases.ports import Offsets

CONSUMER = "gateway-views"
OpenShardViews = Callable[[int], AbstractAsyncContextManager["ViewTransaction"]]


def open_views(shards: OwnedShards) -> OpenShardViews:
    """Return what begins the transaction of a batch."""

    @asynccontextmanager
    async def opened(shard: int) -> AsyncIterator["ViewTransaction"]:
        async with shards.open(shard) as session:
            yield ViewTransaction(session)

    return opened


class ViewTransaction:
    """One transaction of one shard."""

    def __init__(self, session: WriteSession) -> None:
        self._session = session

    async def append(self, tellings: Sequence[Telling]) -> int:
        """Number what was not told yet and keep it; count it."""
        claim = await inbox.claim(
            self._session, CONSUMER, [(telling.source, telling.id, telling.content_hash) for telling in tellings]
        )
        new: dict[inbox.Identity, Telling] = {}
        for telling in tellings:
            identity = inbox.Identity(telling.source, telling.id)
            if identity in claim.fresh:
                new.setdefault(identity, telling)
        await append_entries(self._session, list(new.values()))
        return len(new)

    async def save_progress(self, next_offsets: Offsets) -> None:
        """Remember where to read on."""
        await offsets.save_offsets(self._session, CONSUMER, next_offsets)
