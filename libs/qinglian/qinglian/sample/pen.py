"""Writes events as departments send them, with identities that are the same each time."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

Json = dict[str, Any]

SOURCES = {
    "finance": "/finance/treasury",
    "tax": "/tax/bureau",
    "audit": "/audit/office",
    "public-security": "/public-security/overseas",
    "civil-affairs": "/civil-affairs/registry",
    "courts": "/courts/enforcement",
}
AGREEMENT_YEARS = 4  # supervised accounts are agreed on for so long


def department_of(event: Json) -> str:
    """Name who sends an event."""
    return str(event["type"]).partition(".")[0]


class Pen:
    """Writes what one hand has to say; `series` keeps its identities apart from all others."""

    def __init__(self, series: str) -> None:
        self._series = series
        self._numbers: Counter[str] = Counter()

    def write(self, kind: str, subject: str | None, at: str, data: Json) -> Json:
        """Write an event of a type; `at` is its time in UTC+8 without the offset, or a date alone."""
        department = kind.partition(".")[0]
        self._numbers[department] += 1
        event: Json = {
            "specversion": "1.0",
            "id": f"{self._series}-{self._numbers[department]:05d}",
            "source": SOURCES[department],
            "type": kind,
            "time": f"{at if 'T' in at else at + 'T00:00:00'}+08:00",
            "datacontenttype": "application/json",
            "data": {name: value for name, value in data.items() if value is not None},
        }
        return event if subject is None else event | {"subject": subject}

    def payment(self, organization: Any, at: str, amount_fen: int, *, direction: str, party: Json, **more: Any) -> Json:
        """Write a payment of an organization."""
        day = at[:10]
        number = self._numbers["finance"] + 1
        data = {
            "payment_id": f"{self._series}-p{number:05d}",
            "direction": direction,
            "amount_fen": amount_fen,
            "booked_on": day,
            "method": "transfer",
            "own_account": organization.account,
            "counterparty": party,
            "legal_basis": {
                "instrument": "AGREEMENT",
                "purpose": "资金监管",
                "valid_until": str(date.fromisoformat(day) + timedelta(365 * AGREEMENT_YEARS)),
            },
        }
        return self.write("finance.payment.settled.v1", organization.code, at, data | more)

    def receipt(self, organization: Any, at: str, amount_fen: int, *, kind: str, payer: Json, **more: Any) -> Json:
        """Write a receipt that an organization gave."""
        number = self._numbers["finance"] + 1
        data = {
            "receipt_no": f"{self._series}-r{number:05d}",
            "kind": kind,
            "payer": payer,
            "amount_fen": amount_fen,
            "issued_on": at[:10],
        }
        return self.write("finance.receipt.issued.v1", organization.code, at, data | more)
