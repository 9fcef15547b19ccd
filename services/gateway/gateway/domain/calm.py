"""Whether everything that was accepted has been worked off: never said on a guess.

What a consumer thinks about its own lag may be old. So positions are held against the ends of the log as the broker
tells them, asked before and after: only if nothing was written in between and every stage stood at the end both times,
with nothing left to say in any outbox, it is quiet.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, field

from contracts import Topics

TopicPartition = tuple[str, int]
Offsets = Mapping[TopicPartition, int]


class Stage(Struct, frozen=True):
    """One reader of topics as it is now."""

    name: str
    ready: bool
    positions: Offsets = field(default_factory=dict)
    reference: Offsets = field(default_factory=dict)  # a second reader of the same process
    outbox_backlog: int = 0
    busy: bool = False  # has work of its own besides what lies in topics


class Look(Struct, frozen=True):
    """Every stage once, between two looks at the log."""

    ends: Offsets
    stages: list[Stage]


def stage_of(name: str, said: Mapping[str, Any] | None, *, ready: bool) -> Stage:
    """Read what a service says about itself; one that says nothing is not ready."""
    if said is None:
        return Stage(name, ready=False)
    return Stage(
        name,
        ready=ready and bool(said.get("ready")),
        positions=_offsets(said.get("partitions")),
        reference=_offsets((said.get("reference") or {}).get("partitions")),
        outbox_backlog=int(said.get("outbox_backlog") or 0),
        busy=said.get("quiet") is False,
    )


class Warned(Struct, frozen=True):
    """What a service warns of: it works, but somebody has to do something, in words for people."""

    service: str
    zh: str
    en: str


def warning_of(service: str, said: Mapping[str, Any] | None) -> Warned | None:
    """Give what a service warns of, if it does."""
    warning = said.get("warning") if said else None
    return Warned(service, str(warning["zh"]), str(warning["en"])) if warning else None


def heard_by(topics: Topics) -> dict[str, set[str]]:
    """Name the topics that each stage must have read to its end."""
    events = {topic.name for topic in topics.all if topic.owner in topics.departments}
    return {
        "registry": {topic.name for topic in topics.owned_by("civil-affairs")},
        "funds-monitor": events,
        "gateway-admission": events,
        "gateway-views": {"monitor.alerts.v1"},
    }


def is_quiet(first: Look, second: Look, *, must_read: Mapping[str, set[str]]) -> bool:
    """Say whether nothing waits anywhere."""
    return first.ends == second.ends and all(is_calm(look, must_read=must_read) for look in (first, second))


def is_calm(look: Look, *, must_read: Mapping[str, set[str]]) -> bool:
    """Say whether every stage stands at the end of all that it reads, with nothing left to do or to say."""
    stages = {stage.name: stage for stage in look.stages}
    if any(not stage.ready or stage.busy or stage.outbox_backlog for stage in look.stages):
        return False
    if any(_is_behind(stage.positions, look.ends) or _is_behind(stage.reference, look.ends) for stage in look.stages):
        return False
    return all(
        place in stages[name].positions
        for name, topics in must_read.items()
        if name in stages
        for place in look.ends
        if place[0] in topics
    )


def lag_of_topics(look: Look) -> dict[str, int]:
    """Count, per topic, the records that the slowest of its readers has still to read."""
    behind: dict[TopicPartition, int] = {}
    for positions in _positions(look.stages):
        for place, position in positions.items():
            missing = look.ends.get(place, position) - position
            behind[place] = max(behind.get(place, 0), missing)
    lags: dict[str, int] = {}
    for (topic, _), count in behind.items():
        lags[topic] = lags.get(topic, 0) + count
    return lags


def _positions(stages: Iterable[Stage]) -> Iterable[Offsets]:
    for stage in stages:
        yield stage.positions
        yield stage.reference


def _is_behind(positions: Offsets, ends: Offsets) -> bool:
    return any(position < ends.get(place, 0) for place, position in positions.items())


def _offsets(rows: Any) -> dict[TopicPartition, int]:
    return {(row["topic"], row["partition"]): row["next_offset"] for row in rows or ()}
