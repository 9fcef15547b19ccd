"""Wakes the gateway when something is in the log."""

from collections.abc import Awaitable, Callable

from chassis import logs
from contracts import Record
from gateway.domain.admitting import Admit
from gateway.usecases.admit_records import Admitted
from gateway.usecases.ports import Feed, OpenSpan, OpenViewWork
from gateway.usecases.show_alert import show_alert

TakeShard = Callable[[int], Awaitable[dict[tuple[str, int], int]]]
DropShard = Callable[[int], None]
AdmitBatch = Callable[[int, list[Record]], Awaitable[Admitted]]
_log = logs.get(__name__)


class AdmissionShards:
    """Reads what departments' topics hold, whoever wrote it."""

    def __init__(
        self, *, take_shard: TakeShard, drop_shard: DropShard, admit_batch: AdmitBatch, open_span: OpenSpan
    ) -> None:
        self._take_shard, self._drop_shard = take_shard, drop_shard
        self._admit_batch, self._open_span = admit_batch, open_span

    async def on_assigned(self, shard: int) -> dict[tuple[str, int], int]:
        """Own the shard from now on; read on from what is committed."""
        return await self._take_shard(shard)

    async def on_batch(self, shard: int, records: list[Record]) -> None:
        """Write receipts and dead letters."""
        with self._open_span("inbound.topics"):
            admitted = await self._admit_batch(shard, records)
        if admitted.rejected:
            _log.warning("records were refused", shard=shard, count=admitted.rejected)

    async def on_revoked(self, shard: int) -> None:
        """Own it no longer."""
        self._drop_shard(shard)


class ViewShards:
    """Reads what services say."""

    def __init__(
        self,
        *,
        take_shard: TakeShard,
        drop_shard: DropShard,
        admit: Admit,
        open_work: OpenViewWork,
        feed: Feed,
        open_span: OpenSpan,
    ) -> None:
        self._take_shard, self._drop_shard = take_shard, drop_shard
        self._admit, self._open_work = admit, open_work
        self._feed, self._open_span = feed, open_span

    async def on_assigned(self, shard: int) -> dict[tuple[str, int], int]:
        """Own the shard from now on; read on from what is committed."""
        return await self._take_shard(shard)

    async def on_batch(self, shard: int, records: list[Record]) -> None:
        """Let the stream have it."""
        with self._open_span("inbound.topics"):
            await show_alert(
                shard,
                records,
                admit=self._admit,
                open_work=self._open_work,
                feed=self._feed,
                open_span=self._open_span,
            )

    async def on_revoked(self, shard: int) -> None:
        """Own it no longer."""
        self._drop_shard(shard)
