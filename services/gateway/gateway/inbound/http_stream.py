"""Staff follow what happens as server-sent events."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response
from fastapi.sse import EventSourceResponse, format_sse_event

from chassis.clock import Clock
from gateway.domain.callers import Caller
from gateway.domain.stream_entries import Entry
from gateway.inbound.callers import AnyCaller
from gateway.inbound.shapes import problems
from gateway.usecases.follow_stream import follow_stream
from gateway.usecases.ports import Feed

HEARTBEAT = b": still here\n\n"
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}  # a proxy that gathers would hold events back
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {}}, "description": "alert.raised, alert.amended, alert.withdrawn."},
    **problems(400, 401, 403, 503),
}


def stream_router(*, feed: Feed, clock: Clock) -> APIRouter:
    """Build the route of the stream."""
    router = APIRouter(tags=["alerts"])

    @router.get("/v1/stream", response_class=Response, responses=RESPONSES)
    async def get_stream(
        caller: AnyCaller, last_event_id: Annotated[str | None, Header(max_length=64)] = None
    ) -> Response:
        """Follow alerts as they are raised, amended and withdrawn.

        `id` grows by one; with it in `Last-Event-ID` a client goes on where it was, without a gap and without seeing
        anything twice. The stream ends with the access token, and for a client that is too slow.
        """
        entries = follow_stream(caller, last_seen=last_event_id, feed=feed)
        return EventSourceResponse(_written(entries, caller, clock), headers=HEADERS)

    return router


async def _written(entries: AsyncIterator[Entry | None], caller: Caller, clock: Clock) -> AsyncIterator[bytes]:
    yield HEARTBEAT  # the client knows at once that it is connected
    async for entry in entries:
        yield HEARTBEAT if entry is None else _event(entry)
        if clock.now_us() >= caller.expires_s * 1_000_000:
            return


def _event(entry: Entry) -> bytes:
    return format_sse_event(data_str=entry.body.decode(), event=entry.kind, id=str(entry.sequence))
