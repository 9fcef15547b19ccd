"""The HTTP door: strict about JSON, silent about what it was sent, and no raw number passes it."""

import json
from typing import Any

import pytest

from contracts import (
    BATCH_BYTES_MAX,
    BATCH_EVENTS_MAX,
    Event,
    Refusal,
    Tokeniser,
    admit,
    encode_event,
    read_http_events,
    read_parsed_event,
)
from contracts.finance import PaymentSettled
from tests.unit.contracts.payments import ACCOUNT, APPENDED_US, a_payment, a_record, an_event

TOKENISER = Tokeniser(b"k" * 32)
SINGLE = {"Content-Type": "application/cloudevents+json; charset=utf-8"}
BATCH = {"Content-Type": "application/cloudevents-batch+json"}
RAW_PERSON = "330326199001011234"
RAW_CARD = "6222 0212 3456 7890 123"


def _read(payload: Any, headers: dict[str, str]) -> list[Event | Refusal] | Refusal:
    raw = payload if isinstance(payload, bytes) else json.dumps(payload, ensure_ascii=False).encode()
    return read_http_events(raw, headers=headers, now_us=APPENDED_US, tokeniser=TOKENISER)


def _one(payload: Any) -> Event | Refusal:
    answers = _read(payload, SINGLE)
    assert isinstance(answers, list), answers
    (answer,) = answers
    return answer


def _code(answer: Any) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


def test_both_doors_read_the_same_event() -> None:
    assert _one(an_event()) == admit(a_record(an_event()))


def test_what_goes_on_to_kafka_is_let_in_there_as_the_same_event() -> None:
    event = _one(an_event(a_payment(own_account=RAW_CARD, purpose_text=f"卡号{RAW_CARD}")))
    assert isinstance(event, Event), event
    assert admit(a_record(encode_event(event))) == event


def test_raw_numbers_become_tokens_and_texts_are_masked() -> None:
    counterparty = {"kind": "person", "name": f"张三 {RAW_PERSON}", "person": RAW_PERSON, "account": ACCOUNT}
    event = _one(an_event(a_payment(own_account=RAW_CARD, counterparty=counterparty, purpose_text=f"付{RAW_CARD}")))
    assert isinstance(event, Event), event
    assert isinstance(event.data, PaymentSettled)
    assert event.data.own_account == TOKENISER.account("6222021234567890123")
    assert event.data.counterparty.person == TOKENISER.person(RAW_PERSON)
    assert event.data.counterparty.account == ACCOUNT
    written = encode_event(event).decode()
    for raw in (RAW_PERSON, RAW_CARD, RAW_CARD.replace(" ", "")):
        assert raw not in written


def test_raw_numbers_in_arrays_become_tokens() -> None:
    data = {
        "period": "2024-02",
        "headcount": 2,
        "total_pay_fen": 3,
        "payees": [{"person": RAW_PERSON, "amount_fen": 1}, {"person": 330326199001011235, "amount_fen": 2}],
    }
    answer = _one(an_event(data, type="tax.payroll.filed.v1", source="/tax/bureau"))
    assert isinstance(answer, Event), answer
    payees = getattr(answer.data, "payees")  # noqa: B009 — one member of many possible types
    assert [payee.person for payee in payees] == [TOKENISER.person(RAW_PERSON), TOKENISER.person("330326199001011235")]
    listed = _one(
        an_event(
            {"case_id": "C1", "kind": "other", "persons": [RAW_PERSON]},
            type="public-security.case.opened.v1",
            source="/public-security/overseas",
        )
    )
    assert isinstance(listed, Event), listed
    assert getattr(listed.data, "persons") == (TOKENISER.person(RAW_PERSON),)  # noqa: B009 — see above


@pytest.mark.parametrize("value", ["", " ", "x" * 129, True, ["330326199001011234"], {"a": 1}])
def test_what_cannot_be_a_number_is_refused_and_not_tokenised(value: Any) -> None:
    answer = _one(an_event(a_payment(own_account=value)))
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.pointer) == ("invalid", "/data/own_account")


def test_members_that_nobody_knows_do_not_pass_the_door() -> None:
    event = _one(an_event(a_payment(id_card=RAW_PERSON)))
    assert isinstance(event, Event), event
    assert RAW_PERSON not in encode_event(event).decode()


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b'{"id":"a","id":"b"}',
        json.dumps(an_event()).replace('"amount_fen": 1234500', '"amount_fen": 1, "amount_fen": 2').encode(),
        json.dumps(an_event()).replace("1234500", "NaN").encode(),
        json.dumps(an_event()).replace("1234500", "Infinity").encode(),
        json.dumps(an_event(a_payment(purpose_text="\ud800"))).encode(),
        b'{"a":' * 17 + b"1" + b"}" * 17,
        b"[" * 100_000,
        "\ufeff{}".encode(),
        b'{"a":1} {"b":2}',
        b"\xff",
    ],
)
def test_broken_json_is_malformed(payload: bytes) -> None:
    assert _code(_one(payload)) == "malformed"


def test_a_large_event_and_a_large_batch_are_refused() -> None:
    big = an_event(a_payment(purpose_text="x" * 300_000))
    assert _code(_one(big)) == "too_large"
    answers = _read([an_event(), big], BATCH)
    assert isinstance(answers, list)
    assert isinstance(answers[0], Event)
    assert _code(answers[1]) == "too_large"
    assert _code(_read([0] * (BATCH_EVENTS_MAX + 1), BATCH)) == "too_large"
    assert _code(_read(b" " * BATCH_BYTES_MAX + b"[]", BATCH)) == "too_large"


def test_a_batch_has_an_answer_for_each_event_in_order() -> None:
    answers = _read([an_event(), an_event(id="a b"), an_event(id="treasury-0002")], BATCH)
    assert isinstance(answers, list)
    assert [getattr(answer, "code", None) for answer in answers] == [None, "invalid", None]


def test_one_event_of_a_batch_with_a_key_twice_does_not_spoil_the_others() -> None:
    bad = b'{"id":"a","id":"b"}'
    answers = _read(b"[" + json.dumps(an_event()).encode() + b"," + bad + b"]", BATCH)
    assert isinstance(answers, list)
    assert isinstance(answers[0], Event)
    assert _code(answers[1]) == "malformed"


def test_a_batch_is_an_array() -> None:
    assert _code(_read(an_event(), BATCH)) == "malformed"
    assert _read([], BATCH) == []


def test_another_media_type_is_refused() -> None:
    assert _code(_read(an_event(), {"Content-Type": "application/json"})) == "unsupported_media_type"
    assert _code(_read(an_event(), {"content-type": "text/plain", "ce-specversion": "1.0"})) == "unsupported_media_type"
    assert _code(_read(an_event(), {})) == "unsupported_media_type"


def test_binary_mode_reads_attributes_from_headers_percent_encoded_or_not() -> None:
    event = an_event()
    headers = {f"Ce-{name.title()}": str(value) for name, value in event.items() if name != "data"}
    headers |= {"Content-Type": "application/json", "ce-id": "treasury%2D0001"}
    headers.pop("Ce-Id")
    answers = _read(event["data"], headers)
    assert answers == [_one(event)]


def test_the_clock_of_the_door_counts_before_a_broker_has_seen_the_event() -> None:
    assert _code(_one(an_event(time="2024-03-02T12:00:01+08:00"))) == "time_ahead"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"source": "/tax/bureau"}, "wrong_department"),
        ({"type": "finance.nothing.v1"}, "unknown_type"),
        ({"subject": None}, "subject_required"),
        ({"corrects": "treasury-0001"}, "self_correction"),
        ({"data": a_payment(legal_basis=None)}, "legal_basis_missing"),
        ({"data": a_payment(amount_fen=0.5)}, "invalid"),
        ({"data": None}, "invalid"),
        ({"data": "text"}, "invalid"),
        ({"specversion": "0.3"}, "invalid"),
        ({"jurisdiction": "33"}, "invalid"),
        ({"datacontenttype": "application/xml"}, "invalid"),
    ],
)
def test_the_same_reasons_hold_as_by_kafka(change: dict[str, Any], code: str) -> None:
    event = {name: value for name, value in (an_event() | change).items() if value is not None}
    assert _code(_one(event)) == code
    by_kafka = admit(a_record(event))
    assert isinstance(by_kafka, Refusal)
    assert by_kafka.code == code


def test_a_connector_hands_in_what_it_parsed_itself() -> None:
    answer = read_parsed_event(an_event(), now_us=APPENDED_US, tokeniser=TOKENISER)
    assert answer == _one(an_event())
    assert _code(read_parsed_event("no event", now_us=APPENDED_US, tokeniser=TOKENISER)) == "invalid"


def test_nobody_declares_the_topic_of_another_department_complete() -> None:
    data = {"topic": "tax.filings.v1", "complete_until": "2024-03-01T09:00:00+08:00"}
    answer = _one(an_event(data, type="finance.source.completed.v1", subject=None))
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.pointer) == ("wrong_topic", "/data/topic")
    own = _one(an_event(data | {"topic": "finance.receipts.v1"}, type="finance.source.completed.v1", subject=None))
    assert isinstance(own, Event), own
