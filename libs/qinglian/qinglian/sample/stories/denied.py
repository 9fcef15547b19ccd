"""TY-05: money from abroad that nobody filed, persons paid soon after, and a report that says no."""

from datetime import date

from qinglian.sample.cast import YUAN
from qinglian.sample.pen import Json
from qinglian.sample.stories.overseas import dollars
from qinglian.sample.story import Expected, Scene, Story

# Its report is part of the story; it is the only one.
PARTNER: Json = {"kind": "association", "spending_fen": 3_000_000 * YUAN, "reports": False}


def _reported_year(scene: Scene) -> int:
    """Give the last year whose report, of 20 March, was filed some time ago."""
    return scene.span.last(3, 20).year - 1


def _reports(scene: Scene, *, overseas_activity: bool) -> None:
    year, spent = _reported_year(scene), scene.organization.spending_fen
    scene.reports(year, income_fen=spent * 103 // 100, spending_fen=spent, overseas_activity=overseas_activity)


def _paid_in(scene: Scene, month: int) -> None:
    year = _reported_year(scene)
    dollars(scene, date(year, 5, 12), 12_000, by="Lantern Tide Foundation")
    scene.pays(date(year, month, 15), 64_000, scene.person("helper").party, purpose_text="劳务费")
    _reports(scene, overseas_activity=False)


def _paid_soon(scene: Scene) -> None:
    _paid_in(scene, 7)


def _paid_much_later(scene: Scene) -> None:
    _paid_in(scene, 12)


def _less_and_reported(scene: Scene) -> None:
    year = _reported_year(scene)
    dollars(scene, date(year, 5, 12), 9_800, by="Halcyon Bay Trading Co")
    scene.pays(date(year, 7, 15), 9_000, scene.person("helper").party, purpose_text="劳务费")
    _reports(scene, overseas_activity=True)


ALONE = (Expected("SO-25", "high"), Expected("SO-05", "medium"), Expected("SO-27", "low"))
STORIES = (
    Story(
        "TY-05-denied",
        "USD 12,000 from an unfiled foundation in May, 64,000 yuan to a person in July, the report says no",
        _paid_soon,
        (*ALONE, Expected("TY-05", "critical")),
        PARTNER,
    ),
    Story(
        "TY-05-december",
        "the same, but the person is paid in December: three findings and no pattern",
        _paid_much_later,
        ALONE,
        PARTNER,
    ),
)
QUIET = (
    Story(
        "TY-05-less",
        "USD 9,800 of a firm abroad, 9,000 yuan to a person, and the report says so",
        _less_and_reported,
        given=PARTNER,
    ),
)
