"""SO-35: many persons give to who may not raise money in public, and to who does it together with a charity."""

from datetime import timedelta

from qinglian.sample.cast import YUAN
from qinglian.sample.story import Expected, Scene, Story

GIVERS = 230  # in a small county too: fewer would be no crowd
DAYS = 6
PLAIN = {"kind": "association", "spending_fen": 600_000 * YUAN}
CHARITY = {"kind": "foundation", "charity": True, "public_fundraising": True, "spending_fen": 4_000_000 * YUAN}


def _gifts(scene: Scene, *, sums: tuple[int, ...], purpose: str) -> None:
    first = scene.span.last(6, 8)
    for place in range(GIVERS):
        giver = {"kind": "person", "name": "捐赠人", "person": scene.person(place).token}
        second = place * 150
        at = f"{8 + second // 3_600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
        day = first + timedelta(place * DAYS // GIVERS)
        scene.receives(day, sums[place % len(sums)], giver, at=at, purpose_text=purpose)


def _unqualified(scene: Scene) -> None:
    _gifts(scene, sums=(10, 50, 100, 200, 300, 20, 80), purpose="爱心捐款")


def _together(scene: Scene) -> None:
    first, partner = scene.span.last(6, 8), scene.others[0]
    drive = {
        "activity_id": f"drive-{scene.organization.number}",
        "kind": "joint_fundraising",
        "reported_on": str(first - timedelta(10)),
        "held_from": str(first),
        "held_to": str(first + timedelta(20)),
        "counterpart": {"kind": "organization", "name": partner.name, "code": partner.code},
    }
    scene.says("civil-affairs.activity.reported.v1", first - timedelta(10), drive)
    _unqualified(scene)


def _course_fees(scene: Scene) -> None:
    _gifts(scene, sums=(680, 880, 1_280), purpose="兴趣班")


STORIES = (
    Story(
        "SO-35-givers",
        "230 persons give 10 to 300 yuan in six days, no qualification",
        _unqualified,
        (Expected("SO-35", "medium"),),
        PLAIN,
    ),
)
QUIET = (
    Story(
        "SO-35-together", "the same, a reported joint drive with a charity", _together, given=PLAIN, others=(CHARITY,)
    ),
    Story("SO-35-fees", "230 persons pay one of three course fees", _course_fees, given=PLAIN),
)
