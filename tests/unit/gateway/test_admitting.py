"""Whose an identity is, and what becomes of refused records."""

import json

from msgspec import structs

from contracts import Record, Refusal, admit, partition_of
from gateway.domain.admitting import Turned, settle_identities, sort_records
from gateway.domain.counting import Books, count_arrivals
from gateway.domain.dead_letters import dead_letter, rejection_of
from gateway.domain.receipts import Place, Receipt, receipt_of
from gateway.outbound.receipts import RecordedPlaces
from tests.builders.codes import code_of
from tests.builders.events import Desk
from tests.builders.records import PARTITIONS, Json, records_of

HERE = code_of(1)


def a_payment(amount_fen: int = 1) -> Json:
    return Desk().payment(HERE, "2026-03-02", amount_fen=amount_fen)


def receipt_at(event: Json, offset: int, *, partition: int | None = None) -> Receipt:
    """Give the receipt that the HTTP door wrote of an event."""
    (record,) = records_of([event])
    admitted = admit(record)
    assert not isinstance(admitted, Refusal)
    return receipt_of(admitted, Place(record.topic, record.partition if partition is None else partition, offset))


def test_the_first_content_in_the_log_stands() -> None:
    arrivals = sort_records(records_of([a_payment(1), a_payment(1), a_payment(2)]), admit)
    settled = settle_identities(arrivals.arrived, {})
    assert [receipt.offset for receipt in settled.fresh] == [0]
    assert [turned.record.offset for turned in settled.conflicts] == [2]
    assert [turned.refusal.code for turned in settled.conflicts] == ["identity_conflict"]


def test_a_record_before_the_one_that_the_door_has_a_receipt_for_takes_its_place() -> None:
    arrivals = sort_records(records_of([a_payment(1), a_payment(2)]), admit)
    door = receipt_at(a_payment(2), 1)
    settled = settle_identities(arrivals.arrived, {door.identity: door})
    assert [receipt.offset for receipt in settled.replaced] == [0]
    assert [turned.record.offset for turned in settled.conflicts] == [1]


def test_between_partitions_the_first_recorded_stands() -> None:
    arrivals = sort_records(records_of([a_payment(1)]), admit)
    other = receipt_at(a_payment(2), 9, partition=(arrivals.arrived[0].record.partition + 1) % 6)
    settled = settle_identities(arrivals.arrived, {other.identity: other})
    assert (settled.fresh, settled.replaced, len(settled.conflicts)) == ([], [], 1)


def test_a_receipt_without_a_place_learns_it() -> None:
    arrivals = sort_records(records_of([a_payment()]), admit)
    placeless = structs.replace(receipt_at(a_payment(), -1), moved_to="m")
    (learned,) = settle_identities(arrivals.arrived, {placeless.identity: placeless}).replaced
    assert (learned.offset, learned.moved_to) == (0, "m")


def test_a_declaration_read_from_the_log_is_not_known_to_be_everywhere() -> None:
    arrivals = sort_records(records_of(Desk().completed("finance.payments.v1", "2026-04-01")), admit)
    settled = settle_identities(arrivals.arrived, {})
    assert [receipt.whole for receipt in settled.fresh] == [False]
    assert settled.conflicts == []


def test_a_batch_tells_what_each_source_sent_last() -> None:
    desk = Desk()
    events = [desk.payment(HERE, day, amount_fen=1) for day in ("2026-03-02", "2026-03-05", "2026-03-01")]
    arrivals = sort_records(records_of(events), admit)
    (heard,) = arrivals.heard
    assert (heard.source, heard.events) == ("/finance/treasury", 3)
    assert heard.last_event_us == arrivals.arrived[1].event.time_us
    assert list(arrivals.next_offsets.values()) == [3]


def refused(record: Record) -> Turned:
    (turned,) = sort_records([record], admit).turned
    return turned


def test_a_dead_letter_is_a_copy_with_the_reason() -> None:
    (record,) = records_of([a_payment(-1)])
    letter = dead_letter(refused(record), "finance.payments.v1.dead")
    headers = dict(letter.headers)
    assert (letter.value, letter.key) == (record.value, record.key)
    assert (headers["dead-code"], headers["dead-pointer"]) == (b"invalid", b"/data/amount_fen")
    assert headers["dead-offset"] == b"0"
    assert headers["content-type"].startswith(b"application/cloudevents+json")


def test_a_dead_letter_keeps_no_raw_number_wherever_it_stands() -> None:
    event = a_payment()
    event["data"]["own_account"] = "6222021001122334455"
    (record,) = records_of([event])
    letter = dead_letter(refused(record), "d")
    assert (letter.value, letter.key) == (b"", None)
    in_key = structs.replace(records_of([a_payment(-1)])[0], key=b"6222021001122334455")
    assert dead_letter(refused(in_key), "d").key is None
    in_header = structs.replace(records_of([a_payment(-1)])[0], headers=(("x", b"330326199001011234"),))
    assert b"330326199001011234" not in str(dead_letter(refused(in_header), "d")).encode()
    rejection = rejection_of(refused(record), "finance")
    assert "6222021001122334455" not in json.dumps(structs.asdict(rejection), default=str)
    assert rejection.content_hash is not None


def test_what_is_larger_than_an_event_is_not_copied() -> None:
    record = structs.replace(records_of([a_payment()])[0], value=b"x" * 300_000)
    letter = dead_letter(refused(record), "d")
    assert (letter.value, dict(letter.headers)["dead-code"]) == (b"", b"too_large")


def counted_from(records: list[Record]) -> tuple[Books, list[Turned]]:
    """Count records as admission does, one batch."""
    arrivals = sort_records(records, admit)
    settled = settle_identities(arrivals.arrived, {})
    return count_arrivals(arrivals.arrived, settled.repeated, Books()), settled.conflicts


def numbered(declared: Json, partition: int, *, count: int, fen: int) -> Json:
    stated = {"event_count": count, "amount_fen": fen}
    return declared | {"_partition": partition, "data": declared["data"] | stated}


def test_a_declaration_has_other_numbers_in_each_partition_and_is_no_conflict() -> None:
    desk, place = Desk(), partition_of(HERE, PARTITIONS)
    event = desk.payment(HERE, "2026-03-02", amount_fen=7)
    (declared,) = desk.completed("finance.payments.v1", "2026-04-01")
    copies = [numbered(declared, at, count=int(at == place), fen=7 * (at == place)) for at in range(PARTITIONS)]
    books, conflicts = counted_from(records_of([event, event, *copies, copies[place]]))
    assert conflicts == []
    assert {copy.partition: numbers.taken for copy, numbers in books.copies.items()} == dict.fromkeys(range(6), True)
    assert {tally.events for tally in books.tallies.values()} == {0}


def test_other_numbers_in_the_log_block_a_declaration_and_counting_goes_on() -> None:
    desk, place = Desk(), partition_of(HERE, PARTITIONS)
    event, later = (desk.payment(HERE, "2026-03-02", amount_fen=7) for _ in range(2))
    first, second = (desk.completed("finance.payments.v1", "2026-04-01")[0] for _ in range(2))
    wrong, right = numbered(first, place, count=2, fen=7), numbered(second, place, count=2, fen=14)
    books, _ = counted_from(records_of([event, wrong]))
    (tally,) = books.tallies.values()
    assert (tally.events, tally.amount_fen) == (1, 7)
    assert tally.blocked is not None
    assert (tally.blocked.stated_events, tally.blocked.events) == (2, 1)
    books, _ = counted_from(records_of([event, wrong, later, right]))
    assert [numbers.taken for numbers in books.copies.values()] == [False, True]


def test_an_identity_counts_where_it_stands_first_though_the_door_has_the_receipt_of_a_later_copy() -> None:
    event = a_payment()
    arrivals = sort_records(records_of([event, event]), admit)
    door = receipt_at(event, 1)
    settled = settle_identities(arrivals.arrived, {door.identity: door})
    assert [receipt.offset for receipt in settled.replaced] == [0]
    assert {place.offset for place in settled.repeated} == {1}


def test_a_record_whose_receipt_the_door_wrote_counts_once() -> None:
    event = a_payment()
    arrivals = sort_records(records_of([event, event]), admit)
    door = receipt_at(event, 0)
    settled = settle_identities(arrivals.arrived, {door.identity: door})
    assert {place.offset for place in settled.repeated} == {1}


def test_a_receipt_that_admission_may_have_replaced_meanwhile_is_looked_up_again() -> None:
    recorded, receipt = RecordedPlaces(), receipt_at(a_payment(), 9)
    before = recorded.forgotten
    recorded.forget_all()  # between the commit of the receipt and its note
    recorded.note([receipt], since=before)
    assert not recorded.take(receipt.place, receipt.content_hash)
    recorded.note([receipt], since=recorded.forgotten)
    assert recorded.take(receipt.place, receipt.content_hash)
