"""SO-24: receipts for gifts of which the money never came, or went back to whoever belongs to the donor."""

from datetime import timedelta

from qinglian.sample.cast import YUAN
from qinglian.sample.pen import Json
from qinglian.sample.story import Expected, Scene, Story

CARE: Json = {"kind": "service_institution", "spending_fen": 4_000_000 * YUAN}


def _receipt(scene: Scene, yuan: int, *, came_yuan: int) -> None:
    """Give a firm a receipt, of which some money came nine days before."""
    day, donor = scene.span.last(3, 3), scene.firm(0)
    scene.receives(day - timedelta(9), came_yuan, donor, purpose_text="捐赠款")
    scene.gives_receipt(day, yuan, kind="donation", payer=donor)


def _money_missing(scene: Scene) -> None:
    _receipt(scene, 92_000, came_yuan=75_000)


def _nearly_all_came(scene: Scene) -> None:
    _receipt(scene, 180_000, came_yuan=166_000)


def _gift(scene: Scene, donor: Json, *, back_yuan: int, to: Json) -> None:
    """Let somebody give 50,000 yuan, and pay some of it out again fifty days later."""
    day = scene.span.last(3, 1)
    scene.receives(day, 50_000, donor, purpose_text="捐赠款")
    scene.gives_receipt(day, 50_000, kind="donation", payer=donor)
    scene.pays(day + timedelta(50), back_yuan, to, purpose_text="咨询费")


def _much_back(scene: Scene) -> None:
    donor, wife = scene.person("donor").party, scene.person("wife").party
    told_on = scene.span.last(3, 1) - timedelta(300)
    scene.says("civil-affairs.relation.declared.v1", told_on, {"a": donor, "b": wife, "relation": "spouse"})
    _gift(scene, donor, back_yuan=37_000, to=wife)


def _less_back(scene: Scene) -> None:
    _gift(scene, scene.firm(0), back_yuan=34_000, to=scene.firm(0))


STORIES = (
    Story(
        "SO-24-missing",
        "a donation receipt of 92,000 yuan for a firm that gave 75,000",
        _money_missing,
        (Expected("SO-24", "medium"),),
        CARE,
    ),
    Story(
        "SO-24-back",
        "a gift of 50,000 yuan, 37,000 of it to the donor's wife fifty days later",
        _much_back,
        (Expected("SO-24", "high"), Expected("SO-04", "high"), Expected("SO-05", "low")),
        CARE,
    ),
)
QUIET = (
    Story("SO-24-near", "a donation receipt of 180,000 yuan, 166,000 came in", _nearly_all_came, given=CARE),
    Story("SO-24-less", "34,000 of 50,000 yuan back to the firm that gave", _less_back, given=CARE),
)
