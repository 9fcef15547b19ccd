"""Names for things that have none of their own."""

import os
import time
from uuid import UUID

_RANDOM_BYTES = 10


def new_uuid() -> UUID:
    """Return a UUID of version 7: sortable by the millisecond in which it was made.

    Source: RFC 9562 section 5.7
    """
    milliseconds = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(_RANDOM_BYTES))
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | noise
    value = value & ~(0xF << 76) | 0x7 << 76  # version 7
    value = value & ~(0x3 << 62) | 0x2 << 62  # variant of RFC 9562
    return UUID(int=value)


def new_id() -> str:
    """Return a new sortable identity as text, 36 characters."""
    return str(new_uuid())


def new_request_id() -> str:
    """Return a name for one HTTP request, for logs and for the problem's `instance`."""
    return f"req_{new_uuid().hex}"
