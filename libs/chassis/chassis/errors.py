"""Every way in which something can go wrong here, drawn once.

Exception
├── Refused              the sender's fault and final: the same again is refused again
├── Unavailable          not now: a dependency is away, or we are full; again later, with a budget
│   └── Fenced           another owner has taken the shard: drop what is in memory, take it again
└── Stopped              nobody but an operator can go on; the process says why and ends
    ├── OffsetOutOfRange the broker no longer holds what we must read next
    └── Stuck            we are alive but do not move; a fresh process usually does

Anything else is our bug. No class knows an HTTP status or a consumer's answer: `chassis.problems` maps kind to the
first, `chassis.consumer` kind to the second.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

RETRY_AFTER_S = 2.0  # a broker or database that was restarted serves again within a few of these

Problem = Mapping[str, str | int]  # one entry of `errors`: index?, pointer, code, detail


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error of ours
    """What was sent is not acceptable, and sending it again changes nothing."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        pointer: str = "",
        errors: Sequence[Problem] = (),
        hint: str | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.pointer = pointer
        self.errors = tuple(errors)
        self.hint = hint


class Unavailable(Exception):  # noqa: N818 - a state, not an error of ours
    """Something we need is away or busy; the same may succeed later."""

    def __init__(self, detail: str, *, retry_after_s: float = RETRY_AFTER_S) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after_s = retry_after_s


class Fenced(Unavailable):
    """Somebody else owns the shard now: what we hold in memory may be stale."""


class Stopped(Exception):  # noqa: N818 - the reason why a process ends
    """The process must end, saying why."""

    exit_code: ClassVar[int] = 1


class OffsetOutOfRange(Stopped):
    """The next offset to read is not in the log: going on would skip events silently."""

    exit_code: ClassVar[int] = 78

    def __init__(self, topic: str, partition: int, offset: int, *, earliest: int, latest: int) -> None:
        super().__init__(
            f"{topic}/{partition}: offset {offset} is outside of the log ({earliest} to {latest}). "
            "Events were deleted before they were read, or the broker lost its data. Restore the topic, or decide "
            "what to skip and set next_offset in table consumer_offsets; nothing is skipped by itself."
        )
        self.topic, self.partition, self.offset = topic, partition, offset
        self.earliest, self.latest = earliest, latest


class Stuck(Stopped):
    """A part is alive but has not moved for too long although it could."""

    exit_code: ClassVar[int] = 70
