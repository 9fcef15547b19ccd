"""The oracle against what the indicators say of money that comes back (SO-04)."""

from itertools import pairwise

import pytest

from tests.builders.codes import code_of, person_of
from tests.builders.events import Desk, party
from tests.builders.records import Json, heard, records_of
from tests.oracle.oracle import open_alerts

D = Desk()
ME, A, B, C = (code_of(number) for number in range(1, 5))
COMPANY = code_of(30, kind="91")
CHAIR = party("张*", kind="person", person=person_of("张三"))
FIRST = (("2026-03-01", 90_000), ("2026-03-03", 88_000), ("2026-03-09", 80_000))
RING = (("2026-03-01", 30_000), ("2026-03-05", 14_000), ("2026-03-12", 41_000), ("2026-03-20", 12_000))
Hops = tuple[tuple[str, int], ...]


def alerts_of(story: list[Json]) -> dict[str, tuple[str, str]]:
    """Give severity and role of each organization's alert."""
    old = [D.payment(code, "2025-12-01", amount_fen=100_000, counterparty=party("老伙伴")) for code in (ME, A, B, C)]
    told = [D.registered(ME, "2024-01-01"), *old, *story, *D.all_completed("2026-12-01T00:00")]
    alerts = open_alerts(heard(records_of(told)))
    return {
        code: (alert["severity"], str(alert["measured"].get("role", "")))
        for code, of_one in alerts.items()
        for alert in of_one
        if alert["rule"] == "SO-04"
    }


def paid(nodes: tuple[str, ...], hops: Hops) -> list[Json]:
    """Let each pay the next."""
    return [
        D.payment(payer, day, amount_fen=yuan * 100, counterparty=party("某单位", code=payee))
        for (payer, payee), (day, yuan) in zip(pairwise(nodes), hops, strict=True)
    ]


def chaired() -> list[Json]:
    controls = D.relation(ME, "2025-01-02", a=CHAIR, b=party("公司", code=COMPANY))
    return [D.post_taken(ME, "2025-01-01", person="张三", post="chair"), controls]


def known() -> list[Json]:
    """Let all of them have dealt with each other within the year, and not in the last three days."""
    return paid((ME, A, B, COMPANY), tuple((day, 4_000) for day in ("2026-01-20", "2026-01-21", "2026-01-22")))


def over(place: int, hop: tuple[str, int]) -> Hops:
    return tuple(hop if number == place else each for number, each in enumerate(FIRST))


def test_back_to_the_chairs_company_is_high_for_all_on_the_way() -> None:
    found = alerts_of([*chaired(), *known(), *paid((ME, A, B, COMPANY), FIRST)])
    assert found == {ME: ("high", "origin"), A: ("high", "carrier"), B: ("high", "closer")}


def test_back_to_the_organization_itself_is_medium_when_most_edges_are_new() -> None:
    story = paid((ME, A, B, ME), FIRST)
    assert alerts_of([*paid((A, B), (("2026-01-20", 5_000),)), *story])[ME] == ("medium", "origin")
    assert alerts_of([*paid((A, B, ME), (("2026-01-20", 5_000), ("2026-01-21", 5_000))), *story]) == {}


def test_four_without_earlier_dealings_form_a_ring() -> None:
    assert alerts_of(paid((ME, A, B, C, ME), RING)) == dict.fromkeys((ME, A, B, C), ("low", ""))


@pytest.mark.parametrize(
    "hops",
    [
        over(2, ("2026-03-02", 80_000)),  # before A's payment
        over(2, ("2026-03-09", 60_000)),  # 66.7 %
        over(2, ("2026-06-04", 80_000)),  # after 95 days
        over(1, ("2026-03-03", 100_000)),  # over 110 %
        (("2026-03-01", 45_000), ("2026-03-03", 44_000), ("2026-03-09", 40_000)),
    ],
)
def test_what_is_no_way_back(hops: Hops) -> None:
    assert alerts_of([*chaired(), *known(), *paid((ME, A, B, COMPANY), hops)]) == {}


def test_a_plain_refund_is_no_way_back() -> None:
    assert alerts_of(paid((ME, A, ME), FIRST[:2])) == {}


@pytest.mark.parametrize("last", [("2026-04-04", 12_000), ("2026-03-20", 9_000)])
def test_what_is_no_ring(last: tuple[str, int]) -> None:
    assert alerts_of(paid((ME, A, B, C, ME), (*RING[:3], last))) == {}


def test_parties_who_paid_each_other_last_year_form_no_ring() -> None:
    days = ("2025-06-01", "2025-06-02", "2025-06-03", "2025-06-04")
    before = paid((ME, A, B, C, ME), tuple((day, 100) for day in days))
    assert alerts_of([*before, *paid((ME, A, B, C, ME), RING)]) == {}
