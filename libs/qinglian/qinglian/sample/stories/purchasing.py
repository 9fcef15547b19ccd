"""SO-15: money for bought services that leaves for others than the budget names."""

from datetime import timedelta

from qinglian.sample.cast import YUAN
from qinglian.sample.stories.ineligible import award, is_paid
from qinglian.sample.story import Expected, Scene, Story

WORKER = {"kind": "service_institution", "spending_fen": 900_000 * YUAN}


def _off_budget(scene: Scene, yuan: int) -> None:
    day = scene.span.last(6, 1)
    payees = [scene.firm(0)["name"], scene.firm(1)["name"]]
    bought = award(scene, day - timedelta(40), 110_000, budget_payees=payees)
    is_paid(scene, day, 110_000, bought["award_id"])
    consultancy = scene.firm(2)
    known = {"project_ref": bought["award_id"], "purpose_text": "咨询费"}
    scene.pays(day + timedelta(4), yuan, consultancy, **known)
    scene.pays(day + timedelta(6), 20_000, scene.firm(0), **(known | {"purpose_text": "物资采购"}))


def _a_third_off(scene: Scene) -> None:
    _off_budget(scene, 36_000)


def _most_off(scene: Scene) -> None:
    _off_budget(scene, 70_000)


def _a_quarter_off(scene: Scene) -> None:
    _off_budget(scene, 31_000)


STORIES = (
    Story(
        "SO-15-third",
        "36,000 of 110,000 yuan to a consultancy that the budget does not name",
        _a_third_off,
        (Expected("SO-15", "medium"),),
        WORKER,
    ),
    Story(
        "SO-15-most",
        "70,000 of 110,000 yuan off the budget; to one firm, so they are also passed on",
        _most_off,
        (Expected("SO-15", "high"), Expected("SO-16", "medium")),
        WORKER,
    ),
)
QUIET = (Story("SO-15-quarter", "31,000 of 110,000 yuan off the budget", _a_quarter_off, given=WORKER),)
