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
    """What became of the identities that were claimed; each is in one set, `conflicting` may also be in `fresh`.

    It is in both when one batch holds the same identity with two contents: the first is fresh, the others conflict.
    """

    fresh: frozenset[Identity]
    repeated: frozenset[Identity]
    conflicting: frozenset[Identity]


async def claim(session: WriteSession, consumer: str, events: Sequence[tuple[str, str, bytes]]) -> Claim:
    """Claim (source, id, content hash): what is fresh must be applied in this transaction, and never again."""
    first: dict[Identity, bytes] = {}
    conflicting: set[Identity] = set()
    for source, event_id, content_hash in events:
        identity = Identity(source, event_id)
        if first.setdefault(identity, content_hash) != content_hash:
            conflicting.add(identity)
    fresh = await _insert(session, consumer, first)
    known = {identity: content_hash for identity, content_hash in first.items() if identity not in fresh}
    for identity, kept in (await _load(session, consumer, list(known))).items():
        if kept != known[identity]:
            conflicting.add(identity)
    return Claim(
        fresh=frozenset(fresh),
        repeated=frozenset(known.keys() - conflicting),
        conflicting=frozenset(conflicting),
    )


async def _insert(session: WriteSession, consumer: str, claimed: dict[Identity, bytes]) -> set[Identity]:
    # In one order everywhere, so that two consumers that claim the same identities cannot lock each other out.
    ordered = sorted(claimed)
    rows = await session.fetch(
        "INSERT INTO inbox (consumer, source, id, content_hash)"
        " SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bytea[])"
        " ON CONFLICT DO NOTHING RETURNING source, id",
        consumer,
        [identity.source for identity in ordered],
        [identity.id for identity in ordered],
        [claimed[identity] for identity in ordered],
    )
    return {Identity(row["source"], row["id"]) for row in rows}


async def _load(session: WriteSession, consumer: str, identities: list[Identity]) -> dict[Identity, bytes]:
    if not identities:
        return {}
    rows = await session.fetch(
        "SELECT source, id, content_hash FROM inbox"
        " JOIN unnest($2::text[], $3::text[]) AS wanted (source, id) USING (source, id) WHERE consumer = $1",
        consumer,
        [identity.source for identity in identities],
        [identity.id for identity in identities],
    )
    return {Identity(row["source"], row["id"]): row["content_hash"] for row in rows}
