"""SO-14: awards and grants to those who were barred on that day."""

from datetime import date, timedelta

from qinglian.sample.cast import YUAN, bureau, paying_bureau
from qinglian.sample.pen import Json
from qinglian.sample.story import Expected, Scene, Story

WORKER = {"kind": "service_institution", "spending_fen": 900_000 * YUAN}


def award(scene: Scene, day: date, yuan: int, **more: object) -> Json:
    """Let the county buy services, and say what it bought."""
    data = {
        "award_id": f"aw-{scene.organization.number}-{day}",
        "buyer": bureau("civil"),
        "catalogue_item": "D0201",
        "procedure": "open_tender",
        "amount_fen": yuan * YUAN,
        "awarded_on": str(day),
        "term_from": str(day),
        "term_to": str(day + timedelta(330)),
        "title": "社区服务项目",
    } | more
    scene.says("finance.procurement.awarded.v1", day, data)
    return data


def is_paid(scene: Scene, day: date, yuan: int, award_id: str, *, by: str = "civil", **more: object) -> None:
    """Let the county pay for what it bought."""
    known: Json = {"earmark": "purchase", "project_ref": award_id, "purpose_text": "政府购买服务款"}
    scene.receives(day, yuan, paying_bureau(by), **(known | more))


def _debtor(scene: Scene) -> None:
    listed_on = scene.recent(95)
    listed = {"case_no": f"青澜执{scene.organization.number:04d}号", "listed_on": str(listed_on)}
    scene.says("courts.debtor.listed.v1", listed_on, listed)
    award(scene, scene.recent(5), 120_000)


def _failed_inspection(scene: Scene) -> None:
    concluded_on = scene.span.last(7, 30)
    inspection = {"year": concluded_on.year - 1, "outcome": "failed", "concluded_on": str(concluded_on)}
    scene.says("civil-affairs.inspection.concluded.v1", concluded_on, inspection, at="17:00:00")
    granted_on = concluded_on + timedelta(40)
    grant = {
        "grant_id": f"gr-{scene.organization.number}",
        "grantor": bureau("education"),
        "title": "助学补助",
        "amount_fen": 60_000 * YUAN,
        "granted_on": str(granted_on),
    }
    scene.says("finance.subsidy.granted.v1", granted_on, grant)


def _major_fine(scene: Scene) -> None:
    day = scene.span.last(4, 20)
    fined_on = day - timedelta(3 * 365 - 12)
    fine = {
        "penalty_id": f"pen-{scene.organization.number}",
        "kind": "fine",
        "fine_fen": 2_300_000 * YUAN,
        "served_on": str(fined_on),
    }
    scene.says("civil-affairs.penalty.imposed.v1", fined_on, fine)
    bought = award(scene, day, 100_000)
    is_paid(scene, day + timedelta(15), 100_000, bought["award_id"])


def _mended_in_between(scene: Scene) -> None:
    day = scene.span.last(9, 12)
    for outcome, concluded_on in (("failed", day - timedelta(420)), ("passed", day - timedelta(55))):
        data = {"year": concluded_on.year - 1, "outcome": outcome, "concluded_on": str(concluded_on)}
        scene.says("civil-affairs.inspection.concluded.v1", concluded_on, data)
    award(scene, day, 90_000)


STORIES = (
    Story(
        "SO-14-debtor",
        "an award while on the courts' list of debtors; five days ago",
        _debtor,
        (Expected("SO-14", "high"),),
        WORKER,
    ),
    Story(
        "SO-14-failed",
        "a grant to an institution whose last inspection failed",
        _failed_inspection,
        (Expected("SO-14", "medium"),),
        WORKER | {"reports": False},
    ),
    Story(
        "SO-14-fine",
        "an award some days before three years after a fine of 2,300,000 yuan are over",
        _major_fine,
        (Expected("SO-14", "high"),),
        WORKER,
    ),
)
QUIET = (
    Story(
        "SO-14-mended",
        "an inspection failed, the next one passed, then an award",
        _mended_in_between,
        given=WORKER | {"reports": False},
    ),
)
