"""SO-19: bodies that belong together and bid for one purchase."""

from datetime import date, timedelta

from qinglian.sample.cast import YUAN, Organization, bureau
from qinglian.sample.pen import Json
from qinglian.sample.story import Expected, Scene, Story

CARER: Json = {"kind": "service_institution", "spending_fen": 900_000 * YUAN}


def bid(one: Organization, yuan: int, outcome: str) -> Json:
    """Give one bid as an award tells it."""
    return {"code": one.code, "name": one.name, "price_fen": yuan * YUAN, "outcome": outcome}


def _won(scene: Scene, other_yuan: int) -> None:
    """Let the organization win against the other on 9 June, and be paid for it."""
    one, day = scene.organization, scene.span.last(6, 9)
    award = {
        "award_id": f"bid-{one.number}",
        "buyer": bureau("civil"),
        "catalogue_item": "D0704",
        "procedure": "competitive_negotiation",
        "amount_fen": 198_000 * YUAN,
        "awarded_on": str(day),
        "bidders": [bid(one, 198_000, "won"), bid(scene.others[0], other_yuan, "lost")],
    }
    scene.says("finance.procurement.awarded.v1", day, award)


def share(scene: Scene, before: date, **shared: object) -> None:
    """Let all who play be entered anew two months before a day, with something in common."""
    for number, one in enumerate((scene.organization, *scene.others)):
        scene.changes(before - timedelta(60 + number), one, **shared)


def _one_phone(scene: Scene) -> None:
    share(scene, scene.span.last(6, 9), phone=f"0577-64{scene.organization.number:06d}")
    _won(scene, 226_000)


def _controlled(scene: Scene) -> None:
    """Let one firm control both, and their prices be close."""
    owner, day = scene.firm(1), scene.span.last(6, 9) - timedelta(300)
    for one in (scene.organization, *scene.others):
        tie = {"a": owner, "b": one.party, "relation": "controls", "from_on": str(day)}
        scene.says("civil-affairs.relation.declared.v1", day, tie, of=one)
    _won(scene, 201_000)


def _strangers(scene: Scene) -> None:
    _won(scene, 199_000)


STORIES = (
    Story(
        "SO-19-control",
        "one owner, close prices",
        _controlled,
        (Expected("SO-19", "critical"),),
        CARER,
        others=(CARER,),
    ),
    Story("SO-19-phone", "bidders with one phone", _one_phone, (Expected("SO-19", "medium"),), CARER, others=(CARER,)),
)
QUIET = (Story("SO-19-strangers", "close prices of strangers", _strangers, given=CARER, others=(CARER,)),)
