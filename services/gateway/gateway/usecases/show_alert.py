from collections.abc import Sequence

from contracts import Record, Refusal
from gateway.domain.admitting import Admit
from gateway.domain.stream_entries import Telling, telling_of
from gateway.usecases.ports import Feed, OpenSpan, OpenViewWork


async def show_alert(
    shard: int, records: Sequence[Record], *, admit: Admit, open_work: OpenViewWork, feed: Feed, open_span: OpenSpan
) -> int:
    """Number what services say of alerts, once each, and let the stream have it; return how much was new.

    Raises: Fenced, Unavailable.
    """
    with open_span("usecases.show_alert"):
        told = [telling for record in records if (telling := _telling(admit, record)) is not None]
        next_offsets = {(record.topic, record.partition): record.offset + 1 for record in records}
        async with open_work(shard) as work:
            new = await work.append(told) if told else 0
            await work.save_progress(next_offsets)
        with open_span("outbound.live_feed"):
            feed.stir()
    return new


def _telling(admit: Admit, record: Record) -> Telling | None:
    event = admit(record)
    return None if isinstance(event, Refusal) else telling_of(event)
