"""SO-38: organizations that go on although they were revoked or suspended, and some that only wind up."""

from datetime import date, timedelta

from qinglian.sample.cast import YUAN
from qinglian.sample.story import Expected, Scene, Story

KNOWN = {"kind": "association", "spending_fen": 300_000 * YUAN, "rents": False, "meets": False}


def _ends(scene: Scene, how: str, month: int) -> date:
    day = scene.span.last(month, 3)
    scene.says(f"civil-affairs.organization.{how}.v1", day, {"effective_on": str(day)}, at="00:00:00")
    return day


def _revoked_and_receiving(scene: Scene) -> None:
    day = _ends(scene, "revoked", 6)
    scene.gives_receipt(day + timedelta(1), 500, kind="donation", payer=scene.firm(0))


def _deregistered_and_paid(scene: Scene) -> None:
    day = _ends(scene, "deregistered", 5)
    scene.receives(day + timedelta(4), 4_000, scene.firm(0), purpose_text="服务费")


def _suspended_and_active(scene: Scene) -> None:
    day = _ends(scene, "suspended", 4)
    held_on = day + timedelta(141)
    activity = {
        "activity_id": f"held-{scene.organization.number}",
        "kind": "exchange",
        "reported_on": str(held_on),
        "held_from": str(held_on),
    }
    scene.says("civil-affairs.activity.reported.v1", held_on, activity)


def _winding_up(scene: Scene) -> None:
    day = _ends(scene, "deregistered", 4)
    scene.pays(day + timedelta(9), 40_000, scene.firm(0), purpose_text="清算")


def _suspended_with_wages(scene: Scene) -> None:
    day = _ends(scene, "suspended", 5)
    scene.pays(day + timedelta(14), 9_000, scene.person("clerk").party, purpose_text="工资")


STORIES = (
    Story(
        "SO-38-receipt",
        "a donation receipt of 500 yuan on the day after the revocation",
        _revoked_and_receiving,
        (Expected("SO-38", "critical"),),
        KNOWN,
    ),
    Story(
        "SO-38-paid",
        "4,000 yuan come in four days after the deregistration",
        _deregistered_and_paid,
        (Expected("SO-38", "medium"),),
        KNOWN,
        receipted=False,
    ),
    Story(
        "SO-38-held",
        "an activity on the 141st day of a suspension without an end",
        _suspended_and_active,
        (Expected("SO-38", "high"),),
        KNOWN,
    ),
)
QUIET = (
    Story("SO-38-winding-up", "40,000 yuan out for liquidation after the deregistration", _winding_up, given=KNOWN),
    Story("SO-38-wages", "wages while suspended", _suspended_with_wages, given=KNOWN),
)
