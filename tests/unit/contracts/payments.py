"""A payment that every door lets in; a test says only what it changes."""

import json
from datetime import datetime
from typing import Any

from contracts import CLOUDEVENTS_HEADERS, Record, partition_of, to_us

CODE = "51330326MJ8888883X"
ACCOUNT = "a_" + "7c" * 16
PERSON = "p_" + "3e" * 16
TOPIC = "finance.payments.v1"
APPENDED_US = to_us(datetime.fromisoformat("2024-03-01T12:00:00+08:00"))


def a_payment(**changes: Any) -> dict[str, Any]:
    """Return the data of a payment; a change to None leaves the member out."""
    data = {
        "payment_id": "P1",
        "direction": "out",
        "amount_fen": 1_234_500,
        "booked_on": "2024-03-01",
        "method": "transfer",
        "own_account": ACCOUNT,
        "counterparty": {"kind": "organization", "name": "甲公司", "code": "91330326MA2PBM9HXD", "account": ACCOUNT},
        "legal_basis": {"instrument": "AGREEMENT", "valid_until": "2024-12-31"},
        "purpose_text": "购买课桌",
    }
    return {name: value for name, value in (data | changes).items() if value is not None}


def an_event(data: Any = None, **changes: Any) -> dict[str, Any]:
    """Return a payment's event; a change to None leaves the attribute out."""
    event = {
        "specversion": "1.0",
        "id": "treasury-0001",
        "source": "/finance/treasury",
        "type": "finance.payment.settled.v1",
        "subject": CODE,
        "time": "2024-03-01T09:30:00+08:00",
        "datacontenttype": "application/json",
        "data": a_payment() if data is None else data,
    }
    return {name: value for name, value in (event | changes).items() if value is not None}


def a_record(event: Any, **changes: Any) -> Record:
    """Return the record that carries an event (or bytes) in structured mode."""
    value = event if isinstance(event, bytes) else json.dumps(event, ensure_ascii=False).encode()
    members = {
        "topic": TOPIC,
        "partition": partition_of(CODE, 6),
        "offset": 0,
        "key": CODE.encode(),
        "value": value,
        "headers": CLOUDEVENTS_HEADERS,
        "timestamp_us": APPENDED_US,
    }
    return Record(**(members | changes))
