"""Which events a consumer has already applied: table inbox."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct

from chassis.database import WriteSession


class Identity(NamedTuple):
    """What makes two events the same one."""

    source: str
    id: str


class Claim(Struct, frozen=True):
    """What became of the identities that were claimed."""

    fresh: frozenset[Identity]
    repeated: frozenset[Identity]
    conflicting: frozenset[Identity]


async def claim(session: WriteSession, consumer: str, events: Sequence[tuple[str, str, bytes]]) -> Claim:
    """Claim (source, id, content hash): what is fresh must be applied in this transaction, and never again."""
