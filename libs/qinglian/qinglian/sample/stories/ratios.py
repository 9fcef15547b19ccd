"""SO-39: charities that spend too little on their purpose, or will have by the end of the year."""

from qinglian.sample.cast import YUAN
from qinglian.sample.pen import Json
from qinglian.sample.story import Expected, Scene, Story

PUBLIC: Json = {"kind": "foundation", "charity": True, "public_fundraising": True, "reports": False}
PUBLIC |= {"spending_fen": 2_900_000 * YUAN, "rents": False}
INCOME_FEN = 2_987_000 * YUAN  # as much as is taxed


def _reported(scene: Scene, programme_yuan: int, *, cost_yuan: int = 150_000) -> None:
    """Report three years with an income of 2,987,000 yuan, and what was spent on the purpose in the last one."""
    last = scene.span.last(3, 20).year - 1
    for year in (last - 2, last - 1, last):
        is_last = year == last
        scene.reports(
            year,
            income_fen=INCOME_FEN,
            spending_fen=2_900_000 * YUAN,
            programme_spending_fen=(programme_yuan if is_last else 2_100_000) * YUAN,
            management_cost_fen=(cost_yuan if is_last else 150_000) * YUAN,
        )


def _too_little(scene: Scene) -> None:
    _reported(scene, 2_000_000)


def _just_enough(scene: Scene) -> None:
    _reported(scene, 2_095_000)


def _dear_management(scene: Scene) -> None:
    _reported(scene, 2_100_000, cost_yuan=310_000)


STORIES = (
    Story(
        "SO-39-programme",
        "a public foundation spends 2,000,000 of 2,987,000 yuan on its purpose",
        _too_little,
        (Expected("SO-39", "medium"),),
        PUBLIC,
    ),
    Story(
        "SO-39-management",
        "management costs 310,000 of 2,900,000 yuan",
        _dear_management,
        (Expected("SO-39", "medium"),),
        PUBLIC,
    ),
)
QUIET = (Story("SO-39-enough", "2,095,000 of 2,987,000 yuan on its purpose", _just_enough, given=PUBLIC),)
