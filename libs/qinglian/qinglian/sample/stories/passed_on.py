"""SO-16: purchase money that goes on to one firm, or back to those around the buyer."""

from datetime import timedelta

from qinglian.sample.cast import YUAN, paying_bureau
from qinglian.sample.pen import Json
from qinglian.sample.stories.ineligible import award, is_paid
from qinglian.sample.story import Expected, Scene, Story

WORKER = {"kind": "service_institution", "spending_fen": 900_000 * YUAN}


def _bought(scene: Scene) -> Json:
    day = scene.span.last(4, 8)
    bought = award(scene, day - timedelta(30), 180_000, budget_payees=[scene.firm(0)["name"]])
    is_paid(scene, day, 180_000, bought["award_id"])
    return bought


def _passed_on(scene: Scene, yuan: int) -> None:
    # Later than the 30 days after which money off the budget is looked at: only the term still holds it.
    known: Json = {"project_ref": _bought(scene)["award_id"], "purpose_text": "服务外包费"}
    scene.pays(scene.span.last(4, 8) + timedelta(45), yuan, scene.firm(1), **known)


def _half_passed_on(scene: Scene) -> None:
    _passed_on(scene, 95_000)


def _less_than_half(scene: Scene) -> None:
    _passed_on(scene, 85_000)


def _to_a_servant(scene: Scene) -> None:
    _bought(scene)
    servant, day = scene.person("servant"), scene.span.last(4, 8)
    relation = {"a": paying_bureau("civil"), "b": servant.party, "relation": "employs"}
    scene.says("civil-affairs.relation.declared.v1", day - timedelta(300), relation)
    scene.pays(day + timedelta(20), 3_000, servant.party, purpose_text="评审费")


def _surplus_returned(scene: Scene) -> None:
    _bought(scene)
    scene.pays(scene.span.last(4, 8) + timedelta(40), 12_000, paying_bureau("civil"), purpose_text="项目结余退回")


STORIES = (
    Story(
        "SO-16-half",
        "95,000 of 180,000 yuan on to one firm within the term",
        _half_passed_on,
        (Expected("SO-16", "medium"),),
        WORKER,
    ),
    Story(
        "SO-16-servant",
        "3,000 yuan to a person whom the buyer employs",
        _to_a_servant,
        (Expected("SO-16", "critical"),),
        WORKER,
    ),
)
QUIET = (
    Story("SO-16-less", "85,000 of 180,000 yuan on to one firm", _less_than_half, given=WORKER),
    Story("SO-16-surplus", "a surplus of 12,000 yuan returned to the buyer", _surplus_returned, given=WORKER),
)
