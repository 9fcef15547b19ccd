"""`quiet` is honest: one record, one message, one organization left anywhere, and it is not."""

from collections.abc import Mapping
from typing import Any

import pytest

from contracts import TOPICS
from contracts.counting import Blocked
from funds_monitor.domain.outcome import Part
from funds_monitor.usecases.answer_status import answer_status
from funds_monitor.usecases.open_desk import Desk
from funds_monitor.usecases.ports import Json, ShardState, TopicPartition
from funds_monitor.usecases.take_shard import HeldShard
from tests.unit.monitor_shell.toy_engine import ToyEngine

pytestmark = pytest.mark.anyio
PLACE = ("finance.payments.v1", 3)


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

    async def completeness(self) -> list[Json]:
        said = {"source": "/finance/treasury", "topic": PLACE[0], "until_us": 1_000_000}
        return [said | {"partition": number} for number in range(self._declared)]

    async def blocked(self) -> dict[Part, Blocked]:
        return {}

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
