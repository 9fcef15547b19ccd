"""Stories whose declarations state numbers, and logs in which these numbers are what the story wants of them.

The order within a partition's log is part of what is told: numbers are written once it is known, and from then on only
the logs of different partitions and topics may overtake each other.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from random import Random

from contracts import Record, partition_of
from tests.builders.records import COMPLETED, PARTITIONS, WITHDRAWN, Json, Log, topic_of
from tests.properties.delivery import split

RIGHT, WRONG = "right", "wrong"
FAULTS = ((1, 0), (-1, 0), (0, 7), (0, -7))
REPEATED_PERCENT = 20
BRANCH_PERCENT = 15  # said by another source of the department too, whose numbers are its own


def with_counts(story: Sequence[Json], rng: Random) -> list[Json]:
    """Let declarations of a story state numbers: some are right, some come with a wrong one that claims more."""
    told: list[Json] = []
    for event in story:
        kind = rng.choice([None, RIGHT, WRONG, "both"]) if event["type"].endswith(COMPLETED) else None
        if kind is None:
            told.append(event)
            if (
                not event["type"].startswith("credit.")
                and "corrects" not in event
                and rng.randrange(100) < BRANCH_PERCENT
            ):
                told.append(event | {"source": f"/{event['type'].partition('.')[0]}/branch"})
            continue
        if kind != WRONG:
            told.append(event | {"_numbers": RIGHT})
        if kind != RIGHT:
            later = {"complete_until": "2027-01-01T00:00:00+08:00"}
            told.append(event | {"id": f"{event['id']}-w", "_numbers": WRONG, "data": event["data"] | later})
    return told


def logged(told: Iterable[Json], rng: Random) -> list[Json]:
    """Put a story into an order of arrival, some of it twice, and write the numbers that this order makes right."""
    events = [part for event in told for part in split(event)]
    events += [event for event in events if rng.randrange(100) < REPEATED_PERCENT]
    rng.shuffle(events)
    return list(numbered(events, rng))


def numbered(events: Iterable[Json], rng: Random) -> Iterator[Json]:
    """Write numbers into declarations, in the order of the logs; a repeated one says what it said."""
    seen: set[tuple[str, str]] = set()
    said: dict[tuple[str, str, int], Json] = {}
    counts, amounts = Counter[tuple[str, str, int]](), Counter[tuple[str, str, int]]()
    for event in events:
        source, topic, identity = event["source"], topic_of(event), (event["source"], event["id"])
        if not event["type"].endswith(COMPLETED):
            place = (source, topic, partition_of(event.get("subject") or source, PARTITIONS))
            if identity not in seen and not event["type"].endswith(WITHDRAWN):
                counts[place] += 1
                amounts[place] += event["data"].get("amount_fen") or 0
            seen.add(identity)
            yield event
            continue
        place = (source, topic, event["_partition"])
        copy = (*identity, event["_partition"])
        if copy not in said:
            said[copy] = _stated(event, counts[place], amounts[place], rng)
            if event.get("_numbers") != WRONG:
                counts[place] = amounts[place] = 0
        yield said[copy]


def _stated(event: Json, count: int, fen: int, rng: Random) -> Json:
    kind = event.get("_numbers")
    if kind is None:
        return event
    more, dearer = rng.choice(FAULTS) if kind == WRONG else (0, 0)
    count, fen = count + more if count + more >= 0 else count + 1, fen + dearer if fen + dearer >= 0 else fen + 7
    return event | {"data": event["data"] | {"event_count": count, "amount_fen": fen}}


def overtaking(events: Sequence[Json], rng: Random) -> list[list[Record]]:
    """Cut logs into batches that keep the order of each partition of each topic, and no other."""
    log, waiting = Log(), dict[tuple[str, int], list[Record]]()
    for event in events:
        for record in log.append(event):
            waiting.setdefault((record.topic, record.partition), []).append(record)
    batches = []
    while waiting:
        batch: list[Record] = []
        for place in rng.sample(sorted(waiting), rng.randint(1, len(waiting))):
            size = rng.choice([1, 1, 2, 5, 20])
            batch += waiting[place][:size]
            waiting[place] = waiting[place][size:]
            if not waiting[place]:
                del waiting[place]
        batches.append(batch)
    return batches
