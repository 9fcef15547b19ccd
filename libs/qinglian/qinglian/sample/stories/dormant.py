"""SO-07: accounts that rest for half a year and wake to a large sum of one payer, or to many small ones."""

from datetime import timedelta

from qinglian.sample.cast import YUAN
from qinglian.sample.pen import Json
from qinglian.sample.story import Expected, Scene, Story

RESTING: Json = {"kind": "association", "spending_fen": 3_000_000 * YUAN, "rents": False}


def _rests(scene: Scene, *, days: int) -> None:
    """Move small sums up to some days before the account wakes."""
    woken = scene.span.last(5, 12)
    for place in range(3):
        day = woken - timedelta(days + 30 * place)
        scene.receives(day, 3_000, scene.firm(1), purpose_text="赞助")


def _wakes(scene: Scene) -> None:
    day = scene.span.last(5, 12)
    scene.receives(day, 90_000, scene.firm(0), purpose_text="合作款")
    scene.receives(day + timedelta(2), 40_000, scene.firm(0), purpose_text="合作款")


def _long_rest(scene: Scene) -> None:
    _rests(scene, days=199)
    _wakes(scene)


def _shorter_rest(scene: Scene) -> None:
    _rests(scene, days=175)
    _wakes(scene)


def _many_members(scene: Scene) -> None:
    _rests(scene, days=199)
    for place in range(scene.crowd(150)):
        at = f"{9 + place // 60:02d}:{place % 60:02d}:00"
        scene.receives(scene.span.last(5, 12), 1_000, scene.person(place).party, at=at, purpose_text="活动费")


STORIES = (
    Story(
        "SO-07-wakes",
        "an account silent for 199 days, then 90,000 and 40,000 yuan of one firm",
        _long_rest,
        (Expected("SO-07", "medium"),),
        RESTING,
    ),
)
QUIET = (
    Story("SO-07-shorter", "the same after 175 days", _shorter_rest, given=RESTING),
    Story("SO-07-members", "199 days, then 150 members paying 1,000 yuan each", _many_members, given=RESTING),
)
