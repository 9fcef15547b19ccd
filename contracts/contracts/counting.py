"""Reconciliation: what a source says that it has sent, against what was let in since its last declaration.

One definition for everybody who reads a log. Counted, per source and partition in the order of the log, is each
identity once, where it stands first: every event of the topic's own types, corrections and quarantined events too.
Withdrawals and declarations are not counted, nor refused records, repetitions, and other content under a known
identity. The amount is the sum of the members `amount_fen` of their data, whatever their direction.
"""

from typing import Any

from msgspec import Struct, structs

from contracts.beliefs import COMPLETED, WITHDRAWN
from contracts.parts import Data, SourceCompleted
from contracts.writing import from_us

NOT_COUNTED = (WITHDRAWN, COMPLETED)


class Blocked(Struct, frozen=True):
    """A declaration that was not taken: what it states, and what was counted since the one that was taken last."""

    id: str
    stated_events: int | None
    stated_amount_fen: int | None
    events: int
    amount_fen: int
    since_us: int | None  # when the log got the last one that was taken; None: there was none
    at_us: int

    def told(self, partition: int | None) -> dict[str, Any]:
        """Write it for people; without a partition where the whole topic was meant."""
        return {
            "partition": partition,
            "id": self.id,
            "stated": {"event_count": self.stated_events, "amount_fen": self.stated_amount_fen},
            "counted": {"event_count": self.events, "amount_fen": self.amount_fen},
            "since": text_of(self.since_us),
            "at": text_of(self.at_us),
        }


class Tally(Struct):
    """What came of one source in one partition since its declaration that was taken last."""

    events: int = 0
    amount_fen: int = 0
    since_us: int | None = None
    blocked: Blocked | None = None  # the latest declaration, if it was not taken

    def count(self, event_type: str, data: Data) -> None:
        """Count an event that stands here for the first time."""
        if not event_type.endswith(NOT_COUNTED):
            self.events += 1
            self.amount_fen += getattr(data, "amount_fen", None) or 0

    def agrees(self, said: SourceCompleted) -> bool:
        """Say whether a declaration states what was counted; what it does not state is not asked."""
        return said.event_count in (None, self.events) and said.amount_fen in (None, self.amount_fen)

    def weigh(self, said: SourceCompleted, *, id: str, at_us: int) -> bool:  # noqa: A002 - the attribute's name
        """Take a declaration and begin to count anew, or keep it as blocked and go on counting."""
        if self.agrees(said):
            self.events, self.amount_fen, self.since_us, self.blocked = 0, 0, at_us, None
            return True
        self.blocked = self.against(said, id=id, at_us=at_us)
        return False

    def against(self, said: SourceCompleted, *, id: str, at_us: int) -> Blocked:  # noqa: A002 - the attribute's name
        """Write down what a declaration states beside what was counted."""
        return Blocked(id, said.event_count, said.amount_fen, self.events, self.amount_fen, self.since_us, at_us)


def states_counts(data: Data) -> bool:
    """Say whether something is a declaration that can be compared."""
    return isinstance(data, SourceCompleted) and (data.event_count is not None or data.amount_fen is not None)


def without_counts(said: SourceCompleted) -> SourceCompleted:
    """Return what one declaration says in all partitions: its numbers are those of the partition that it stands in."""
    return structs.replace(said, event_count=None, amount_fen=None)


def text_of(time_us: int | None) -> str | None:
    """Write a time in UTC, if there is one.

    Source: RFC 3339.
    """
    return from_us(time_us).isoformat().replace("+00:00", "Z") if time_us is not None else None
