"""Since when a source is silent: it has declared nothing for longer than its topic allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec import Struct

from funds_monitor.domain.facts import DAY_US, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts import Topic
    from contracts.counting import Tally
    from funds_monitor.domain.outcome import Part

NAMED_MAX = 5  # in one sentence; all of them stand in the list of sources


class Feed(NamedTuple):
    """One known source of one topic."""

    source: str
    topic: str


class Silence(Struct, frozen=True):
    """Whether a source keeps its rhythm; one that has never declared in every partition is a case of its own."""

    state: Literal["declaring", "silent", "never"]
    allowed_days: int
    declared_us: int | None = None
    since_us: int | None = None

    def told(self) -> dict[str, str | int | None]:
        """Write it for people."""
        return {
            "state": self.state,
            "since": text_of(self.since_us) if self.since_us is not None else None,
            "declared_at": text_of(self.declared_us) if self.declared_us is not None else None,
            "allowed_days": self.allowed_days,
        }


def silences_of(topics: Sequence[Topic], tallies: Mapping[Part, Tally], *, now_us: int) -> dict[Feed, Silence]:
    """Say of every known source how it keeps its rhythm; the partition that heard from it longest ago counts."""
    return {
        Feed(source, topic.name): _silence(_declared_us(source, topic, tallies), topic.silent_after_days, now_us)
        for topic in topics
        for source in topic.known_sources
    }


def _declared_us(source: str, topic: Topic, tallies: Mapping[Part, Tally]) -> int | None:
    latest = [_heard_us(tallies.get((source, topic.name, partition))) for partition in range(topic.partitions)]
    known = [each for each in latest if each is not None]
    return min(known) if len(known) == topic.partitions else None


def _heard_us(tally: Tally | None) -> int | None:
    """Give when the log got the latest declaration; one that was not taken breaks the silence too."""
    if tally is None:
        return None
    return tally.blocked.at_us if tally.blocked is not None else tally.since_us


def _silence(declared_us: int | None, allowed_days: int, now_us: int) -> Silence:
    if declared_us is None:
        return Silence("never", allowed_days)
    since_us = declared_us + allowed_days * DAY_US
    if now_us <= since_us:
        return Silence("declaring", allowed_days, declared_us)
    return Silence("silent", allowed_days, declared_us, since_us)


def warning_of(silences: Mapping[Feed, Silence]) -> dict[str, str] | None:
    """Say in one sentence of each language which sources are silent; None: none is."""
    silent = [feed for feed, silence in silences.items() if silence.state == "silent"]
    if not silent:
        return None
    named_zh = "、".join(f"{feed.source}（{feed.topic}）" for feed in silent[:NAMED_MAX])
    named_en = ", ".join(f"{feed.source} ({feed.topic})" for feed in silent[:NAMED_MAX])
    is_more = len(silent) > NAMED_MAX
    more_zh, more_en = (f"等 {len(silent)} 项", f" and others, {len(silent)} in all,") if is_more else ("", "")
    return {
        "zh": f"{named_zh}{more_zh}已超过约定时间未申报数据到齐，请与来源部门核实",
        "en": f"{named_en}{more_en} did not declare their data complete in the agreed time; ask the department",
    }
