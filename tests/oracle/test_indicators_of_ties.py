"""The oracle against what the indicators say of organizations that belong together."""

from typing import Any

from tests.builders.codes import code_of, person_of
from tests.builders.events import Desk, party
from tests.builders.records import Json, heard, records_of
from tests.oracle.oracle import open_alerts

ME, A, B = code_of(1), code_of(2), code_of(3)
HEAD = person_of("王五")
HERE = "昆阳镇人民路1号"
D = Desk()


def said(story: list[Json], rule: str, until: str = "2026-12-01T00:00") -> list[tuple[str, str]]:
    """Give severity and branch of one rule's alerts on an organization."""
    alerts = open_alerts(heard(records_of([*story, *D.all_completed(until)])))
    mine = [alert for alert in alerts.get(ME, []) if alert["rule"] == rule]
    return [(alert["severity"], str(alert["measured"]["branch"])) for alert in mine]


def there(code: str, day: str = "2024-05-01", **data: Any) -> Json:
    return D.registered(code, day, **data)


def test_so_31_heads() -> None:
    led = there(A, legal_representative=HEAD)
    assert said([led, there(ME, "2025-05-01", legal_representative=HEAD)], "SO-31") == [("low", "a")]
    foundation = there(ME, "2025-05-01", legal_representative=HEAD, kind="foundation")
    assert said([led, foundation], "SO-31") == [("high", "a")]
    three = [led, there(B, legal_representative=HEAD), there(ME, "2025-05-01", legal_representative=HEAD)]
    assert said(three, "SO-31") == [("medium", "a")]
    seats = [
        D.post_taken(code, day, person="王五", post="legal_representative")
        for code, day in ((A, "2024-06-01"), (ME, "2025-05-01"))
    ]
    left = D.post_left(A, "2025-04-30", person="王五", post="legal_representative")
    assert said([there(A), there(ME), *seats], "SO-31") == [("low", "a")]
    assert said([there(A), there(ME), *seats, left], "SO-31") == []


def test_so_31_phones_and_premises() -> None:
    phones = [there(code, phone="0577-63710001") for code in (A, B)]
    assert said([*phones, there(ME, "2025-05-01", phone="0577-63710001")], "SO-31") == [("low", "b")]
    assert said([phones[0], there(ME, "2025-05-01", phone="0577-63710001")], "SO-31") == []
    here = [there(code, address=HERE) for code in (A, B)] + [there(ME, "2025-05-01", address=HERE)]
    for yuan, expected in ((60_000, [("medium", "c")]), (40_000, [])):
        paid = D.payment(A, "2025-02-01", amount_fen=yuan * 100, counterparty=party("乙会", code=B))
        assert said([*here, paid], "SO-31") == expected
