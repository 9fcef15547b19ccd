"""SO-02: one sum, cut into parts that each stay under the tier."""

from datetime import timedelta

from qinglian.sample.cast import YUAN
from qinglian.sample.story import Expected, Scene, Story

BIG = {"kind": "association", "spending_fen": 12_000_000 * YUAN}


def _parts(scene: Scene, days: tuple[int, ...]) -> None:
    first = scene.span.last(3, 1)
    for day in days:
        scene.pays(first + timedelta(day), 1_900_000, scene.firm(0), purpose_text="工程款")


def _three_parts(scene: Scene) -> None:
    _parts(scene, (0, 2, 5))


def _four_parts(scene: Scene) -> None:
    _parts(scene, (0, 2, 5, 6))


def _third_too_late(scene: Scene) -> None:
    _parts(scene, (0, 2, 8))


def _cash(scene: Scene) -> None:
    first = scene.span.last(7, 6)
    for day, yuan in ((0, 42_000), (2, 45_000), (4, 49_000)):
        drawn = {"kind": "unknown", "name": "现金支取"}
        scene.pays(first + timedelta(day), yuan, drawn, method="cash", purpose_text="备用金")


STORIES = (
    Story("SO-02-three", "three times 1,900,000 yuan in six days", _three_parts, (Expected("SO-02", "medium"),), BIG),
    Story("SO-02-four", "four times 1,900,000 yuan in a week", _four_parts, (Expected("SO-02", "high"),), BIG),
    Story(
        "SO-02-cash",
        "42,000, 45,000 and 49,000 yuan drawn in cash within five days, nearly all that went out that month",
        _cash,
        (Expected("SO-02", "medium"), Expected("SO-06", "medium")),
        {"kind": "association", "spending_fen": 1_500_000 * YUAN},
    ),
)
QUIET = (Story("SO-02-slow", "three times 1,900,000 yuan in nine days", _third_too_late, given=BIG),)
