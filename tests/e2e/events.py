"""Events as departments send them: plain JSON, valid by default, each with an identity of its own."""

import secrets
import uuid
from itertools import count
from typing import Any

from tests.builders.codes import account_of, code_of

Json = dict[str, Any]
LEGAL_BASIS = {
    "instrument": "AGREEMENT",
    "article": "",
    "approval_ref": "county-2026-7",
    "purpose": "supervision",
    "valid_until": "2035-12-31",
}
NUMBERS = count(secrets.randbelow(900_000))  # six digits in all, far apart from run to run


def some_code() -> str:
    """A valid credit code of an association in Pingyang that nobody in this run has used yet."""
    return code_of(next(NUMBERS))


def event(type_: str, *, source: str, subject: str | None, time: str, data: Json) -> Json:
    envelope = {
        "specversion": "1.0",
        "id": uuid.uuid4().hex,
        "source": source,
        "type": type_,
        "time": time,
        "datacontenttype": "application/json",
        "data": data,
    }
    return envelope | ({"subject": subject} if subject else {})


def payment(code: str, *, yuan: str, on: str = "2026-03-02", direction: str = "out", **data: object) -> Json:
    content: Json = {
        "payment_id": uuid.uuid4().hex,
        "direction": direction,
        "amount_fen": int(yuan) * 100,
        "booked_on": on,
        "method": "transfer",
        "own_account": account_of(code),
        "counterparty": {"kind": "organization", "name": "甲公司", "code": "91330326MA00000000"},
        "legal_basis": LEGAL_BASIS,
    }
    content |= data
    return event(
        "finance.payment.settled.v1",
        source="/finance/treasury",
        subject=code,
        time=f"{on}T10:00:00+08:00",
        data=content,
    )


def organization_registered(code: str, *, on: str = "2020-01-02", **data: object) -> Json:
    content: Json = {
        "code": code,
        "name": f"平阳县试行协会{code[-6:]}",
        "kind": "association",
        "registered_on": on,
        "start_up_funds_fen": 3_000_000,
        "division": "330326",
    }
    content |= data
    return event(
        "civil-affairs.organization.registered.v1",
        source="/civil-affairs/registry",
        subject=code,
        time=f"{on}T00:00:00+08:00",
        data=content,
    )


def account_filed(code: str, *, on: str = "2020-01-02") -> Json:
    data = {"account": account_of(code), "bank": "平阳农商银行", "opened_on": on}
    return event(
        "civil-affairs.account.filed.v1",
        source="/civil-affairs/registry",
        subject=code,
        time=f"{on}T00:00:00+08:00",
        data=data,
    )


def completed(topic: str, *, until: str) -> Json:
    """All that happened before the start of the day `until` has been sent."""
    department = topic.split(".", maxsplit=1)[0]
    source = {
        "tax": "/tax/bureau",
        "finance": "/finance/treasury",
        "public-security": "/public-security/overseas",
        "civil-affairs": "/civil-affairs/registry",
    }[department]
    data = {"topic": topic, "complete_until": f"{until}T00:00:00+08:00"}
    return event(
        f"{department}.source.completed.v1", source=source, subject=None, time=f"{until}T00:00:00+08:00", data=data
    )
