"""A silence is told once when it begins and once when it is over, and measured all the time."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from chassis.clock import FixedClock
from contracts import TOPICS, to_us
from contracts.counting import Tally
from funds_monitor.domain.outcome import Part
from funds_monitor.domain.rhythm import Feed, silences_of, warning_of
from funds_monitor.inbound import watching
from funds_monitor.inbound.watching import SourceWatch
from funds_monitor.usecases.watch_sources import Watched, watch_sources

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 6, 1, tzinfo=UTC)
TREASURY = Feed("/finance/treasury", "finance.payments.v1")


class Told:
    """A store in which one source declared."""

    def __init__(self) -> None:
        self.kept: dict[Part, Tally] = {}

    def declares(self, at: datetime, feed: Feed = TREASURY) -> None:
        for partition in range(TOPICS.by_name[feed.topic].partitions):
            self.kept[*feed, partition] = Tally(since_us=to_us(at))

    async def tallies(self) -> dict[Part, Tally]:
        return self.kept


async def test_what_changes_between_two_looks_is_told_and_nothing_else() -> None:
    clock, told = FixedClock(NOW), Told()
    answers: Any = told
    told.declares(NOW)
    look = partial(watch_sources, answers=answers, topics=TOPICS.all, clock=clock)
    seen = await look({})
    assert (seen.fell_silent, seen.spoke_again) == ([], [])
    clock.advance(timedelta(days=11))
    seen = await look(seen.silences)
    assert (seen.fell_silent, seen.spoke_again) == ([TREASURY], [])
    seen = await look(seen.silences)
    assert (seen.fell_silent, seen.spoke_again) == ([], [])
    told.declares(clock.now())
    seen = await look(seen.silences)
    assert (seen.fell_silent, seen.spoke_again) == ([], [TREASURY])


class Gauge:
    """What was measured last."""

    def __init__(self) -> None:
        self.last: dict[tuple[str, ...], float] = {}

    def set(self, value: float, attributes: dict[str, str] | None = None) -> None:
        self.last[tuple((attributes or {}).values())] = value


async def test_it_is_measured_how_long_each_source_is_silent_and_how_many_never_spoke(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    silent, never = Gauge(), Gauge()
    monkeypatch.setattr(watching, "_silent", silent)
    monkeypatch.setattr(watching, "_never", never)
    clock, told = FixedClock(NOW), Told()
    answers: Any = told
    told.declares(NOW - timedelta(days=11))
    watch = SourceWatch(partial(watch_sources, answers=answers, topics=TOPICS.all, clock=clock), clock=clock)
    await watch.look()
    feeds = sum(len(topic.known_sources) for topic in TOPICS.all)
    assert len(silent.last) == feeds
    assert {feed: beyond_s for feed, beyond_s in silent.last.items() if beyond_s} == {tuple(TREASURY): 86_400.0}
    assert never.last == {(): feeds - 1}


async def test_the_log_says_it_once_and_says_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    clock, told = FixedClock(NOW), Told()
    answers: Any = told
    told.declares(NOW - timedelta(days=11))
    watch = SourceWatch(partial(watch_sources, answers=answers, topics=TOPICS.all, clock=clock), clock=clock)
    await watch.look()
    await watch.look()
    assert [record.levelname for record in caplog.records if "a source is silent" in record.getMessage()] == ["WARNING"]
    told.declares(NOW)
    await watch.look()
    await watch.look()
    assert caplog.text.count("a source is silent") == 1
    assert caplog.text.count("a source speaks again") == 1


async def test_it_looks_until_it_is_stopped_and_finishes_the_look_in_flight() -> None:
    began, goes_on, looks = asyncio.Event(), asyncio.Event(), []

    async def look(_before: object) -> Watched:
        looks.append("began")
        began.set()
        await goes_on.wait()
        looks.append("ended")
        return Watched({})

    watch = SourceWatch(look, clock=FixedClock(NOW))
    await watch.stop()  # nothing runs: nothing is waited for
    watch = SourceWatch(look, clock=FixedClock(NOW))
    running = asyncio.ensure_future(watch.run())
    await began.wait()
    stopping = asyncio.ensure_future(watch.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    goes_on.set()
    await asyncio.gather(running, stopping)
    assert looks == ["began", "ended"]


def test_a_topic_may_allow_more_than_the_others() -> None:
    told = Told()
    for feed in (TREASURY, Feed("/tax/bureau", "tax.filings.v1")):
        told.declares(NOW - timedelta(days=44), feed)
    silences = silences_of(TOPICS.all, told.kept, now_us=to_us(NOW))
    assert silences[TREASURY].state == "silent"
    assert silences[Feed("/tax/bureau", "tax.filings.v1")].state == "declaring"


def test_the_warning_names_some_and_counts_all() -> None:
    told = Told()
    for topic in TOPICS.all:
        for source in topic.known_sources:
            told.declares(NOW - timedelta(days=60), Feed(source, topic.name))
    silences = silences_of(TOPICS.all, told.kept, now_us=to_us(NOW))
    warning = warning_of(silences)
    assert warning is not None
    assert warning["zh"].count("（") == warning["en"].count("(") == 5
    assert f"等 {len(silences)} 项" in warning["zh"]
    assert f"{len(silences)} in all" in warning["en"]
