"""TY-03: a sum cut into parts, gone at once, and back with the payer after three weeks."""

from datetime import date, timedelta

from qinglian.sample.cast import YUAN
from qinglian.sample.pen import Json
from qinglian.sample.story import Expected, Scene, Story

LARGE: Json = {"kind": "association", "spending_fen": 12_000_000 * YUAN}
FIRST_DAYS = 200  # before the end


def _part(scene: Scene, place: int) -> date:
    """Give the day of a part: one a day, so that no day is a large transfer."""
    return scene.recent(FIRST_DAYS) + timedelta(place)


def _comes_in(scene: Scene, *days: int) -> None:
    for day in days:
        scene.receives(_part(scene, day), 1_750_000, scene.firm(0), at="09:00:00", purpose_text="合作款")


def _goes_on(scene: Scene, to: Json, *days: int) -> None:
    """Pass the parts on; the last one before three days are over."""
    for day in days:
        scene.pays(_part(scene, day), 1_590_000, to, at="08:00:00", purpose_text="合作款")


def _comes_back(scene: Scene, *days: int) -> None:
    (partner,) = scene.others
    for day in days:
        scene.pays(_part(scene, day), 1_500_000, scene.firm(0), of=partner, purpose_text="合作款")


def _channel(scene: Scene) -> None:
    _comes_in(scene, 0, 1, 2)
    _goes_on(scene, scene.others[0].party, 1, 2, 3)
    _comes_back(scene, 20, 21, 22)


def _other_hands(scene: Scene) -> None:
    """Let the parts go to a firm and stay there; another sum goes round."""
    _comes_in(scene, 0, 1, 2)
    _goes_on(scene, scene.firm(1), 1, 2, 3)
    (partner,) = scene.others
    scene.receives(_part(scene, 10), 90_000, scene.firm(2), purpose_text="项目款")
    scene.pays(_part(scene, 12), 88_000, partner.party, purpose_text="项目款")
    scene.pays(_part(scene, 19), 85_000, scene.firm(2), of=partner, purpose_text="项目款")


def _slowly(scene: Scene) -> None:
    _comes_in(scene, 0, 2, 8)
    _goes_on(scene, scene.others[0].party, 30, 31, 32)
    _comes_back(scene, 100, 101, 102)


STORIES = (
    Story(
        "TY-03-channel",
        "three times 1,750,000 yuan of one firm, passed on to a partner within three days, and from there to the firm",
        _channel,
        (
            Expected("SO-02", "medium"),
            Expected("SO-03", "high"),
            Expected("SO-04", "high", 2),
            Expected("TY-03", "critical"),
        ),
        LARGE,
        others=(LARGE,),
    ),
    Story(
        "TY-03-hands",
        "the parts end with a firm, other money goes round among others: three findings and no pattern",
        _other_hands,
        (Expected("SO-02", "medium"), Expected("SO-03", "high"), Expected("SO-04", "medium", 2)),
        LARGE,
        others=(LARGE,),
    ),
)
QUIET = (
    Story(
        "TY-03-slow",
        "parts of a sum in nine days, on to a partner after a month, back with the payer after 100 days",
        _slowly,
        given=LARGE,
        others=(LARGE,),
    ),
)
