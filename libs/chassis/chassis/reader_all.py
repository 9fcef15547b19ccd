"""Reads every partition of some topics, without a group: for copies of reference data."""

from collections.abc import Awaitable, Callable, Sequence

from chassis.bus import Bus, TopicPartition
from contracts import Record


class ReaderAll:
    """Hands all records of some topics to one function, in series."""

    def __init__(
        self,
        bus: Bus,
        *,
        topics: Sequence[str],
        start: Callable[[], Awaitable[dict[TopicPartition, int]]],
        on_batch: Callable[[list[Record]], Awaitable[None]],
        batch_max: int = 1000,
    ) -> None: ...

    async def run(self) -> None:
        """Read until cancelled or stopped.

        Raises: OffsetOutOfRange, Stuck.
        """

    async def stop(self) -> None:
        """Finish the batch in flight and end."""

    async def caught_up(self) -> None:
        """Wait until everything is read that was there when reading began."""

    def ready(self) -> bool:
        """Say whether everything is read that was there when reading began."""

    def positions(self) -> dict[TopicPartition, int]:
        """Return the next offset of each partition."""

    def lag(self) -> dict[TopicPartition, int]:
        """Return how many records of each partition wait, as far as is known."""
