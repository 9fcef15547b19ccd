from collections.abc import Sequence

from contracts import Record, Refusal
from gateway.domain.admitting import Admit
from gateway.domain.stream_entries import telling_of
from gateway.usecases.ports import Feed, OpenSpan, OpenViewWork


async def show_alert(
    shard: int, records: Sequence[Record], *, admit: Admit, open_work: OpenViewWork, feed: Feed, open_span: OpenSpan
) -> int:
    """Number what services say of alerts, once each, and let the stream have it; return how much was new.

    Raises: Fenced, Unavailable.
    """
    with open_span("usecases.show_alert"):
        with open_span("contracts.admit"):
            events = [event for record in records if not isinstance(event := admit(record), Refusal)]
        next_offsets = {(record.topic, record.partition): record.offset + 1 for record in records}
        with open_span("outbound.views", links=[event.traceparent for event in events]):
            async with open_work(shard) as work:
                told = [telling for event in events if (telling := telling_of(event)) is not None]
                new = await work.append(told) if told else 0
                await work.save_progress(next_offsets)
        with open_span("outbound.live_feed"):
            feed.stir()
    return new
