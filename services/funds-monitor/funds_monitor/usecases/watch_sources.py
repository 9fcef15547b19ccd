"""Notice which known sources fall silent, and which speak again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from chassis.clock import Clock
from contracts import Topic
from funds_monitor.domain.rhythm import Feed, Silence, silences_of
from funds_monitor.usecases.ports import Answers


class Watched(Struct, frozen=True):
    """How all known sources keep their rhythm, and what has changed since the look before."""

    silences: dict[Feed, Silence]
    fell_silent: list[Feed] = field(default_factory=list)
    spoke_again: list[Feed] = field(default_factory=list)


async def watch_sources(
    before: Mapping[Feed, Silence], *, answers: Answers, topics: Sequence[Topic], clock: Clock
) -> Watched:
    """Look once; each silence is told when it begins and when it is over, and not in between.

    Raises: Unavailable.
    """
    now = silences_of(topics, await answers.tallies(), now_us=clock.now_us())
    was = {feed for feed, silence in before.items() if silence.state == "silent"}
    silent = {feed for feed, silence in now.items() if silence.state == "silent"}
    return Watched(now, sorted(silent - was), sorted(was - silent))
