import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import content_hash, encode_event, from_us, make_event, to_us
from contracts.courts import DebtorListed
from contracts.tax import TaxRegistrationOpened
from tests.unit.contracts.payments import CODE

TIME = datetime(2024, 3, 1, 1, 30, 0, 5, tzinfo=UTC)
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def _an_event(data: object = None, traceparent: str | None = None):  # noqa: ANN202
    return make_event(
        type="tax.registration.opened.v1",
        source="/tax/bureau",
        id="tax-1",
        subject=CODE,
        time=TIME,
        data=TaxRegistrationOpened(registered_on=TIME.date()) if data is None else data,  # type: ignore[arg-type]
        traceparent=traceparent,
    )


def test_an_event_is_written_with_sorted_members_and_without_nulls() -> None:
    text = encode_event(_an_event()).decode()
    assert json.loads(text) == {
        "data": {"registered_on": "2024-03-01"},
        "datacontenttype": "application/json",
        "id": "tax-1",
        "source": "/tax/bureau",
        "specversion": "1.0",
        "subject": CODE,
        "time": "2024-03-01T01:30:00.000005Z",
        "type": "tax.registration.opened.v1",
    }
    assert list(json.loads(text)) == sorted(json.loads(text))


def test_the_trace_is_written_but_is_no_content() -> None:
    traced = _an_event(traceparent=TRACE)
    assert json.loads(encode_event(traced))["traceparent"] == TRACE
    assert traced.content_hash == _an_event().content_hash == content_hash(traced)


def test_data_of_another_type_is_our_own_bug() -> None:
    with pytest.raises(ValueError, match="TaxRegistrationOpened"):
        _an_event(DebtorListed(case_no="1", listed_on=TIME.date()))


def test_data_beyond_its_limits_is_our_own_bug() -> None:
    with pytest.raises(ValueError, match="length"):
        make_event(
            type="courts.debtor.listed.v1",
            source="/courts/enforcement",
            id="c-1",
            subject=CODE,
            time=TIME,
            data=DebtorListed(case_no="", listed_on=TIME.date()),
        )


@given(st.integers(-2_208_988_800_000_000, 4_102_444_800_000_000))
def test_microseconds_survive_the_way_there_and_back(time_us: int) -> None:
    assert to_us(from_us(time_us)) == time_us
