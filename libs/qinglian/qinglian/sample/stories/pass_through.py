"""SO-03: money that comes in and is gone, or five strangers in three days."""

from datetime import timedelta

from qinglian.sample.cast import YUAN
from qinglian.sample.story import Expected, Scene, Story

SMALL = {"kind": "association", "spending_fen": 1_500_000 * YUAN}


def _in_and_out(scene: Scene) -> None:
    day = scene.span.last(6, 9)
    scene.knows(scene.firm(0), before=day)
    scene.receives(day, 140_000, scene.firm(0), at="09:10:00", purpose_text="项目合作")
    scene.receives(day, 240_000, scene.firm(1), at="11:30:00", purpose_text="项目合作")
    scene.pays(day + timedelta(1), 200_000, scene.firm(2), at="10:20:00", purpose_text="咨询费")
    scene.pays(day + timedelta(1), 150_000, scene.firm(3), at="14:50:00", purpose_text="咨询费")


def _back_into_one_hand(scene: Scene) -> None:
    relation = {"a": scene.firm(1), "b": scene.firm(2), "relation": "controls"}
    scene.says("civil-affairs.relation.declared.v1", scene.span.last(6, 9) - timedelta(300), relation)
    _in_and_out(scene)


def _five_strangers(scene: Scene) -> None:
    day = scene.recent(6)
    for place, yuan in enumerate((60_000, 50_000, 40_000)):
        scene.receives(day, yuan, scene.firm(place), at=f"09:{10 + place}:00", purpose_text="赞助")
    scene.pays(day + timedelta(1), 45_000, scene.firm(3), purpose_text="宣传费")
    scene.pays(day + timedelta(2), 35_000, scene.firm(4), at="09:05:00", purpose_text="宣传费")


STORIES = (
    Story(
        "SO-03-through",
        "380,000 yuan in, 350,000 of it out to two strangers on the next day",
        _in_and_out,
        (Expected("SO-03", "medium"),),
        SMALL,
    ),
    Story(
        "SO-03-group",
        "the same, and the payer controls a payee: a way back into the same hands",
        _back_into_one_hand,
        (Expected("SO-03", "high"), Expected("SO-04", "high")),
        SMALL,
    ),
    Story(
        "SO-03-strangers",
        "three unknown payers and two unknown payees in three days, 230,000 yuan; last week",
        _five_strangers,
        (Expected("SO-03", "low"),),
        SMALL,
    ),
)
