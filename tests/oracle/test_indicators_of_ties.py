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


def award(*prices: tuple[str, int]) -> Json:
    bidders = [{"code": code, "name": f"投标人{code}", "price_fen": yuan * 100} for code, yuan in prices]
    return D.award(ME, "2026-03-02", amount_fen=19_800_000, bidders=bidders)


def test_so_19() -> None:
    led = [there(ME, legal_representative=HEAD), there(A, legal_representative=HEAD)]
    assert said([*led, award((ME, 198_000), (A, 240_000), (B, 250_000))], "SO-19") == [("high", "a")]
    assert said([*led, award((ME, 198_000), (A, 201_000))], "SO-19") == [("critical", "a")]
    assert said([*led, award((ME, 198_000), (A, 203_000))], "SO-19") == [("high", "a")]
    three = [there(code, address=HERE) for code in (ME, A, B)]
    more = [there(code_of(number), address=HERE) for number in (4, 5)]
    bids = award((ME, 198_000), (A, 240_000))
    assert said([*three, bids], "SO-19") == [("medium", "a")]
    assert said([*three, *more, bids], "SO-19") == []
    seats = [D.post_taken(code, "2024-06-01", person="王五", post="legal_representative") for code in (ME, A)]
    left = D.post_left(A, "2026-01-21", person="王五", post="legal_representative")
    assert said([there(ME), there(A), *seats, left, bids], "SO-19") == []
    directors = [D.post_taken(code, "2024-06-01", person="王五", post="director") for code in (ME, A)]
    assert said([there(ME), there(A), *directors, bids], "SO-19") == []


def test_so_17() -> None:
    def bought(day: str, yuan: int, procedure: str = "inquiry", **data: Any) -> Json:
        return D.award(ME, day, amount_fen=yuan * 100, procedure=procedure, **data)

    first, second = bought("2025-03-10", 2_300_000, "competitive_negotiation"), bought("2025-09-10", 1_900_000)
    assert said([there(ME), first, second], "SO-17") == [("high", "a")]
    for other in (
        bought("2025-09-10", 1_600_000),
        bought("2026-01-04", 1_900_000),
        bought("2025-09-10", 1_900_000, "open_tender"),
        bought("2025-09-10", 1_900_000, catalogue_item="D0202"),
        bought("2025-09-10", 1_900_000, exception_ref="EX-1"),
    ):
        assert said([there(ME), first, other], "SO-17") == []
    assert said([there(ME), bought("2025-03-10", 280_000), bought("2025-09-10", 260_000)], "SO-17") == [("low", "c")]
    assert said([there(ME), bought("2025-03-10", 240_000), bought("2025-09-10", 250_000)], "SO-17") == []
    original = bought("2025-03-10", 600_000, "open_tender", award_id="aw-1")
    for yuan, expected in ((70_000, [("medium", "b")]), (60_000, [])):
        more = bought("2025-09-10", yuan, "open_tender", supplement_of="aw-1")
        assert said([there(ME), original, more], "SO-17") == expected


def test_so_37() -> None:
    me, body = there(ME, name="平阳县旭日促进会"), "平阳县某某企业家商会"
    paid = D.payment(ME, "2026-03-02", amount_fen=800_000, counterparty=party(body))
    assert said([me, paid], "SO-37") == [("medium", "a")]
    assert said([me, paid], "SO-37", "2026-03-02T00:00") == []
    assert said([me, paid, there(A, "2026-03-02", name=body)], "SO-37") == []
    case = {"case_id": "c-1", "kind": "illegal_organization", "organization_name": body}
    told = D.event("public-security.case.opened.v1", None, "2026-05-01", case)
    assert said([me, paid, told], "SO-37") == [("high", "a,c")]
    known = there(A, name="江南古建筑保护研究学会")
    near = party("江南古建筑保护研究协会", code="52110000MJ00009908")
    taken = D.payment(ME, "2026-03-02", amount_fen=800_000, direction="in", counterparty=near)
    assert said([me, known, taken], "SO-37") == [("medium", "b")]
    for quiet in ("平阳县旭日促进会救灾专户", "中国某某学会", "平阳县工商业联合会"):
        other = D.payment(ME, "2026-03-02", amount_fen=800_000, counterparty=party(quiet))
        assert said([me, other], "SO-37") == []


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
