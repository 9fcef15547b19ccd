"""SO-18: nearly all income from one buyer, without competition or with an officer who serves it."""

from datetime import date, timedelta

from qinglian.sample.cast import YUAN, paying_bureau
from qinglian.sample.pen import Json
from qinglian.sample.stories.ineligible import award, is_paid
from qinglian.sample.story import Expected, Scene, Story

WORKER = {"kind": "service_institution", "spending_fen": 200_000 * YUAN}
SOLD_YUAN = (100_000, 110_000, 110_000)


def _sales(scene: Scene) -> tuple[date, ...]:
    return tuple(scene.span.last(3, 10) + timedelta(days) for days in (-480, -240, 0))


def _sold(scene: Scene, others_yuan: int, **more: object) -> None:
    for day, yuan in zip(_sales(scene), SOLD_YUAN, strict=True):
        bought = award(scene, day, yuan, **more)
        is_paid(scene, day + timedelta(20), yuan, bought["award_id"])
    scene.receives(_sales(scene)[0] + timedelta(60), others_yuan, scene.firm(0), purpose_text="服务费")


def _one_source(scene: Scene) -> None:
    _sold(scene, 60_000, procedure="single_source")


def _one_source_and_officer(scene: Scene) -> None:
    leader, day = scene.person("vice chair"), _sales(scene)[0] + timedelta(100)
    post: Json = {
        "person": leader.token,
        "name_masked": leader.party["name"],
        "post": "vice_chair",
        "from_on": str(day),
    }
    scene.says("civil-affairs.post.taken.v1", day, post)
    relation = {"a": paying_bureau("civil"), "b": leader.party, "relation": "employs"}
    scene.says("civil-affairs.relation.declared.v1", day, relation)
    _one_source(scene)


def _three_quarters(scene: Scene) -> None:
    _sold(scene, 110_000, procedure="single_source")


STORIES = (
    Story(
        "SO-18-one",
        "320,000 of 380,000 yuan in two years from one bureau, three single-source awards",
        _one_source,
        (Expected("SO-18", "low"),),
        WORKER,
    ),
    Story(
        "SO-18-officer",
        "the same, and a vice-chair is employed by that bureau",
        _one_source_and_officer,
        (Expected("SO-18", "high"),),
        WORKER,
    ),
)
QUIET = (Story("SO-18-quarter", "three quarters from one bureau, the rest from a firm", _three_quarters, given=WORKER),)
