"""SO-30: liquor and tours where public money came, and spending that only sounds like it."""

from datetime import timedelta

from qinglian.sample.cast import YUAN, bureau
from qinglian.sample.pen import Json
from qinglian.sample.story import Expected, Scene, Story

CLUB: Json = {"kind": "association", "spending_fen": 300_000 * YUAN}


def _is_granted(scene: Scene) -> None:
    """Let a bureau grant something in the January before."""
    day = scene.span.last(6, 15) - timedelta(150)
    grant = {
        "grant_id": f"spending-{scene.organization.number}",
        "grantor": bureau("culture"),
        "title": "文化活动补助",
        "amount_fen": 20_000 * YUAN,
        "granted_on": str(day),
    }
    scene.says("finance.subsidy.granted.v1", day, grant)
    scene.receives(day + timedelta(5), 20_000, bureau("culture") | {"kind": "organization"}, purpose_text="拨付补助")


def _spends(scene: Scene, days: int, yuan: int, purpose: str) -> None:
    """Spend something so many days before 15 June, far from any festival."""
    scene.pays(scene.span.last(6, 15) - timedelta(days), yuan, scene.firm(0), purpose_text=purpose)


def _liquor(scene: Scene) -> None:
    _is_granted(scene)
    _spends(scene, 0, 5_600, "招待用白酒")


def _tours(scene: Scene) -> None:
    _is_granted(scene)
    for days in (200, 140, 80):
        _spends(scene, days, 400, "景区门票")
    _spends(scene, 15, 1_700, "旅游考察")
    _spends(scene, 0, 1_700, "旅游考察")


def _disinfects(scene: Scene) -> None:
    _is_granted(scene)
    _spends(scene, 0, 8_000, "医用酒精")


def _no_public_money(scene: Scene) -> None:
    _spends(scene, 0, 5_600, "招待用白酒")


STORIES = (
    Story("SO-30-liquor", "5,600 yuan for liquor after a grant", _liquor, (Expected("SO-30", "low"),), CLUB),
    Story("SO-30-tours", "tours of 3,400 yuan, usually 400", _tours, (Expected("SO-30", "low"),), CLUB),
)
QUIET = (
    Story("SO-30-alcohol", "8,000 yuan for alcohol to disinfect", _disinfects, given=CLUB),
    Story("SO-30-own", "liquor of a club without officials or public money", _no_public_money, given=CLUB),
)
