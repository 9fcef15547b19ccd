"""What a transaction wants to say, said after it is committed: table outbox and its relay."""

from collections.abc import Sequence

from chassis.bus import Bus, Outgoing
from chassis.database import Database, WriteSession


async def add(session: WriteSession, messages: Sequence[Outgoing]) -> None:
    """Say these once the transaction is committed, in this order."""


class OutboxRelay:
    """Sends what is in the outbox, in order, for ever; one at a time works per database."""

    def __init__(self, database: Database, bus: Bus) -> None: ...

    async def run(self) -> None:
        """Relay until cancelled or stopped."""

    async def stop(self) -> None:
        """Finish the batch in flight and end."""

    async def backlog(self) -> int:
        """Count what is not sent yet.

        Raises: Unavailable.
        """
