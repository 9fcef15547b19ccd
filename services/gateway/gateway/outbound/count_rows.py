"""What was counted of each source, as rows: tallies, declarations that were counted, and those that were not taken."""

from collections.abc import Collection, Iterable, Mapping

from chassis.database import ReadSession, WriteSession
from contracts.counting import Blocked, Tally
from gateway.domain.counting import Books, Claim, Copy, Difference, Numbers, Part

_LOAD_TALLIES = (
    "SELECT source, topic, partition, events, amount_fen, since_us FROM tallies"
    " JOIN unnest($1::text[], $2::text[], $3::integer[]) AS wanted (source, topic, partition)"
    " USING (source, topic, partition)"
)
_SAVE_TALLIES = (
    "INSERT INTO tallies (source, topic, partition, events, amount_fen, since_us)"
    " SELECT * FROM unnest($1::text[], $2::text[], $3::integer[], $4::bigint[], $5::numeric[], $6::bigint[])"
    " ON CONFLICT (source, topic, partition) DO UPDATE SET"
    " events = excluded.events, amount_fen = excluded.amount_fen, since_us = excluded.since_us"
)
_LOAD_COPIES = (
    "SELECT source, id, topic, partition, events, amount_fen, taken FROM declarations"
    " JOIN unnest($1::text[], $2::text[], $3::text[], $4::integer[]) AS wanted (source, id, topic, partition)"
    " USING (source, id, topic, partition)"
)
_ADD_COPIES = (
    "INSERT INTO declarations (source, id, topic, partition, events, amount_fen, taken) SELECT * FROM"
    " unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::bigint[], $6::numeric[], $7::boolean[])"
)


async def load_books(session: ReadSession, parts: Collection[Part], copies: Collection[Copy]) -> Books:
    """Give tallies, an empty one where none is kept, and the copies of declarations that are known."""
    books = Books({part: Tally() for part in parts})
    if parts:
        for row in await session.fetch(_LOAD_TALLIES, *_columns(parts, 3)):
            part = Part(row["source"], row["topic"], row["partition"])
            books.tallies[part] = Tally(row["events"], int(row["amount_fen"]), row["since_us"])
    if copies:
        for row in await session.fetch(_LOAD_COPIES, *_columns(copies, 4)):
            copy = Copy(row["source"], row["id"], row["topic"], row["partition"])
            books.copies[copy] = Numbers(row["events"], int(row["amount_fen"]), row["taken"])
    return books


async def save_tallies(session: WriteSession, tallies: Mapping[Part, Tally]) -> None:
    """Keep tallies as they are now."""
    if tallies:
        told = tallies.values()
        await session.run(
            _SAVE_TALLIES,
            *_columns(tallies, 3),
            [each.events for each in told],
            [each.amount_fen for each in told],
            [each.since_us for each in told],
        )


async def add_copies(session: WriteSession, copies: Mapping[Copy, Numbers]) -> None:
    """Keep declarations of which none was known in its partition."""
    if copies:
        told = copies.values()
        await session.run(
            _ADD_COPIES,
            *_columns(copies, 4),
            [each.events for each in told],
            [each.amount_fen for each in told],
            [each.taken for each in told],
        )


async def forget_differences(session: WriteSession, copies: Mapping[Copy, Numbers]) -> None:
    """Forget what the door did not take of the claims of which something was taken since."""
    taken = sorted({(copy.source, copy.topic) for copy, numbers in copies.items() if numbers.taken})
    if taken:
        await session.run(
            "DELETE FROM differences USING unnest($1::text[], $2::text[]) AS taken (source, topic)"
            " WHERE differences.source = taken.source AND differences.topic = taken.topic",
            *_columns(taken, 2),
        )


async def keep_differences(session: WriteSession, differences: Iterable[Difference]) -> None:
    """Keep declarations over HTTP that were not taken, of each claim the latest."""
    for each in differences:
        said = each.blocked
        await session.run(
            "INSERT INTO differences (source, topic, id, stated_events, stated_amount_fen, events, amount_fen,"
            " since_us, at_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (source, topic) DO UPDATE SET"
            " id = excluded.id, stated_events = excluded.stated_events,"
            " stated_amount_fen = excluded.stated_amount_fen, events = excluded.events,"
            " amount_fen = excluded.amount_fen, since_us = excluded.since_us, at_us = excluded.at_us",
            *each.claim,
            said.id,
            said.stated_events,
            said.stated_amount_fen,
            said.events,
            said.amount_fen,
            said.since_us,
            said.at_us,
        )


async def load_differences(session: ReadSession) -> list[Difference]:
    """Give the declarations over HTTP that were not taken, and none since."""
    rows = await session.fetch("SELECT * FROM differences ORDER BY source, topic")
    return [
        Difference(
            Claim(row["source"], row["topic"]),
            Blocked(
                row["id"],
                row["stated_events"],
                row["stated_amount_fen"],
                row["events"],
                int(row["amount_fen"]),
                row["since_us"],
                row["at_us"],
            ),
        )
        for row in rows
    ]


def _columns(keys: Iterable[tuple[str | int, ...]], width: int) -> list[list[str | int]]:
    """Turn keys into a list for each of their members."""
    ordered = list(keys)
    return [[key[at] for key in ordered] for at in range(width)]
