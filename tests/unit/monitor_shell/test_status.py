"""`quiet` is honest: one record, one message, one organization left anywhere, and it is not."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.clock import FixedClock
from contracts import TOPICS, to_us
from contracts.counting import Blocked, Tally
from funds_monitor.domain.outcome import Part
from funds_monitor.usecases.answer_status import answer_status
from funds_monitor.usecases.open_desk import Desk
from funds_monitor.usecases.ports import Json, ShardState, TopicPartition
from funds_monitor.usecases.take_shard import HeldShard
from tests.unit.monitor_shell.toy_engine import ToyEngine

pytestmark = pytest.mark.anyio
PLACE = ("finance.payments.v1", 3)
NOW = datetime(2026, 6, 1, tzinfo=UTC)


class Reading:
    """A consumer or reader that stands somewhere."""

    def __init__(self, *, lag: int = 0, ready: bool = True) -> None:
        self._lag, self._ready = lag, ready

    def ready(self) -> bool:
        return self._ready

    def positions(self) -> Mapping[TopicPartition, int]:
        return {PLACE: 7}

    def lag(self) -> Mapping[TopicPartition, int]:
        return {PLACE: self._lag}


class NothingYet:
    """Answers of a database in which nothing is."""

    def __init__(self, *, settling: int = 0, declared: int = 0, told: int = 0) -> None:
        self._settling, self._declared, self._told = settling, declared, told
        self.tally: dict[Part, Tally] = {}

    async def completeness(self) -> list[Json]:
        said = {"source": "/finance/treasury", "topic": PLACE[0], "until_us": 1_000_000}
        return [said | {"partition": number} for number in range(self._declared)]

    async def tallies(self) -> dict[Part, Tally]:
        return self.tally

    async def activity(self) -> list[Json]:
        return []

    async def counts(self) -> Json:
        return {"settling": self._settling, "parked": 0, "links_told": self._told}


def desk_with(*, settling: str | None = None, read: int = 0) -> Desk:
    desk = Desk(assemble=lambda number, _rules, _book, completeness: ToyEngine(number, completeness))
    state = ShardState(epoch=1, offsets={}, reference_offsets={}, settling=settling, parked=0)
    desk.held[3] = HeldShard(3, state, build=desk.build, facts_max=10)
    desk.log.start({("civil-affairs.people.v1", 0): read})
    return desk


async def ask(
    *,
    desk: Desk | None = None,
    answers: Any = None,
    consumer: Reading | None = None,
    reader: Reading | None = None,
    left: int = 0,
    clock: FixedClock | None = None,
) -> Json:
    async def backlog() -> int:
        return left

    return await answer_status(
        desk=desk or desk_with(),
        answers=answers or NothingYet(),
        consumer=consumer or Reading(),
        reader=reader or Reading(),
        backlog=backlog,
        topics=TOPICS.all,
        clock=clock or FixedClock(NOW),
    )


async def test_it_is_quiet_when_nothing_is_left() -> None:
    assert (await ask())["quiet"] is True


@pytest.mark.parametrize(
    "left",
    [
        {"consumer": Reading(lag=1)},
        {"consumer": Reading(ready=False)},
        {"reader": Reading(lag=1)},
        {"reader": Reading(ready=False)},
        {"left": 1},
        {"answers": NothingYet(settling=1)},
        {"answers": NothingYet(told=1)},
        {"desk": desk_with(settling="")},
        {"desk": desk_with(read=1)},
    ],
)
async def test_it_is_not_quiet_while_something_is_left(left: dict[str, Any]) -> None:
    assert (await ask(**left))["quiet"] is False


async def test_a_source_is_complete_as_far_as_its_slowest_partition_once_all_have_spoken() -> None:
    async def complete_until(declared: int) -> str | None:
        sources = (await ask(answers=NothingYet(declared=declared)))["sources"]
        found = next(each for each in sources if each["topic"] == PLACE[0])
        return str(found["complete_until"]) if found["complete_until"] else None

    assert await complete_until(5) is None
    assert await complete_until(6) == "1970-01-01T00:00:01Z"


def declared_by_treasury(*past_days: float, blocked: Blocked | None = None) -> NothingYet:
    """Answers of a database in which the treasury declared its payments, partition by partition."""
    answers = NothingYet()
    for partition, days in enumerate(past_days):
        since_us = to_us(NOW - timedelta(days=days))
        answers.tally["/finance/treasury", PLACE[0], partition] = Tally(since_us=since_us)
    if blocked is not None:
        answers.tally["/finance/treasury", PLACE[0], 5].blocked = blocked
    return answers


async def row_of_treasury(answers: NothingYet, clock: FixedClock | None = None) -> Json:
    said = await ask(answers=answers, clock=clock)
    (row,) = [row for row in said["sources"] if (row["source"], row["topic"]) == ("/finance/treasury", PLACE[0])]
    return row | {"warning": said["warning"]}


async def test_a_source_is_silent_when_the_clock_passes_what_its_topic_allows() -> None:
    clock, answers = FixedClock(NOW), declared_by_treasury(1, 1, 1, 3, 1, 1)
    row = await row_of_treasury(answers, clock)
    assert row["silence"]["state"] == "declaring"
    assert row["warning"] is None
    clock.advance(timedelta(days=7))
    assert (await row_of_treasury(answers, clock))["silence"]["state"] == "declaring", "ten days are allowed"
    clock.advance(timedelta(microseconds=1))
    row = await row_of_treasury(answers, clock)
    assert row["silence"] == {
        "state": "silent",
        "since": "2026-06-08T00:00:00Z",
        "declared_at": "2026-05-29T00:00:00Z",
        "allowed_days": 10,
    }
    assert "/finance/treasury（finance.payments.v1）" in row["warning"]["zh"]


async def test_a_source_that_never_declared_in_every_partition_is_a_case_of_its_own() -> None:
    for days in ((), (90,) * 5):
        row = await row_of_treasury(declared_by_treasury(*days))
        assert (row["silence"]["state"], row["silence"]["since"]) == ("never", None)
        assert row["warning"] is None


async def test_a_declaration_that_was_not_taken_is_shown_and_breaks_the_silence() -> None:
    wrong = Blocked("d-9", 4, None, 3, 100, None, to_us(NOW))
    row = await row_of_treasury(declared_by_treasury(2, 2, 2, 2, 2, 90, blocked=wrong))
    assert row["silence"]["state"] == "declaring"
    assert row["blocked"] == [
        {
            "partition": 5,
            "id": "d-9",
            "stated": {"event_count": 4, "amount_fen": None},
            "counted": {"event_count": 3, "amount_fen": 100},
            "since": None,
            "at": "2026-06-01T00:00:00Z",
        }
    ]
