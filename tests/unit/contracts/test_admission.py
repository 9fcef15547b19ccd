"""The Kafka door: what is let in, what is not, and why."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import EVENT_BYTES_MAX, Event, Refusal, admit, partition_of, to_us
from contracts.finance import PaymentSettled
from tests.unit.contracts.payments import ACCOUNT, APPENDED_US, CODE, a_payment, a_record, an_event


def _admitted(event: Any, **changes: Any) -> Event:
    answer = admit(a_record(event, **changes))
    assert isinstance(answer, Event), answer
    return answer


def _refused(event: Any, **changes: Any) -> tuple[str, str]:
    answer = admit(a_record(event, **changes))
    assert isinstance(answer, Refusal), answer
    return answer.code, answer.pointer


def _payment(**changes: Any) -> PaymentSettled:
    data = _admitted(an_event(a_payment(**changes))).data
    assert isinstance(data, PaymentSettled)
    return data


def test_a_payment_is_read_with_its_types() -> None:
    event = _admitted(an_event())
    assert isinstance(event.data, PaymentSettled)
    assert (event.data.amount_fen, event.data.booked_on.isoformat()) == (1_234_500, "2024-03-01")
    assert (event.department, event.subject, event.quarantined) == ("finance", CODE, False)


def test_members_that_nobody_knows_are_passed_over() -> None:
    assert _payment(colour="red") == _payment()


def test_an_open_enumeration_takes_any_value() -> None:
    assert _payment(earmark="something_new").earmark == "something_new"


def test_time_is_cut_to_microseconds_never_rounded() -> None:
    event = _admitted(an_event(time="2024-03-01T01:30:00.9999999Z"))
    assert event.time_us % 1_000_000 == 999_999


@pytest.mark.parametrize(
    "time",
    [
        "2024-03-01T01:30:00z",
        "2024-03-01t09:30:00+08:00",
        "2024-02-29T20:00:00.000000000-05:30",
        "2024-03-01T01:30:00-00:00",
    ],
)
def test_every_form_of_the_standard_is_the_same_moment(time: str) -> None:
    assert _admitted(an_event(time=time)).time_us == _admitted(an_event()).time_us


@given(
    st.datetimes(datetime.fromisoformat("1901-01-01"), datetime.fromisoformat("2024-02-28")),
    st.integers(-23 * 60, 23 * 60),
)
def test_a_time_is_read_as_python_reads_it(wall_clock: datetime, offset_minutes: int) -> None:
    moment = wall_clock.replace(tzinfo=timezone(timedelta(minutes=offset_minutes)))
    assert _admitted(an_event(time=moment.isoformat())).time_us == to_us(moment)


@pytest.mark.parametrize(
    "time",
    [
        "2024-03-01T09:30:00",
        "2024-03-01",
        "2024-03-01 09:30:00+08:00",
        "2024-W09-5T09:30:00+08:00",
        "2024-02-30T09:30:00+08:00",
        "2024-03-01T09:30:00+0800",
        "2024-03-01T09:30:00+24:00",
        "2024-03-01T09:30:00+08:60",
        "2024-03-01T24:00:00+08:00",
        "1899-12-31T00:00:00+08:00",
        "0001-01-01T00:00:00+08:00",
        "２024-03-01T09:30:00+08:00",
        "2024-03-01T09:30:00Z\n",
        "",
    ],
)
def test_a_time_of_another_form_is_refused(time: str) -> None:
    assert _refused(an_event(time=time)) == ("invalid", "/time")


def test_a_day_ahead_is_let_in_and_a_microsecond_more_is_not() -> None:
    assert _admitted(an_event(time="2024-03-02T12:00:00+08:00")).time_us == APPENDED_US + 24 * 3600 * 1_000_000
    assert _refused(an_event(time="2024-03-02T12:00:00.000001+08:00")) == ("time_ahead", "/time")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (b"", "undecodable"),
        (b"\xff\xfe", "undecodable"),
        (b"{", "undecodable"),
        (b"NaN", "undecodable"),
        (b'{"id": 1}', "invalid"),
        (b"[]", "invalid"),
        (b'{"a":' + b"[" * 100_000, "malformed"),
        (b'{"a":' + b"[" * 17 + b"]" * 17 + b"}", "malformed"),
    ],
)
def test_bytes_that_are_no_event_are_refused(value: bytes, code: str) -> None:
    assert _refused(value)[0] == code


@pytest.mark.parametrize("amount", ["1e2", "100.0", "0.1", "-1", "10000000000001", '"100"', "true", "null"])
def test_money_that_is_no_integer_of_fen_is_refused_with_its_pointer(amount: str) -> None:
    value = json.dumps(an_event()).replace("1234500", amount).encode()
    assert _refused(value) == ("invalid", "/data/amount_fen")


def test_the_largest_amount_is_let_in() -> None:
    assert _payment(amount_fen=10**13).amount_fen == 10**13


def test_a_number_that_nobody_can_hold_is_refused() -> None:
    assert _refused(json.dumps(an_event()).replace("1234500", "1E400").encode())[0] == "undecodable"
    assert _refused(json.dumps(an_event(a_payment(amount_fen=float("nan")))).encode())[0] == "undecodable"


def test_an_unpaired_surrogate_is_refused() -> None:
    assert _refused(json.dumps(an_event(a_payment(purpose_text="\ud800"))).encode())[0] == "undecodable"


def test_depth_sixteen_is_let_in_and_depth_seventeen_is_not() -> None:
    def nested(levels: int) -> Any:
        return 1 if levels == 0 else [nested(levels - 1)]

    assert _admitted(an_event(a_payment(unknown=nested(14))))
    assert _refused(an_event(a_payment(unknown=nested(15))))[0] == "malformed"


def test_an_event_of_256_kib_is_let_in_and_one_byte_more_is_not() -> None:
    value = json.dumps(an_event()).encode()
    value += b" " * (EVENT_BYTES_MAX - len(value))
    assert _admitted(value)
    assert _refused(value + b" ") == ("too_large", "")


def test_an_unknown_type_is_refused() -> None:
    assert _refused(an_event(type="finance.payment.settled.v2")) == ("unknown_type", "/type")


def test_a_department_cannot_say_what_belongs_to_another() -> None:
    assert _refused(an_event(source="/tax/bureau")) == ("wrong_department", "/source")


def test_a_type_on_a_topic_that_does_not_carry_it_is_refused() -> None:
    assert _refused(an_event(), topic="finance.receipts.v1") == ("wrong_topic", "/type")
    assert _refused(an_event(), topic="no.such.topic") == ("wrong_topic", "/type")


def test_a_record_outside_of_its_shard_is_refused() -> None:
    assert _refused(an_event(), partition=(partition_of(CODE, 6) + 1) % 6) == ("wrong_partition", "/subject")


@pytest.mark.parametrize("subject", ["51330326MJ888888", "51330326mj8888883x", CODE + "\n", "", "５" * 18])
def test_a_subject_has_18_digits_and_capitals(subject: str) -> None:
    event = an_event() | {"subject": subject}
    assert _refused(event, partition=partition_of(subject, 6)) == ("invalid", "/subject")


def test_a_code_with_a_wrong_check_digit_is_never_refused() -> None:
    code = CODE[:17] + "0"
    data = a_payment(counterparty={"kind": "organization", "name": "甲公司", "code": code})
    assert _admitted(an_event(data, subject=code), partition=partition_of(code, 6)).subject == code


@pytest.mark.parametrize("raw", ["330326199001011234", 330326199001011234, "E12345678", "a_" + "g" * 32, ""])
def test_a_raw_account_is_refused_and_not_to_be_kept(raw: Any) -> None:
    answer = admit(a_record(an_event(a_payment(own_account=raw))))
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.pointer, answer.withhold) == ("raw_identity", "/data/own_account", True)
    assert not raw or str(raw) not in str(answer)


def test_another_fault_does_not_hide_that_a_value_must_not_be_kept() -> None:
    raw = a_payment(own_account="330326199001011234")
    for event in (an_event(raw, type="finance.no-such-type.v1"), an_event(raw, source="/tax/bureau")):
        answer = admit(a_record(event))
        assert isinstance(answer, Refusal)
        assert answer.withhold
    cut = json.dumps(an_event(a_payment(purpose_text="卡 6222 0212 3456 7890 123"))).encode()[:-1]
    answer = admit(a_record(cut))
    assert isinstance(answer, Refusal)
    assert answer.withhold


def test_a_refusal_without_raw_numbers_may_be_kept_and_names_the_event() -> None:
    answer = admit(a_record(an_event(a_payment(direction="sideways"))))
    assert isinstance(answer, Refusal)
    assert not answer.withhold
    assert (answer.source, answer.id, answer.type) == (
        "/finance/treasury",
        "treasury-0001",
        "finance.payment.settled.v1",
    )
    assert "sideways" not in answer.detail


def test_an_identity_number_used_as_an_id_is_not_repeated() -> None:
    answer = admit(a_record(an_event(id="330326199001011234", type="finance.no-such-type.v1")))
    assert isinstance(answer, Refusal)
    assert answer.id is None


def test_numbers_in_texts_are_masked_when_they_come_by_kafka() -> None:
    payment = _payment(
        purpose_text="转入 6222 0212 3456 7890 123",
        counterparty={"kind": "person", "name": "张三33032619900101123X", "account": ACCOUNT},
    )
    assert (payment.purpose_text, payment.counterparty.name) == ("转入 ***", "张三***")


def test_numbers_in_texts_of_arrays_are_masked_when_they_come_by_kafka() -> None:
    data = {
        "award_id": "A1",
        "buyer": {"code": CODE, "name": "平阳县民政局"},
        "catalogue_item": "C1",
        "procedure": "open_tender",
        "amount_fen": 1,
        "awarded_on": "2024-03-01",
        "budget_payees": ["李四330326199001011234", CODE],
    }
    event = an_event(data, type="finance.procurement.awarded.v1")
    read = _admitted(event, topic="finance.procurement.v1").data
    assert getattr(read, "budget_payees") == ("李四***", CODE)  # noqa: B009 — one member of many possible types


@pytest.mark.parametrize(
    "basis", [None, "AGREEMENT", {}, {"instrument": 3}, {"instrument": "AGREEMENT", "valid_until": "soon"}]
)
def test_a_payment_without_a_legal_basis_is_refused(basis: Any) -> None:
    code, pointer = _refused(an_event(a_payment(legal_basis=basis)))
    assert code == "legal_basis_missing"
    assert pointer.startswith("/data/legal_basis")


def test_the_legal_basis_is_asked_for_before_other_faults() -> None:
    assert _refused(an_event(a_payment(legal_basis=None, amount_fen=-1)))[0] == "legal_basis_missing"


@pytest.mark.parametrize(
    ("basis", "booked_on", "quarantined"),
    [
        ({"instrument": "AGREEMENT"}, "2024-03-01", False),
        ({"instrument": "AGREEMENT", "valid_until": "2024-03-01"}, "2024-03-01", False),
        ({"instrument": "AGREEMENT", "valid_until": "2024-02-29"}, "2024-03-01", True),
        ({"instrument": "NO-SUCH-LAW"}, "2024-03-01", True),
        ({"instrument": "CHARITY-2023"}, "2024-09-04", True),
        ({"instrument": "CHARITY-2023"}, "2024-09-05", False),
        ({"instrument": "CHARITY-2016"}, "2024-09-04", False),
        ({"instrument": "CHARITY-2016"}, "2024-09-05", True),
    ],
)
def test_a_legal_basis_not_in_force_on_the_day_of_booking_quarantines(
    basis: dict[str, str], booked_on: str, *, quarantined: bool
) -> None:
    event = _admitted(an_event(a_payment(legal_basis=basis, booked_on=booked_on)))
    assert event.quarantined is quarantined


def test_an_event_cannot_correct_itself() -> None:
    assert _refused(an_event(corrects="treasury-0001")) == ("self_correction", "/corrects")
    assert _admitted(an_event(corrects="treasury-0000")).corrects == "treasury-0000"


def _withdrawal(**changes: Any) -> dict[str, Any]:
    data = {"event_id": "treasury-0000", "reason": "录入错误"}
    return an_event(data, type="finance.event.withdrawn.v1") | changes


def test_a_withdrawal_goes_to_any_topic_of_its_department() -> None:
    assert _admitted(_withdrawal())
    assert _admitted(_withdrawal(), topic="finance.receipts.v1")
    assert _refused(_withdrawal(), topic="tax.filings.v1") == ("wrong_topic", "/type")


def test_a_withdrawal_can_be_neither_corrected_nor_withdraw_itself() -> None:
    assert _refused(_withdrawal(corrects="treasury-0000")) == ("withdrawal_uncorrectable", "/corrects")
    assert _refused(_withdrawal(id="treasury-0000")) == ("withdrawal_uncorrectable", "/data/event_id")


def _completed(**changes: Any) -> dict[str, Any]:
    data = {"topic": "finance.payments.v1", "complete_until": "2024-03-01T12:00:00+08:00"} | changes
    return an_event(data, type="finance.source.completed.v1", subject=None)


def test_completeness_is_read_from_every_partition_and_not_beyond_the_record() -> None:
    for partition in range(6):
        assert _admitted(_completed(), partition=partition).subject is None
    ahead = _completed(complete_until="2024-03-01T12:00:00.000001+08:00")
    assert _refused(ahead) == ("completeness_ahead", "/data/complete_until")


def test_completeness_speaks_of_the_topic_that_carries_it() -> None:
    assert _refused(_completed(topic="finance.receipts.v1")) == ("wrong_topic", "/data/topic")


def test_a_trace_context_is_kept_and_an_unreadable_one_dropped() -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    assert _admitted(an_event(traceparent=trace)).traceparent == trace
    assert _admitted(an_event(traceparent="rubbish")).traceparent is None


def test_the_same_content_has_one_hash_however_it_is_written() -> None:
    plain = _admitted(an_event())
    turned = _admitted(dict(reversed(an_event().items())))
    traced = _admitted(an_event(traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))
    elsewhere = _admitted(an_event(time="2024-03-01T01:30:00Z"))
    assert plain.content_hash == turned.content_hash == traced.content_hash == elsewhere.content_hash
    assert len(plain.content_hash) == 32


@pytest.mark.parametrize(
    "change",
    [{"time": "2024-03-01T09:30:00.000001+08:00"}, {"corrects": "x"}, {"data": a_payment(amount_fen=1_234_501)}],
)
def test_other_content_has_another_hash(change: dict[str, Any]) -> None:
    assert _admitted(an_event() | change).content_hash != _admitted(an_event()).content_hash


def _binary_headers(event: dict[str, Any]) -> tuple[tuple[str, bytes], ...]:
    attributes = {f"ce_{name}": str(value) for name, value in event.items() if name not in ("data", "datacontenttype")}
    return tuple((name, text.encode()) for name, text in (attributes | {"content-type": "application/json"}).items())


def test_binary_mode_gives_the_same_event() -> None:
    event = an_event()
    value = json.dumps(event["data"]).encode()
    assert admit(a_record(value, headers=_binary_headers(event))) == _admitted(event)


def test_binary_mode_is_refused_for_the_same_reasons() -> None:
    headers = _binary_headers(an_event())
    assert _refused(b"", headers=headers) == ("invalid", "/data")
    assert _refused(b"{", headers=headers) == ("undecodable", "/data")
    assert _refused(b"<a/>", headers=(*headers[:-1], ("content-type", b"application/xml")))[1] == "/datacontenttype"
    assert _refused(b"{}", headers=(*headers, ("ce_id", b"\xff"))) == ("undecodable", "")


def test_a_batch_does_not_fit_into_a_record() -> None:
    headers = (("content-type", b"application/cloudevents-batch+json"),)
    assert _refused([an_event()], headers=headers) == ("malformed", "")


def test_structured_mode_is_taken_without_a_content_type() -> None:
    assert admit(a_record(an_event(), headers=())) == _admitted(an_event())
