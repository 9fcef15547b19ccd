"""The access ledger: rows are added, never changed."""

from chassis.database import Database
from gateway.domain.callers import Caller


class AccessLedger:
    """Writes down who touched personal or bank data."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note_tokens(self, caller: Caller, *, persons: int, accounts: int) -> None:
        """Keep that a caller turned numbers into tokens; never the numbers."""
        async with self._database.write() as session:
            await session.run(
                "INSERT INTO access_ledger (act, client_id, department, persons, accounts)"
                " VALUES ('tokens', $1, $2, $3, $4)",
                caller.client_id,
                caller.department,
                persons,
                accounts,
            )
