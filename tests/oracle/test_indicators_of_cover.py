"""The oracle against what the indicators say of silence: only where every account is lawfully delivered it counts."""

from datetime import date, timedelta

import pytest

from tests.builders.codes import account_of, code_of, person_of
from tests.builders.events import LEGAL_BASIS, Desk, party
from tests.builders.records import Json, heard, records_of
from tests.oracle.oracle import open_alerts

ME = code_of(1)
D = Desk()
THERE = D.registered(ME, "2023-01-01")
FILED = D.account_filed(ME, "2023-01-05")
DONOR = party("甲公司", code=code_of(2, kind="91"))


def coverage(from_on: str, to_on: str) -> Json:
    data = {"account": account_of(ME), "covered_from": from_on, "covered_to": to_on, "legal_basis": LEGAL_BASIS}
    return D.event("finance.account-coverage.declared.v1", ME, "2026-02-01", data)


WHOLE = coverage("2023-01-05", "2026-12-31")


def said(story: list[Json], rule: str) -> list[tuple[str, str]]:
    """Give severity and branches of one rule's alerts."""
    alerts = open_alerts(heard(records_of([THERE, *story, *D.all_completed("2026-12-01T00:00")])))
    found = [alert for alert in alerts.get(ME, []) if alert["rule"] == rule]
    return [(alert["severity"], str(alert["measured"]["branch"])) for alert in found]


def gift(fen: int, day: str = "2026-03-01", who: Json = DONOR, **more: object) -> Json:
    return D.receipt(ME, day, amount_fen=fen, payer=who, **more)


def money(fen: int, day: str, direction: str = "in", who: Json = DONOR, **more: object) -> Json:
    return D.payment(ME, day, amount_fen=fen, direction=direction, counterparty=who, **more)


@pytest.mark.parametrize(
    ("given_fen", "got_fen", "found"),
    [
        (9_200_000, 7_500_000, [("medium", "a")]),
        (18_000_000, 16_600_000, []),  # 7.8 %
        (6_000_000, 5_100_000, []),  # 9,000 yuan
        (15_000_000, 1_000_000, [("high", "a")]),
    ],
)
def test_so_24_receipts_beyond_what_came_in(given_fen: int, got_fen: int, found: list[tuple[str, str]]) -> None:
    assert said([FILED, WHOLE, money(got_fen, "2026-02-20"), gift(given_fen)], "SO-24") == found


def test_so_24_waits_for_the_money_thirty_days() -> None:
    told = [FILED, WHOLE, money(7_500_000, "2026-02-20"), gift(9_200_000)]
    assert said([*told, money(1_700_000, "2026-03-31T23:00")], "SO-24") == []
    assert said([*told, money(1_700_000, "2026-04-01")], "SO-24") == [("medium", "a")]


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ([FILED, WHOLE], [("medium", "a")]),
        ([FILED, coverage("2025-03-01", "2025-09-30"), coverage("2025-10-01", "2026-03-31")], [("medium", "a")]),
        ([FILED, coverage("2025-03-01", "2025-09-30"), coverage("2025-10-02", "2026-03-31")], []),
        ([FILED, coverage("2025-03-02", "2026-03-31")], []),
        ([WHOLE], []),  # which accounts there are is not known
        ([FILED], []),
        ([FILED, money(100, "2025-02-28", "out")], [("medium", "a")]),
        ([FILED, money(100, "2025-03-01", "out")], []),
        ([FILED, WHOLE, D.account_filed(ME, "2025-06-01", account=account_of("other"))], []),
        ([FILED, WHOLE, D.account_filed(ME, "2026-04-01", account=account_of("other"))], [("medium", "a")]),
    ],
)
def test_so_24_says_nothing_where_silence_means_nothing(known: list[Json], found: list[tuple[str, str]]) -> None:
    assert date(2026, 3, 1).toordinal() - date(2025, 3, 1).toordinal() == 365
    assert said([*known, gift(9_200_000)], "SO-24") == found


def test_so_24_gifts_that_go_back() -> None:
    spouse = party("李*", kind="person", person=person_of("李四"))
    donor = party("王*", kind="person", person=person_of("王五"))
    married = D.relation(ME, "2025-01-01", a=donor, b=spouse, relation="spouse")
    back = money(3_700_000, "2026-04-20", "out", spouse)
    assert said([married, gift(5_000_000, who=donor), back], "SO-24") == [("high", "b")]
    assert said([gift(5_000_000, who=donor), back], "SO-24") == []
    assert said([married, gift(5_000_000, who=donor), money(3_400_000, "2026-04-20", "out", spouse)], "SO-24") == []
    assert said([married, gift(5_000_000, who=donor), money(3_700_000, "2026-06-03", "out", spouse)], "SO-24") == []


PUBLIC = D.registered(ME, "2023-01-02", changed=True, kind="foundation", charity=True, public_fundraising=True)


def report(year: int, **data: int) -> Json:
    return D.annual(ME, f"{year + 1}-03-20", year=year, **data)


@pytest.mark.parametrize(
    ("programme_fen", "found"),
    [
        (270_000_000, [("medium", "a")]),  # 67.5 % of the last year, 69.2 % of the mean of three
        (276_000_000, []),  # 69.0 %, 70.8 %
        (230_000_000, [("high", "a")]),
    ],
)
def test_so_39_programme_spending(programme_fen: int, found: list[tuple[str, str]]) -> None:
    incomes = ((2022, 370_000_000), (2023, 400_000_000), (2024, 400_000_000))
    before = [report(year, income_fen=income_fen) for year, income_fen in incomes]
    assert said([PUBLIC, *before, report(2025, programme_spending_fen=programme_fen)], "SO-39") == found
    assert said([PUBLIC, report(2025, programme_spending_fen=programme_fen)], "SO-39") == []
    assert said([*before, report(2025, programme_spending_fen=programme_fen)], "SO-39") == []


@pytest.mark.parametrize(
    ("cost_fen", "spending_fen", "found"),
    [
        (26_000_000, 250_000_000, [("medium", "b")]),
        (24_000_000, 250_000_000, []),
        (19_000_000, 150_000_000, []),
    ],
)
def test_so_39_management_cost(cost_fen: int, spending_fen: int, found: list[tuple[str, str]]) -> None:
    now = report(2025, management_cost_fen=cost_fen, spending_fen=spending_fen)
    assert said([PUBLIC, report(2024, income_fen=1), now], "SO-39") == found


@pytest.mark.parametrize(
    ("autumn_fen", "now_fen", "forecast_fen"),
    [
        (78_000_000, 190_000_000, 265_000_000),
        (77_000_000, 210_000_000, None),  # 290,000,000 is enough
        (60_000_000, 190_000_001, 247_000_001),  # 60,000,000 × 190,000,001 ÷ 200,000,000, rounded down
    ],
)
def test_so_39_by_the_seasons_of_the_year_before(autumn_fen: int, now_fen: int, forecast_fen: int | None) -> None:
    paid = [money(200_000_000, "2024-05-10", "out"), money(autumn_fen, "2024-11-10", "out")]
    paid += [money(200_000_000, "2025-05-10", "out"), money(60_000_000, "2025-11-10", "out")]
    base = report(2025, income_fen=400_000_000, programme_spending_fen=260_000_000)
    story = [THERE, PUBLIC, FILED, WHOLE, *paid, base, money(now_fen, "2026-09-30T23:00", "out")]
    alerts = open_alerts(heard(records_of([*story, *D.all_completed("2026-12-01T00:00")]))).get(ME, [])
    found = [alert["measured"]["forecast_fen"] for alert in alerts if alert["rule"] == "SO-39"]
    assert found == ([forecast_fen] if forecast_fen is not None else [])


def rested(days: int, *, before_fen: int = 300_000, direction: str = "in") -> list[Json]:
    """Let an account rest for some days up to 16 February 2026."""
    last = date(2026, 2, 16) - timedelta(days)
    return [FILED, WHOLE, money(before_fen, str(last), direction, who=party("乙公司"))]


@pytest.mark.parametrize(
    ("days", "before_fen", "sums", "found"),
    [
        (199, 300_000, [9_000_000, 4_000_000], [("medium", "a")]),
        (199, 300_000, [3_200_000], [("medium", "a")]),
        (175, 300_000, [9_000_000, 4_000_000], []),
        (180, 300_000, [9_000_000, 4_000_000], [("medium", "a")]),
        (199, 1_200_000, [9_600_000], []),
        (199, 100_000, [1_800_000], []),
    ],
)
def test_so_07_sums_after_silence(days: int, before_fen: int, sums: list[int], found: list[tuple[str, str]]) -> None:
    woken = [money(fen, f"2026-02-{16 + 2 * place}") for place, fen in enumerate(sums)]
    assert said([*rested(days, before_fen=before_fen), *woken], "SO-07") == found


def test_so_07_within_seven_days_and_by_few() -> None:
    quiet = rested(199, direction="out")
    first, second = money(6_000_000, "2026-02-16"), money(6_000_000, "2026-02-22")
    assert said([*quiet, first, second], "SO-07") == [("medium", "a")]
    assert said([*quiet, first, money(6_000_000, "2026-02-25")], "SO-07") == []
    others = [money(3_250_000, "2026-02-16", who=party(name)) for name in ("丙公司", "丁公司")]
    assert said([*quiet, *others, first], "SO-07") == []  # 48 %
    assert said([*quiet, money(8_000_000, "2025-03-10"), money(13_000_000, "2026-02-16")], "SO-07") == []


def test_so_07_asks_whether_the_silence_is_known() -> None:
    unknown = [FILED, coverage("2025-01-01", "2025-12-31"), *rested(199)[2:], money(13_000_000, "2026-02-16")]
    assert said(unknown, "SO-07") == []
    basis = LEGAL_BASIS | {"approval_ref": "平财监1号"}
    told = [money(300_000, "2025-08-01", legal_basis=basis), money(13_000_000, "2026-02-16", legal_basis=basis)]
    assert said(told, "SO-07") == [("medium", "a")]
    assert said([*told, D.annual(ME, "2026-01-20", year=2025, income_fen=0)], "SO-07") == [("high", "a")]
