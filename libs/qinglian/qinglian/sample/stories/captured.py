"""TY-02: one buyer, whose money is passed on, whose bidders belong together, and who is nearly all the income."""

from datetime import date, timedelta

from qinglian.sample.cast import YUAN
from qinglian.sample.pen import Json
from qinglian.sample.stories.bidding import bid, share
from qinglian.sample.stories.ineligible import award, is_paid
from qinglian.sample.story import Expected, Scene, Story

WORKER: Json = {"kind": "service_institution", "spending_fen": 900_000 * YUAN}
ITEM, OTHER_ITEM = "D0201", "D0704"
FIRST_DAYS, SECOND_DAYS = 520, 200  # before the end


def _passes_on(scene: Scene, yuan: int) -> None:
    """Sell a service to the county without competition, and pass money on within the term."""
    day: date = scene.recent(FIRST_DAYS)
    payees = [scene.firm(0)["name"]]
    bought = award(scene, day, 180_000, catalogue_item=ITEM, procedure="single_source", budget_payees=payees)
    is_paid(scene, day + timedelta(30), 180_000, bought["award_id"])
    known: Json = {"project_ref": bought["award_id"], "purpose_text": "服务外包费"}
    scene.pays(day + timedelta(75), yuan, scene.firm(1), **known)


def _wins(scene: Scene, item: str) -> None:
    """Win a second purchase of that buyer against a bid that does not count."""
    day = scene.recent(SECOND_DAYS)
    bids = [bid(scene.organization, 110_000, "won"), bid(scene.others[0], 148_000, "disqualified")]
    how: Json = {"procedure": "competitive_negotiation", "bidders": bids}
    bought = award(scene, day, 110_000, catalogue_item=item, **how)
    is_paid(scene, day + timedelta(20), 110_000, bought["award_id"])


def _one_phone(scene: Scene) -> None:
    share(scene, scene.recent(SECOND_DAYS), phone=f"0577-65{scene.organization.number:06d}")


def _captured(scene: Scene) -> None:
    _passes_on(scene, 95_000)
    _one_phone(scene)
    _wins(scene, ITEM)


def _other_item(scene: Scene) -> None:
    _passes_on(scene, 95_000)
    _one_phone(scene)
    _wins(scene, OTHER_ITEM)


def _strangers_and_less(scene: Scene) -> None:
    _passes_on(scene, 85_000)
    _wins(scene, ITEM)
    scene.receives(scene.recent(FIRST_DAYS - 60), 90_000, scene.firm(2), purpose_text="服务费")


ALONE = (Expected("SO-16", "medium"), Expected("SO-19", "medium"), Expected("SO-18", "low"))
STORIES = (
    Story(
        "TY-02-captured",
        "one bureau pays 290,000 yuan, all the income: 95,000 passed on, then a bidder with the same phone",
        _captured,
        (*ALONE, Expected("TY-02", "critical")),
        WORKER,
        others=(WORKER,),
    ),
    Story(
        "TY-02-item",
        "the same, but the bidder with the same phone stood against it for another service: no pattern",
        _other_item,
        ALONE,
        WORKER,
        others=(WORKER,),
    ),
)
QUIET = (
    Story(
        "TY-02-less",
        "three quarters from one bureau, 85,000 of 180,000 yuan passed on, strangers bid",
        _strangers_and_less,
        given=WORKER,
        others=(WORKER,),
    ),
)
