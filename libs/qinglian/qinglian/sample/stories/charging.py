"""SO-33: firms that an association charges although no fee of that amount is filed."""

from collections.abc import Iterable
from datetime import timedelta

from qinglian.sample.cast import YUAN
from qinglian.sample.story import Expected, Scene, Story

TRADE = {"kind": "association", "trade_association": True, "spending_fen": 900_000 * YUAN}


def _charges(scene: Scene, days: Iterable[int], *, filed: bool = False) -> None:
    """Let one firm after the other pay 3,000 yuan."""
    first = scene.span.last(3, 10)
    if filed:
        fee = {"fee_item": "服务费", "amount_fen": 3_000 * YUAN, "valid_from": str(first - timedelta(100))}
        scene.says("civil-affairs.fee-standard.filed.v1", first - timedelta(95), fee)
    for place, offset in enumerate(days):
        scene.receives(first + timedelta(offset), 3_000, scene.firm(place), purpose_text="服务费")


def _twelve_firms(scene: Scene) -> None:
    _charges(scene, (0, 1, 3, 5, 6, 8, 9, 11, 13, 15, 17, 19))


def _a_filed_tier(scene: Scene) -> None:
    _charges(scene, (0, 1, 3, 5, 6, 8, 9, 11, 13, 15, 17, 19), filed=True)


def _awards(scene: Scene, firms: int) -> None:
    held_on = scene.span.last(5, 10)
    activity = {
        "activity_id": f"awards-{scene.organization.number}",
        "kind": "award",
        "reported_on": str(held_on - timedelta(9)),
        "held_from": str(held_on),
    }
    scene.says("civil-affairs.activity.reported.v1", held_on - timedelta(9), activity)
    for place in range(firms):
        day = held_on + timedelta(5 + 6 * place)
        scene.gives_receipt(day, 5_000, kind="service", payer=scene.firm(place), fee_item="宣传服务费")


def _receipts_after_awards(scene: Scene) -> None:
    _awards(scene, 6)


def _four_receipts_after_awards(scene: Scene) -> None:
    _awards(scene, 4)


def _complaints(scene: Scene) -> None:
    first = scene.span.last(6, 3)
    for place, offset in enumerate((0, 40, 80)):
        day = first + timedelta(offset)
        data = {"complaint_id": f"cmp-{scene.organization.number}-{place}", "kind": "fee", "received_on": str(day)}
        scene.says("civil-affairs.complaint.received.v1", day, data)


STORIES = (
    Story(
        "SO-33-payers",
        "12 firms pay 3,000 yuan each in 20 days, no such fee filed",
        _twelve_firms,
        (Expected("SO-33", "medium"),),
        TRADE,
    ),
    Story(
        "SO-33-awards",
        "6 firms get receipts for services after an awards activity without a fee",
        _receipts_after_awards,
        (Expected("SO-33", "medium"),),
        TRADE,
    ),
    Story(
        "SO-33-complaints",
        "3 complaints about fees within 80 days",
        _complaints,
        (Expected("SO-33", "low"),),
        TRADE,
    ),
)
QUIET = (
    Story("SO-33-tier", "12 firms pay 3,000 yuan each, a filed fee", _a_filed_tier, given=TRADE),
    Story("SO-33-four", "4 firms get receipts after the awards", _four_receipts_after_awards, given=TRADE),
)
