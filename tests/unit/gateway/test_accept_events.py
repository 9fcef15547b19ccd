"""What is sent, in which order, and what is remembered: whatever breaks in between."""

import asyncio

import pytest
from msgspec import structs

from chassis.errors import Refused, Unavailable
from gateway.domain.moving import withdrawal_id
from gateway.domain.receipts import Identity
from tests.builders.codes import code_of
from tests.builders.events import Desk
from tests.unit.gateway.doubles import Door, read

pytestmark = pytest.mark.anyio
PAYMENTS, RECEIPTS = "finance.payments.v1", "finance.receipts.v1"
HERE, THERE = code_of(1), code_of(2)


async def test_an_event_is_sent_once_and_then_a_duplicate() -> None:
    door, event = Door(), Desk().payment(HERE, "2026-03-02", amount_fen=1)
    assert await door.send(event, event) == ["accepted", "duplicate"]
    assert await door.send(event) == ["duplicate"]
    assert door.log.ids() == [event["id"]]


async def test_one_identity_with_two_contents_in_one_batch_is_a_conflict_and_nothing_is_sent() -> None:
    door, event = Door(), Desk().payment(HERE, "2026-03-02", amount_fen=1)
    with pytest.raises(Refused) as refused:
        await door.send(event, event | {"data": event["data"] | {"amount_fen": 2}})
    assert refused.value.code == "identity_conflict"
    assert [error.get("index") for error in refused.value.errors] == [1]
    assert door.log.sent == []
    assert [each.code for each in door.rejections.kept] == ["identity_conflict"]


async def test_nothing_is_remembered_of_what_was_not_acknowledged() -> None:
    door, event = Door(), Desk().payment(HERE, "2026-03-02", amount_fen=1)
    door.log.tears = lambda _: len(door.log.sent) == 1
    with pytest.raises(Unavailable):
        await door.send(event)
    assert door.receipts.kept == {}
    assert await door.send(event) == ["accepted"], "the same id again: a second copy, known by its identity"
    assert door.log.ids() == [event["id"]] * 2


async def test_an_acknowledged_event_is_accepted_though_its_receipt_cannot_be_written() -> None:
    door = Door()
    door.receipts.is_away = True
    assert await door.send(Desk().payment(HERE, "2026-03-02", amount_fen=1)) == ["accepted"]


async def test_completeness_is_declared_after_the_acknowledgement_of_the_events_beside_it() -> None:
    door, desk = Door(), Desk()
    (declared,) = desk.completed(PAYMENTS, "2026-04-01")
    event = desk.payment(HERE, "2026-03-02", amount_fen=1)
    door.log.breaks = lambda messages: messages[0].event.id == event["id"]
    with pytest.raises(Unavailable):
        await door.send(declared, event)
    assert door.log.sent == [], "what is not acknowledged must not be declared complete"
    door.log.breaks = lambda _: False
    assert await door.send(declared, event) == ["accepted", "accepted"]
    assert door.log.ids() == [event["id"], declared["id"]]
    assert [message.everywhere for message in door.log.sent] == [False, True]


async def test_completeness_waits_for_requests_of_its_source_that_began_before() -> None:
    door, desk = Door(), Desk()
    (declared,) = desk.completed(PAYMENTS, "2026-04-01")
    event = desk.payment(HERE, "2026-03-02", amount_fen=1)
    async with door.leaning_on.turns.take([Identity(event["source"], event["id"])]):
        declaring = asyncio.ensure_future(door.send(declared))
        for _ in range(10):
            await asyncio.sleep(0)
        assert not declaring.done()
        assert door.log.sent == []
    assert await declaring == ["accepted"]


async def test_a_declaration_that_only_some_partitions_are_known_to_hold_is_written_again() -> None:
    door = Door()
    (declared,) = Desk().completed(PAYMENTS, "2026-04-01")
    await door.send(declared)
    identity = Identity(declared["source"], declared["id"])
    door.receipts.kept[identity] = structs.replace(door.receipts.kept[identity], whole=False)
    assert await door.send(declared) == ["accepted"]
    assert len(door.log.sent) == 2


async def test_a_correction_under_another_subject_withdraws_there_even_after_a_crash_between_the_two() -> None:
    door, desk = Door(), Desk()
    wrong = desk.payment(HERE, "2026-03-02", amount_fen=1)
    moved = desk.payment(THERE, "2026-03-02", amount_fen=1, corrects=wrong["id"])
    withdrawal = withdrawal_id(Identity(moved["source"], moved["id"]))
    assert await door.send(wrong, moved) == ["accepted", "accepted"]
    assert door.log.ids() == [wrong["id"], withdrawal, moved["id"]]
    assert door.log.sent[1].event.subject == HERE
    assert door.log.sent[2].event.corrects is None
    del door.receipts.kept[Identity(moved["source"], withdrawal)]
    assert await door.send(moved) == ["duplicate"]
    assert door.log.ids()[3:] == [withdrawal]
    assert await door.send(moved) == ["duplicate"]
    assert len(door.log.sent) == 4
    assert door.receipts.moves[0] == (Identity(wrong["source"], wrong["id"]), moved["id"])


async def test_what_was_moved_is_corrected_through_the_event_that_replaced_it() -> None:
    door, desk = Door(), Desk()
    wrong = desk.payment(HERE, "2026-03-02", amount_fen=1)
    moved = desk.payment(THERE, "2026-03-02", amount_fen=1, corrects=wrong["id"])
    again = desk.payment(THERE, "2026-03-02", amount_fen=2, corrects=wrong["id"])
    right = desk.payment(THERE, "2026-03-02", amount_fen=2, corrects=moved["id"])
    assert await door.send(wrong, moved, again, right, partial=True) == ["accepted", "accepted", "conflict", "accepted"]
    assert door.log.sent[-1].event.corrects == moved["id"]


async def test_a_correction_whose_target_nobody_has_seen_goes_as_it_is_and_stays_a_duplicate() -> None:
    door, desk = Door(), Desk()
    wrong = desk.payment(HERE, "2026-03-02", amount_fen=1)
    early = desk.payment(THERE, "2026-03-02", amount_fen=1, corrects=wrong["id"])
    assert await door.send(early) == ["accepted"]
    assert await door.send(wrong) == ["accepted"]
    assert (await door.send(early))[0] == "duplicate", "its content has not changed, only what we know"


async def test_a_withdrawal_goes_to_the_topic_of_its_target_and_under_its_subject() -> None:
    door, desk = Door(), Desk()
    receipt = desk.receipt(HERE, "2026-03-02", amount_fen=1)
    withdrawn = desk.withdrawn(receipt)
    assert await door.send(receipt, withdrawn, withdrawn | {"subject": THERE, "id": "x"}, partial=True) == [
        "accepted",
        "accepted",
        "invalid",
    ]
    assert [message.topic for message in door.log.sent] == [RECEIPTS, RECEIPTS]
    unseen = desk.withdrawn(desk.receipt(HERE, "2026-03-03", amount_fen=1))
    assert await door.send(unseen) == ["accepted"], "it may come first"
    of_withdrawal = unseen | {"id": "y", "data": {"event_id": withdrawn["id"], "reason": ""}}
    assert await door.send(of_withdrawal, partial=True) == ["withdrawal_uncorrectable"]


def test_the_way_of_an_event_keeps_its_content() -> None:
    event = Desk().payment(HERE, "2026-03-02", amount_fen=1)
    assert read(event).content_hash == read(dict(reversed(list(event.items())))).content_hash
