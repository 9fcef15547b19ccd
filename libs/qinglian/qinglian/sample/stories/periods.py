"""SO-05, -06, -13, -23, -27, -40: what shows once a month or a year is over, and money that is lent or invested."""

from datetime import date, timedelta

from qinglian.sample.cast import YUAN
from qinglian.sample.pen import Json
from qinglian.sample.stories.overseas import filed, reported
from qinglian.sample.story import Expected, Scene, Story

MIDDLE: Json = {"kind": "service_institution", "spending_fen": 4_000_000 * YUAN}
UNREPORTED = MIDDLE | {"reports": False}
FOUNDATION: Json = {"kind": "foundation", "charity": True, "spending_fen": 4_000_000 * YUAN}


def _wages(scene: Scene, yuan: int, *, brother_yuan: int = 0) -> None:
    """Pay nine persons and some firms in March; the payroll explains 118,000 yuan."""
    first = scene.span.last(3, 2)
    for place in range(8):
        scene.pays(
            first + timedelta(place), (yuan - brother_yuan) // 8, scene.person(place).party, purpose_text="劳务费"
        )
    if brother_yuan:
        brother = scene.person("brother")
        relation = {"a": scene.organization.chair.party, "b": brother.party, "relation": "sibling"}
        scene.says("civil-affairs.relation.declared.v1", first - timedelta(400), relation)
        scene.pays(first + timedelta(12), brother_yuan, brother.party, purpose_text="咨询费")
    for place in range(7):
        scene.pays(first + timedelta(14 + place), 74_000, scene.firm(place), purpose_text="项目支出")
    scene.files_payroll(first, 118_000, heads=14)


def _helpers(scene: Scene) -> None:
    _wages(scene, 182_000)


def _brother(scene: Scene) -> None:
    _wages(scene, 182_000, brother_yuan=40_000)


def _fewer_helpers(scene: Scene) -> None:
    _wages(scene, 160_000)


def _drawn_in_cash(scene: Scene, *yuan: int) -> None:
    """Draw cash on one day or on two, in a month with other payments enough."""
    day = scene.span.last(5, 12)
    for place, amount in enumerate(yuan):
        known: Json = {"method": "cash", "purpose_text": "备用金"}
        scene.pays(day + timedelta(place // 2), amount, scene.firm(place), at=f"1{place}:00:00", **known)
    for place in range(5):
        scene.pays(day + timedelta(place + 3), 70_000, scene.firm(10 + place), purpose_text="项目支出")


def _one_day_of_cash(scene: Scene) -> None:
    _drawn_in_cash(scene, 30_000, 22_000)


def _two_days_of_cash(scene: Scene) -> None:
    _drawn_in_cash(scene, 20_000, 18_000, 22_000)


def _cash_without_receipts(scene: Scene) -> None:
    day = scene.span.last(5, 12)
    scene.receives(day, 60_000, scene.firm(0), method="cash", purpose_text="活动收入")
    scene.gives_receipt(day, 40_000, kind="service", payer=scene.firm(0))


def _invested(scene: Scene) -> None:
    scene.pays(scene.span.last(6, 4), 150_000, scene.firm(0), purpose_text="购买理财产品")


def _invested_by_resolution(scene: Scene) -> None:
    day = scene.span.last(6, 4)
    data = {
        "resolution_id": f"res-{scene.organization.number}",
        "kind": "investment",
        "passed_on": str(day - timedelta(3)),
        "votes_for": 6,
        "votes_total": 9,
    }
    scene.says("civil-affairs.resolution.filed.v1", day + timedelta(16), data)
    _invested(scene)


def _lent(scene: Scene) -> None:
    scene.pays(scene.span.last(6, 4), 120_000, scene.firm(0), purpose_text="借款")


def _year_before(scene: Scene) -> int:
    """Give the last year whose report was due some time ago."""
    return scene.span.last(7, 1).year - 1


def _traded(scene: Scene, taxable_yuan: int) -> None:
    year = _year_before(scene)
    data = {
        "period_from": f"{year}-01-01",
        "period_to": f"{year}-12-31",
        "filed_on": f"{year + 1}-02-10",
        "income_fen": 180_000 * YUAN,
        "taxable_sales_fen": taxable_yuan * YUAN,
        "exempt_income_fen": (180_000 - taxable_yuan) * YUAN,
    }
    scene.says("tax.return.filed.v1", date(year + 1, 2, 10), data, at="17:00:00")


def _mostly_trade(scene: Scene) -> None:
    _traded(scene, 98_000)


def _less_than_half_trade(scene: Scene) -> None:
    _traded(scene, 86_000)


def _visited(scene: Scene, *, told: bool) -> None:
    year = _year_before(scene)
    to_on = date(year, 8, 31)
    filing_id = filed(scene, date(year, 5, 1), to_on, budget_yuan=100_000)
    reported(scene, filing_id, to_on + timedelta(20))
    scene.reports(year, income_fen=4_100_000 * YUAN, spending_fen=4_000_000 * YUAN, overseas_activity=told)


def _visit_denied(scene: Scene) -> None:
    _visited(scene, told=False)


def _visit_told(scene: Scene) -> None:
    _visited(scene, told=True)


def _told_twice(scene: Scene, income_yuan: int, *, staff: int | None = None) -> None:
    """Report an income of 310,000 yuan in March; the tax bureau heard of another one, and of eight people."""
    year = _year_before(scene)
    data = {"period_from": f"{year}-01-01", "period_to": f"{year}-12-31", "filed_on": f"{year + 1}-02-10"}
    income = {"income_fen": income_yuan * YUAN, "taxable_sales_fen": 0, "exempt_income_fen": income_yuan * YUAN}
    scene.says("tax.return.filed.v1", date(year + 1, 2, 10), data | income, at="17:00:00")
    for month in range(1, 13) if staff else ():
        scene.files_payroll(date(year, month, 1), 49_600, heads=8)
    scene.reports(year, income_fen=310_000 * YUAN, spending_fen=300_000 * YUAN, staff_count=staff)


def _other_income(scene: Scene) -> None:
    _told_twice(scene, 390_000)


def _other_income_and_staff(scene: Scene) -> None:
    _told_twice(scene, 390_000, staff=12)


def _nearly_the_same(scene: Scene) -> None:
    _told_twice(scene, 380_000, staff=10)


STORIES = (
    Story(
        "SO-05-helpers", "182,000 yuan to persons, payroll 118,000", _helpers, (Expected("SO-05", "medium"),), MIDDLE
    ),
    Story(
        "SO-05-brother",
        "the same, 40,000 of it to the chair's brother, most of what goes beyond the payroll",
        _brother,
        (Expected("SO-05", "high"),),
        MIDDLE,
    ),
    Story(
        "SO-06-drawn",
        "30,000 and 22,000 yuan drawn in cash on one day",
        _one_day_of_cash,
        (Expected("SO-06", "medium"),),
        MIDDLE,
    ),
    Story(
        "SO-06-receipts",
        "60,000 yuan of cash paid in, receipts for 40,000",
        _cash_without_receipts,
        (Expected("SO-06", "low"),),
        MIDDLE,
    ),
    Story(
        "SO-13-invested",
        "a foundation puts 150,000 yuan into a wealth product without a resolution",
        _invested,
        (Expected("SO-13", "medium"),),
        FOUNDATION,
    ),
    Story("SO-13-lent", "120,000 yuan lent to a firm", _lent, (Expected("SO-13", "medium"),), MIDDLE),
    Story(
        "SO-23-trade",
        "exempt from tax, 98,000 of 180,000 yuan taxable",
        _mostly_trade,
        (Expected("SO-23", "low"),),
        UNREPORTED,
    ),
    Story(
        "SO-27-denied",
        "a filed visit from abroad, the report of the year says no",
        _visit_denied,
        (Expected("SO-27", "medium"),),
        UNREPORTED,
    ),
    Story(
        "SO-40-income",
        "report 310,000 yuan, tax return 390,000",
        _other_income,
        (Expected("SO-40", "low"),),
        UNREPORTED,
    ),
    Story(
        "SO-40-both",
        "the same, and 12 staff in the report, 8 on the payroll",
        _other_income_and_staff,
        (Expected("SO-40", "medium"),),
        UNREPORTED,
    ),
)
QUIET = (
    Story("SO-05-less", "160,000 yuan to persons, payroll 118,000", _fewer_helpers, given=MIDDLE),
    Story("SO-06-two-days", "38,000 and 22,000 yuan drawn in cash on two days", _two_days_of_cash, given=MIDDLE),
    Story("SO-13-resolved", "six of nine votes for the wealth product", _invested_by_resolution, given=FOUNDATION),
    Story("SO-23-less", "86,000 of 180,000 yuan taxable", _less_than_half_trade, given=UNREPORTED),
    Story("SO-27-told", "a filed visit from abroad, told in the report", _visit_told, given=UNREPORTED),
    Story("SO-40-near", "report 310,000 yuan, tax return 380,000; 10 staff and 8", _nearly_the_same, given=UNREPORTED),
)
