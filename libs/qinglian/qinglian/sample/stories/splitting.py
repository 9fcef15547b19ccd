"""SO-17: purchases that are split under the limits, and supplements."""

from datetime import timedelta

from qinglian.sample.cast import YUAN, bureau
from qinglian.sample.pen import Json
from qinglian.sample.story import Expected, Scene, Story

CARER: Json = {"kind": "service_institution", "spending_fen": 900_000 * YUAN}
ITEM = "D0888"


def _award(scene: Scene, number: int, yuan: int, procedure: str = "inquiry", **more: object) -> None:
    """Let the organization win in the middle of February and again four weeks later, always in one year."""
    day = scene.span.last(3, 15) - timedelta(28 * (2 - number))
    award = {
        "award_id": f"split-{scene.organization.number}-{number}",
        "buyer": bureau("culture"),
        "catalogue_item": ITEM,
        "procedure": procedure,
        "amount_fen": yuan * YUAN,
        "awarded_on": str(day),
    }
    scene.says("finance.procurement.awarded.v1", day, award | more)


def _two_inquiries(scene: Scene) -> None:
    _award(scene, 1, 280_000)
    _award(scene, 2, 260_000)


def _supplemented(scene: Scene, yuan: int) -> None:
    _award(scene, 1, 600_000, "open_tender")
    original = f"split-{scene.organization.number}-1"
    _award(scene, 2, yuan, "open_tender", supplement_of=original)


def _much_more(scene: Scene) -> None:
    _supplemented(scene, 70_000)


def _a_little_more(scene: Scene) -> None:
    _supplemented(scene, 60_000)


def _other_item(scene: Scene) -> None:
    _award(scene, 1, 280_000)
    _award(scene, 2, 260_000, catalogue_item="D0889")


STORIES = (
    Story("SO-17-split", "two inquiries over the limit", _two_inquiries, (Expected("SO-17", "low"),), CARER),
    Story("SO-17-more", "a supplement of 11.7 %", _much_more, (Expected("SO-17", "medium"),), CARER),
)
QUIET = (
    Story("SO-17-tenth", "a supplement of 10 %", _a_little_more, given=CARER),
    Story("SO-17-item", "two inquiries, two items", _other_item, given=CARER),
)
