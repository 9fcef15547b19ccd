from collections.abc import AsyncIterator

from chassis.errors import Refused
from gateway.domain.callers import Caller
from gateway.domain.stream_entries import Entry
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Feed

SEQUENCE_DIGITS_MAX = 18  # fits 64 bits


def follow_stream(caller: Caller, *, last_seen: str | None, feed: Feed) -> AsyncIterator[Entry | None]:
    """Let staff follow what happens, from where they were on.

    Raises: Refused `forbidden`, `malformed`; Unavailable.
    """
    permit_caller(caller, "stream-follow")
    if not last_seen:
        return feed.follow(None)
    if not (last_seen.isascii() and last_seen.isdecimal() and len(last_seen) <= SEQUENCE_DIGITS_MAX):
        raise Refused("malformed", "Last-Event-ID is the number of an entry of this stream")
    return feed.follow(int(last_seen))
