"""Enrolled clients, in PostgreSQL."""

from collections.abc import Sequence

from msgspec import convert

from chassis.database import Database
from gateway.domain.clients import Client


class StoredClients:
    """Finds and enrols clients."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, client_id: str) -> Client | None:
        """Find one."""
        async with self._database.read() as session:
            row = await session.fetch_one(
                "SELECT client_id, secret_hash, kind, department FROM clients WHERE client_id = $1", client_id
            )
        return convert(dict(row), Client) if row is not None else None

    async def save(self, clients: Sequence[Client]) -> None:
        """Enrol clients; a secret that is handed in again replaces the one before."""
        async with self._database.write() as session:
            for client in clients:
                await session.run(
                    "INSERT INTO clients (client_id, secret_hash, kind, department) VALUES ($1, $2, $3, $4)"
                    " ON CONFLICT (client_id) DO UPDATE SET secret_hash = excluded.secret_hash,"
                    " kind = excluded.kind, department = excluded.department",
                    client.client_id,
                    client.secret_hash,
                    client.kind,
                    client.department,
                )
