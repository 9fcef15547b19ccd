"""SO-21 and SO-22: money moves where the tax bureau knows nobody, or knows somebody as gone."""

from datetime import timedelta

from qinglian.sample.cast import YUAN
from qinglian.sample.stories.ineligible import award
from qinglian.sample.story import Expected, Scene, Story

UNTAXED = {"kind": "service_institution", "spending_fen": 500_000 * YUAN, "taxed": False, "reports": False}
TAXED = {"kind": "service_institution", "spending_fen": 500_000 * YUAN}


def _opened(scene: Scene, days: int) -> None:
    day = scene.organization.registered_on + timedelta(days)
    scene.says("tax.registration.opened.v1", day, {"registered_on": str(day)})


def _registered_late(scene: Scene) -> None:
    registered_on = scene.organization.registered_on
    scene.receives(registered_on + timedelta(12), 6_200, scene.firm(0), purpose_text="服务费")
    _opened(scene, 60)


def _never_registered(scene: Scene) -> None:
    registered_on = scene.organization.registered_on
    scene.receives(registered_on + timedelta(15), 8_000, scene.firm(0), purpose_text="服务费")
    scene.receives(registered_on + timedelta(50), 4_000, scene.firm(1), purpose_text="服务费")


def _registered_in_time(scene: Scene) -> None:
    scene.receives(scene.organization.registered_on + timedelta(12), 9_000, scene.firm(0), purpose_text="服务费")
    _opened(scene, 29)


def _closed_but_active(scene: Scene) -> None:
    closed_on = scene.span.last(5, 10)
    scene.says("tax.registration.closed.v1", closed_on, {"closed_on": str(closed_on), "reason": "自行注销"})
    scene.receives(closed_on + timedelta(10), 7_000, scene.firm(0), purpose_text="服务费")


def _abnormal(scene: Scene, movements: tuple[tuple[str, int, int], ...]) -> None:
    since = scene.span.last(4, 10)
    status = "tax.status.changed.v1"
    scene.says(status, since, {"status": "abnormal", "effective_on": str(since)}, at="00:00:00")
    for place, (direction, days, yuan) in enumerate(movements):
        move = scene.receives if direction == "in" else scene.pays
        move(since + timedelta(days), yuan, scene.firm(place), purpose_text="服务费")
    normal = since + timedelta(60)
    scene.says(status, normal, {"status": "normal", "effective_on": str(normal)}, at="00:00:00")


def _abnormal_and_moving(scene: Scene) -> None:
    _abnormal(scene, (("in", 2, 7_000), ("out", 10, 5_500)))


def _abnormal_and_hired(scene: Scene) -> None:
    _abnormal(scene, (("in", 3, 8_000), ("out", 12, 4_000)))
    award(scene, scene.span.last(4, 10) + timedelta(12), 80_000)


def _abnormal_and_nearly_still(scene: Scene) -> None:
    _abnormal(scene, (("in", 2, 5_000), ("out", 10, 4_000)))


STORIES = (
    Story(
        "SO-21-late",
        "no tax registration after 30 days while 6,200 yuan came in; registered after 60",
        _registered_late,
        (Expected("SO-21", "medium"),),
        UNTAXED,
        young_days=300,
    ),
    Story(
        "SO-21-never",
        "no tax registration 120 days after the founding, 12,000 yuan moved",
        _never_registered,
        (Expected("SO-21", "high"),),
        UNTAXED,
        young_days=120,
    ),
    Story(
        "SO-21-closed",
        "tax registration closed, 7,000 yuan paid in ten days later, still active",
        _closed_but_active,
        (Expected("SO-21", "medium"),),
        TAXED,
    ),
    Story(
        "SO-22-moving",
        "tax-abnormal: 7,000 yuan in and 5,500 out within 30 days",
        _abnormal_and_moving,
        (Expected("SO-22", "medium"),),
        TAXED,
    ),
    Story(
        "SO-22-award",
        "tax-abnormal, moving, and given an award in that time",
        _abnormal_and_hired,
        (Expected("SO-22", "high"),),
        TAXED,
    ),
)
QUIET = (
    Story(
        "SO-21-in-time",
        "tax registration on the 29th day after the founding",
        _registered_in_time,
        given=UNTAXED,
        young_days=250,
    ),
    Story("SO-22-still", "tax-abnormal with 9,000 yuan moved", _abnormal_and_nearly_still, given=TAXED),
)
