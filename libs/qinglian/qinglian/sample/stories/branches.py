"""SO-34: branches that take fees and hand them up, and one that only gets money; TY-04: where such fees end."""

from datetime import date, timedelta

from qinglian.sample.cast import YUAN
from qinglian.sample.codes import account_token
from qinglian.sample.pen import Json
from qinglian.sample.story import Expected, Scene, Story

CHAMBER: Json = {"kind": "association", "spending_fen": 600_000 * YUAN}
FIRMS_CHARGED = 12
OPENED_DAYS = 330  # before the end, so that deals half a year later are long settled


def _opens(scene: Scene) -> tuple[date, str]:
    """Open a branch with an account of its own, on file; give a day three months later and the account."""
    day, account = scene.recent(OPENED_DAYS), account_token(f"{scene.organization.code} branch")
    data = {"branch_id": f"b-{scene.organization.number}", "name": "青年工作委员会", "opened_on": str(day)}
    scene.says("civil-affairs.branch.opened.v1", day, data | {"account": account})
    filed = {"account": account, "bank": "青澜农村信用社", "opened_on": str(day)}
    scene.says("civil-affairs.account.filed.v1", day + timedelta(5), filed)
    return day + timedelta(90), account


def _own(scene: Scene, account: str) -> Json:
    return {"kind": "organization", "name": scene.organization.name, "account": account}


def _charges(scene: Scene) -> None:
    day, account = _opens(scene)
    scene.receives(day, 2_000, scene.firm(0), own_account=account, purpose_text="活动费")
    main = _own(scene, scene.organization.account)
    scene.pays(day + timedelta(20), 8_000, main, own_account=account, purpose_text="上缴管理费")


def _is_funded(scene: Scene) -> None:
    day, account = _opens(scene)
    scene.pays(day, 6_000, _own(scene, account), purpose_text="活动经费")


def _collects(scene: Scene) -> None:
    """Charge firms, let the branch charge too, and deal with the chair's firm half a year later."""
    day, account = _opens(scene)
    for place in range(FIRMS_CHARGED):
        scene.receives(day + timedelta(place), 3_000, scene.firm(place), purpose_text="评选服务费")
    scene.receives(day + timedelta(14), 2_000, scene.firm(20), own_account=account, purpose_text="活动费")
    relation = {"a": scene.organization.chair.party, "b": scene.firm(30), "relation": "controls"}
    scene.says("civil-affairs.relation.declared.v1", day - timedelta(200), relation)
    scene.knows(scene.firm(30), before=day)
    scene.pays(day + timedelta(40), 40_000, scene.firm(30), purpose_text="策划服务")


STORIES = (
    Story(
        "SO-34-fees",
        "2,000 yuan from a firm into the account of a branch, 8,000 of management fees handed up",
        _charges,
        (Expected("SO-34", "medium"),),
        CHAMBER,
    ),
    Story(
        "TY-04-collector",
        "12 firms pay 3,000 yuan each, a branch takes more, 40,000 go to a firm of the chair",
        _collects,
        (
            Expected("SO-33", "medium"),
            Expected("SO-34", "medium"),
            Expected("SO-11", "medium"),
            Expected("TY-04", "high"),
        ),
        CHAMBER,
    ),
)
QUIET = (Story("SO-34-funded", "a branch that gets 6,000 yuan from its organization", _is_funded, given=CHAMBER),)
