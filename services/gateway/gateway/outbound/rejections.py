"""What was refused, in PostgreSQL."""

from collections.abc import Sequence

from chassis.database import Database
from chassis.permissions import Scope
from gateway.domain.dead_letters import Rejection
from gateway.domain.receipts import Identity
from gateway.outbound.rejection_rows import add_rejections, load_latest, load_rejections


class StoredRejections:
    """Keeps refusals of the HTTP door, and shows those of both."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, rejections: Sequence[Rejection]) -> None:
        """Keep refusals of the HTTP door."""
        async with self._database.write() as session:
            await add_rejections(session, rejections)

    async def load_page(self, scope: Scope, *, before: int | None, limit: int) -> list[tuple[int, Rejection]]:
        """Give refusals in a scope, newest first, each with its place in the list."""
        async with self._database.read() as session:
            return await load_rejections(session, scope, before=before, limit=limit)

    async def load_latest(self, identity: Identity) -> Rejection | None:
        """Give the latest refusal under an identity."""
        async with self._database.read() as session:
            return await load_latest(session, identity)
