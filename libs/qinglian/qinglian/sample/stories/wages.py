"""SO-12: pay far above the sector's, and a bonus for the chair out of last year's surplus."""

from datetime import date, timedelta

from qinglian.sample.cast import YUAN
from qinglian.sample.pen import Json
from qinglian.sample.story import Expected, Scene, Story

SECTOR_YUAN = 8_000
STAFF = 10
CENTRE = {"kind": "service_institution", "spending_fen": 1_900_000 * YUAN, "reports": False}


def _payrolls(scene: Scene, last: date, months: int, mean_yuan: int, *listed: int) -> None:
    """File payrolls of months up to that of a date; the last ones list the chair."""
    unlisted: list[int | None] = [None] * (months - len(listed))
    first = last.year * 12 + last.month - months
    for place, yuan in enumerate([*unlisted, *listed]):
        year, month = divmod(first + place, 12)
        data: Json = {
            "period": f"{year}-{month + 1:02d}",
            "headcount": STAFF,
            "total_pay_fen": STAFF * mean_yuan * YUAN,
            "sector_mean_pay_fen": SECTOR_YUAN * YUAN,
        }
        if yuan is not None:
            data["payees"] = [{"person": scene.organization.chair.token, "amount_fen": yuan * YUAN}]
        scene.says("tax.payroll.filed.v1", date(year, month + 1, 1) + timedelta(40), data)


def _rich(scene: Scene) -> None:
    _payrolls(scene, scene.span.last(6, 1), 8, 16_800)


def _comfortable(scene: Scene) -> None:
    _payrolls(scene, scene.span.last(6, 1), 8, 15_600)


def _bonus(scene: Scene, *listed: int) -> None:
    last = scene.span.last(6, 1)
    report = {"year": last.year - 1, "filed_on": f"{last.year}-03-10"}
    report |= {"income_fen": 2_400_000 * YUAN, "spending_fen": 2_000_000 * YUAN}
    scene.says("civil-affairs.annual-report.filed.v1", date(last.year, 3, 10), report)
    _payrolls(scene, last, len(listed), 6_000, *listed)


def _great_bonus(scene: Scene) -> None:
    _bonus(scene, 12_000, 12_000, 12_000, 62_000)


def _double_pay(scene: Scene) -> None:
    _bonus(scene, 12_000, 12_000, 12_000, 24_000)


STORIES = (
    Story(
        "SO-12-pay",
        "eight months of pay at 2.1 times the mean of the sector",
        _rich,
        (Expected("SO-12", "low"),),
        CENTRE,
    ),
    Story(
        "SO-12-bonus",
        "62,000 yuan for the chair, who usually gets 12,000, after a year with a surplus of 400,000",
        _great_bonus,
        (Expected("SO-12", "high"),),
        CENTRE,
    ),
)
QUIET = (
    Story("SO-12-comfortable", "eight months of pay at 1.95 times the mean of the sector", _comfortable, given=CENTRE),
    Story("SO-12-double", "twice the usual pay for the chair in one month", _double_pay, given=CENTRE),
)
