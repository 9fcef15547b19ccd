"""Answer how far everything is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from chassis.clock import Clock
from contracts import Topic
from contracts.counting import Tally
from funds_monitor.domain.facts import text_of
from funds_monitor.domain.outcome import Part
from funds_monitor.domain.rhythm import Feed, Silence, silences_of, warning_of
from funds_monitor.usecases.open_desk import Desk
from funds_monitor.usecases.ports import Answers, Json, Progress, TopicPartition


async def answer_status(
    *,
    desk: Desk,
    answers: Answers,
    consumer: Progress,
    reader: Progress,
    backlog: Callable[[], Awaitable[int]],
    topics: Sequence[Topic],
    clock: Clock,
) -> Json:
    """Say what waits at every stage, how complete each known source is, and whether everything is quiet.

    `quiet` is honest: consumer, reference reader, reflection of reference data, settling and outbox have nothing left,
    and what the shards told each other has been read.

    Raises: Unavailable.
    """
    # Upstream first: what moves on while we look is then found further down, and never slips between two looks.
    positions, reference_positions = consumer.positions(), reader.positions()
    lag, reference_lag = consumer.lag(), reader.lag()
    ready = consumer.ready() and reader.ready()
    pending = desk.pending()
    counts, tallies = await answers.counts(), await answers.tallies()
    silences = silences_of(topics, tallies, now_us=clock.now_us())
    outbox = await backlog()
    unread = max(counts.pop("links_told", 0) - desk.book.links.messages, 0)
    waiting = any(lag.values()) or any(reference_lag.values()) or pending or counts["settling"] or outbox or unread
    return {
        "ready": ready,
        "quiet": ready and not waiting,
        "shards": [_shard(number, desk, lag) for number in sorted(desk.held)],
        "partitions": _partitions(lag, positions),
        "reference": {
            "lag": sum(reference_lag.values()),
            "partitions": _partitions(reference_lag, reference_positions),
            "failures": desk.log.failures,
            "changes_kept": desk.log.size(),
        },
        "links_unread": unread,
        "outbox_backlog": outbox,
        "refused": dict(sorted(desk.refused.items())),  # passed over here; the gateway keeps them as dead letters
        "sources": await _sources(answers, topics, lag, tallies=tallies, silences=silences),
        "warning": warning_of(silences),
        **counts,
    }


def _shard(number: int, desk: Desk, lag: Mapping[TopicPartition, int]) -> Json:
    held = desk.held[number]
    return {
        "shard": number,
        "lag": sum(count for (_, partition), count in lag.items() if partition == number),
        "reference_pending": desk.log.is_pending(held.reference_offsets),
        "settling": held.settling is not None,
        "facts_cached": held.facts_cached,
    }


def _partitions(lag: Mapping[TopicPartition, int], positions: Mapping[TopicPartition, int]) -> list[Json]:
    return [
        {"topic": topic, "partition": partition, "next_offset": offset, "lag": lag.get((topic, partition), 0)}
        for (topic, partition), offset in sorted(positions.items())
    ]


async def _sources(
    answers: Answers,
    topics: Sequence[Topic],
    lag: Mapping[TopicPartition, int],
    *,
    tallies: Mapping[Part, Tally],
    silences: Mapping[Feed, Silence],
) -> list[Json]:
    """Show every known source, before its first event too, and every other one that was heard."""
    declared: dict[tuple[str, str], dict[int, int]] = {}
    for each in await answers.completeness():
        declared.setdefault((each["source"], each["topic"]), {})[each["partition"]] = each["until_us"]
    heard = {(each["source"], each["topic"]): each for each in await answers.activity()}
    known = [(source, topic.name) for topic in topics for source in topic.known_sources]
    partitions = {topic.name: topic.partitions for topic in topics}
    found = []
    for source, topic in dict.fromkeys([*known, *sorted(heard), *sorted(declared)]):
        row: Json | None = heard.get((source, topic))
        untils = declared.get((source, topic), {})
        whole = len(untils) == partitions.get(topic, -1)
        found.append(
            {
                "source": source,
                "topic": topic,
                "last_event_at": text_of(row["last_event_us"]) if row else None,
                "last_seen_at": text_of(row["last_seen_us"]) if row else None,
                "events": row["events"] if row else 0,
                "late": row["late"] if row else 0,
                "complete_until": text_of(min(untils.values())) if whole else None,
                "blocked": _blocked(Feed(source, topic), tallies),
                "silence": silence.told() if (silence := silences.get(Feed(source, topic))) else None,
                "lag": sum(count for (name, _), count in lag.items() if name == topic),
            }
        )
    return found


def _blocked(feed: Feed, tallies: Mapping[Part, Tally]) -> list[Json]:
    return [
        tally.blocked.told(part[2])
        for part, tally in sorted(tallies.items(), key=lambda item: item[0])
        if tally.blocked is not None and part[:2] == feed
    ]
