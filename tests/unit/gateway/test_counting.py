"""What a source states over HTTP is compared with what was counted, and each partition gets its share."""

import asyncio

import pytest
from msgspec import structs

from chassis.errors import Refused, Unavailable
from contracts import SourceCompleted, partition_of
from gateway.domain.receipts import Identity
from tests.builders.codes import code_of
from tests.builders.events import Desk
from tests.builders.records import PARTITIONS, Json
from tests.unit.gateway.doubles import Door

pytestmark = pytest.mark.anyio
PAYMENTS, RECEIPTS = "finance.payments.v1", "finance.receipts.v1"
CODES = [code_of(number) for number in range(1, 9)]


def paid(desk: Desk, *amounts_fen: int) -> list[Json]:
    """Tell payments of several organizations, so that they meet in several partitions."""
    return [desk.payment(code, "2026-03-02", amount_fen=fen) for code, fen in zip(CODES, amounts_fen, strict=False)]


def declared(desk: Desk, count: int | None = None, fen: int | None = None, *, topic: str = PAYMENTS) -> Json:
    (event,) = desk.completed(topic, "2026-04-01")
    stated = {"event_count": count, "amount_fen": fen}
    return event | {"data": event["data"] | {name: value for name, value in stated.items() if value is not None}}


def shares(door: Door) -> list[tuple[int | None, int | None]]:
    """Give what the copies of the last declaration say."""
    return [(share.event_count, share.amount_fen) for share in door.log.sent[-1].shares]


async def refusal(door: Door, *events: Json) -> Refused:
    with pytest.raises(Refused) as refused:
        await door.send(*events)
    return refused.value


async def test_right_numbers_are_written_to_each_partition_as_its_own_share() -> None:
    door, desk = Door(), Desk()
    await door.send(*paid(desk, 10, 20, 30, 40, 50))
    assert await door.send(declared(desk, 5, 150)) == ["accepted"]
    wanted = [[0, 0] for _ in range(PARTITIONS)]
    for code, fen in zip(CODES, (10, 20, 30, 40, 50), strict=False):
        wanted[partition_of(code, PARTITIONS)][0] += 1
        wanted[partition_of(code, PARTITIONS)][1] += fen
    assert shares(door) == [tuple(each) for each in wanted]
    assert len({tuple(each) for each in wanted}) > 1, "else it would not matter whose numbers a partition gets"


async def test_what_is_not_stated_is_not_written_either() -> None:
    door, desk = Door(), Desk()
    await door.send(*paid(desk, 10))
    assert await door.send(declared(desk, 1)) == ["accepted"]
    assert {amount for _, amount in shares(door)} == {None}
    assert await door.send(declared(desk)) == ["accepted"]
    assert shares(door) == [], "without numbers it is one and the same everywhere"


async def test_other_numbers_are_refused_and_told_with_both_and_since_when() -> None:
    door, desk = Door(), Desk()
    await door.send(*paid(desk, 10, 20), declared(desk, 2, 30))
    await door.send(*paid(desk, 5, 5, 5))
    before = len(door.log.sent)
    refused = await refusal(door, declared(desk, 4, 15))
    assert (refused.code, refused.pointer) == ("count_mismatch", "/data/event_count")
    assert "event_count: stated 4, counted 3" in refused.detail
    assert "amount_fen: stated 15, counted 15" in refused.detail
    assert "since the declaration of 2026-06-01T00:00:00" in refused.detail
    assert len(door.log.sent) == before
    assert [each.code for each in door.rejections.kept] == ["count_mismatch"]
    (noted,) = door.reckoning.noted
    assert (noted.claim, noted.blocked.stated_events, noted.blocked.events) == (("/finance/treasury", PAYMENTS), 4, 3)
    assert await door.send(declared(desk, 3, 15)) == ["accepted"]


async def test_a_wrong_sum_alone_is_refused_too_and_says_where() -> None:
    door, desk = Door(), Desk()
    await door.send(*paid(desk, 10, 20))
    refused = await refusal(door, declared(desk, 2, 31))
    assert refused.pointer == "/data/amount_fen"
    assert "since the source's first event" in refused.detail


async def test_the_events_beside_a_declaration_count_and_go_first_or_not_at_all() -> None:
    door, desk = Door(), Desk()
    events = paid(desk, 10, 20)
    await refusal(door, declared(desk, 1), *events)
    assert door.log.sent == []
    assert await door.send(declared(desk, 2, 30), *events) == ["accepted"] * 3
    assert door.log.sent[-1].everywhere


async def test_with_partial_the_events_beside_a_wrong_declaration_are_taken() -> None:
    door, desk = Door(), Desk()
    wrong = declared(desk, 7)
    told = await door.send(wrong, *paid(desk, 10), wrong, partial=True)
    assert told == ["count_mismatch", "accepted", "count_mismatch"]
    assert [message.everywhere for message in door.log.sent] == [False]


async def test_repeated_events_and_withdrawals_do_not_count_and_corrections_do() -> None:
    door, desk = Door(), Desk()
    first, second = paid(desk, 10, 20)
    corrected = desk.payment(CODES[0], "2026-03-02", amount_fen=11, corrects=first["id"])
    moved = desk.payment(CODES[5], "2026-03-02", amount_fen=20, corrects=second["id"])
    await door.send(first, second, first, corrected, desk.withdrawn(corrected), moved)
    await door.send(first)
    assert await door.send(declared(desk, 4, 61)) == ["accepted"], "two payments, their two corrections, nothing else"


async def test_another_topic_and_another_source_have_their_own_numbers() -> None:
    door, desk = Door(), Desk()
    other = paid(desk, 70)[0] | {"source": "/finance/branch"}
    await door.send(*paid(desk, 10), other, desk.receipt(CODES[0], "2026-03-02", amount_fen=5))
    assert await door.send(declared(desk, 1, 10), declared(desk, 1, 5, topic=RECEIPTS)) == ["accepted"] * 2
    elsewhere = declared(desk, 1, 70) | {"source": "/finance/branch"}
    assert await door.send(elsewhere) == ["accepted"]


async def test_a_second_declaration_of_one_request_begins_where_the_first_ends() -> None:
    door, desk = Door(), Desk()
    await door.send(*paid(desk, 10))
    assert await door.send(declared(desk, 1), declared(desk, 0)) == ["accepted"] * 2
    assert await door.send(declared(desk), declared(desk, 0)) == ["accepted"] * 2


async def test_a_declaration_that_only_some_partitions_hold_is_written_again_with_the_numbers_of_then() -> None:
    door, desk = Door(), Desk()
    await door.send(*paid(desk, 10, 20, 30, 40, 50))
    said = declared(desk, 5, 150)
    await door.send(said)
    whole = door.log.sent.pop()
    identity = Identity(said["source"], said["id"])
    door.receipts.kept[identity] = structs.replace(door.receipts.kept[identity], whole=False)
    # The broker got one partition's copy before it went away.
    torn = structs.replace(whole.event, data=whole.shares[whole.partition])
    door.log.sent.append(structs.replace(whole, event=torn, everywhere=False, shares=()))
    assert await door.send(said) == ["accepted"]
    assert door.log.sent[-1].shares == whole.shares


async def test_the_same_declaration_again_is_a_duplicate() -> None:
    door, desk = Door(), Desk()
    await door.send(*paid(desk, 10))
    said = declared(desk, 1, 10)
    assert await door.send(said) == ["accepted"]
    await door.send(*paid(desk, 99))
    assert await door.send(said) == ["duplicate"]


async def test_while_numbers_are_compared_nobody_else_sends_for_that_source() -> None:
    door, desk = Door(), Desk()
    first, second = paid(desk, 10, 20)
    async with door.leaning_on.turns.take([Identity(first["source"], first["id"])]):
        declaring = asyncio.ensure_future(door.send(declared(desk, 0)))
        await asyncio.sleep(0)
        later = asyncio.ensure_future(door.send(second))
        elsewhere = asyncio.ensure_future(door.send(second | {"source": "/finance/branch"}))
        for _ in range(10):
            await asyncio.sleep(0)
        assert (declaring.done(), later.done(), elsewhere.done()) == (False, False, True)
    assert (await declaring, await later) == (["accepted"], ["accepted"])
    assert [message.event.data.__class__ for message in door.log.sent][1:] == [
        SourceCompleted,
        door.log.sent[0].event.data.__class__,
    ]


async def test_what_cannot_be_counted_now_is_neither_taken_nor_refused() -> None:
    class Behind:
        async def load(self, claims: object) -> None:
            del claims
            raise Unavailable("behind")

    door, desk = Door(), Desk()
    door.leaning_on = structs.replace(door.leaning_on, reckoning=Behind())
    with pytest.raises(Unavailable):
        await door.send(*paid(desk, 10), declared(desk, 1))
    assert door.log.sent == []
    assert await door.send(declared(desk)) == ["accepted"], "who states nothing is not asked"
