"""SO-08, -09, -10, -11, -20: accounts, income, start-up funds, dealings with one's own people, grants."""

from datetime import timedelta

from qinglian.sample.cast import YUAN, bureau, person
from qinglian.sample.codes import account_token
from qinglian.sample.pen import Json
from qinglian.sample.story import Expected, Scene, Story

MIDDLE: Json = {"kind": "service_institution", "spending_fen": 4_000_000 * YUAN}
TRADERS: Json = {"kind": "association", "spending_fen": 4_000_000 * YUAN}
FOUNDATION: Json = {"kind": "foundation", "charity": True, "spending_fen": 4_000_000 * YUAN}
YOUNG: Json = {"kind": "service_institution", "spending_fen": 4_000_000 * YUAN, "reports": False}
YOUNG |= {"start_up_funds_fen": 1_000_000 * YUAN}


def _second_account(scene: Scene, *, filed_after: int) -> None:
    day = scene.span.last(3, 3)
    account = account_token(f"{scene.organization.code} second")
    scene.pays(day, 3_000, scene.firm(0), own_account=account, purpose_text="耗材")
    told = {"account": account, "bank": "青澜农村信用社", "opened_on": str(day - timedelta(2))}
    scene.says("civil-affairs.account.filed.v1", day + timedelta(filed_after), told)


def _filed_late(scene: Scene) -> None:
    _second_account(scene, filed_after=60)


def _filed_in_time(scene: Scene) -> None:
    _second_account(scene, filed_after=25)


def _income(scene: Scene, receipted_yuan: int) -> None:
    day = scene.span.last(2, 10)
    scene.receives(day, 400_000, scene.firm(0), purpose_text="服务费")
    scene.receives(day + timedelta(20), 220_000, scene.firm(1), purpose_text="服务费")
    scene.gives_receipt(day, receipted_yuan, kind="other", payer=scene.firm(0))


def _too_few_receipts(scene: Scene) -> None:
    _income(scene, 500_000)


def _nearly_enough_receipts(scene: Scene) -> None:
    _income(scene, 565_000)


def _founded(scene: Scene, yuan: int, *, resolved: bool = False) -> None:
    """Let most of what goes out go to a firm of the founder, who has paid in a million."""
    founder, firm = person(scene.seed, scene.organization.number, "founder"), scene.firm(0)
    day = scene.organization.registered_on + timedelta(12)
    relation = {"a": founder.party, "b": firm, "relation": "controls"}
    scene.says("civil-affairs.relation.declared.v1", day, relation)
    if resolved:
        passed_on = day + timedelta(30)
        data = {"resolution_id": f"res-{scene.organization.number}", "kind": "related_party_deal"}
        votes = {"passed_on": str(passed_on), "votes_for": 7, "votes_total": 9}
        scene.says("civil-affairs.resolution.filed.v1", passed_on, data | votes)
    for place in range(4):
        scene.pays(day + timedelta(45 + 9 * place), yuan // 4, firm, purpose_text="场地费")


def _funds_leave(scene: Scene) -> None:
    _founded(scene, 320_000)


def _funds_leave_by_resolution(scene: Scene) -> None:
    _founded(scene, 320_000, resolved=True)


def _dealing(scene: Scene, yuan: int) -> None:
    day, sister = scene.span.last(5, 6), scene.person("sister")
    told = day - timedelta(300)
    relation = {"a": scene.organization.chair.party, "b": sister.party, "relation": "sibling"}
    scene.says("civil-affairs.relation.declared.v1", told, relation)
    owns = {"a": sister.party, "b": scene.firm(0), "relation": "controls"}
    scene.says("civil-affairs.relation.declared.v1", told, owns)
    scene.pays(day, yuan, scene.firm(0), purpose_text="会务服务")


def _small_dealing(scene: Scene) -> None:
    _dealing(scene, 6_000)


def _large_dealing(scene: Scene) -> None:
    _dealing(scene, 104_000)


def _less_dealing(scene: Scene) -> None:
    _dealing(scene, 95_000)


def _granted(scene: Scene, place: int, yuan: int, *, by: str, title: str, spent_yuan: int) -> None:
    day = scene.span.last(3, 4, years_back=1) + timedelta(40 * place)
    grant_id = f"gr-{scene.organization.number}-{place}"
    data = {"grant_id": grant_id, "grantor": bureau(by), "title": title, "amount_fen": yuan * YUAN}
    scene.says("finance.subsidy.granted.v1", day, data | {"granted_on": str(day)})
    known: Json = {"earmark": "subsidy", "project_ref": grant_id, "purpose_text": "补助"}
    scene.receives(day + timedelta(10), yuan, {"kind": "organization", **bureau(by)}, **known)
    scene.pays(day + timedelta(70), spent_yuan, scene.firm(place), project_ref=grant_id, purpose_text="项目支出")


def _twice_for_meals(scene: Scene) -> None:
    _granted(scene, 0, 80_000, by="civil", title="社区老年助餐服务项目", spent_yuan=70_000)
    _granted(scene, 1, 38_000, by="health", title="社区老年助餐服务(二)", spent_yuan=30_000)


def _meals_and_day_care(scene: Scene) -> None:
    _granted(scene, 0, 80_000, by="civil", title="社区老年助餐服务项目", spent_yuan=70_000)
    _granted(scene, 1, 38_000, by="health", title="社区老年日间照料服务", spent_yuan=30_000)


def _hardly_spent(scene: Scene) -> None:
    _granted(scene, 0, 200_000, by="civil", title="困难家庭走访", spent_yuan=15_000)


STORIES = (
    Story(
        "SO-08-late",
        "an account used on 3 March, filed 60 days later",
        _filed_late,
        (Expected("SO-08", "medium"),),
        MIDDLE,
    ),
    Story(
        "SO-09-quarter",
        "620,000 yuan in within a quarter, receipts for 500,000",
        _too_few_receipts,
        (Expected("SO-09", "medium"),),
        TRADERS,
    ),
    Story(
        "SO-10-founder",
        "320,000 of 1,000,000 yuan of start-up funds to the founder's firm within four months, a related party",
        _funds_leave,
        (Expected("SO-10", "medium"), Expected("SO-11", "medium")),
        YOUNG,
        young_days=330,
    ),
    Story(
        "SO-11-foundation",
        "a foundation pays 6,000 yuan to a firm of the chair's sister",
        _small_dealing,
        (Expected("SO-11", "medium"),),
        FOUNDATION,
    ),
    Story(
        "SO-11-year",
        "an association pays 104,000 yuan to a firm of the chair's sister",
        _large_dealing,
        (Expected("SO-11", "medium"),),
        TRADERS | {"reports": False},
    ),
    Story(
        "SO-20-twin",
        "80,000 and 38,000 yuan from two bureaus for the same meals in one year",
        _twice_for_meals,
        (Expected("SO-20", "medium"),),
        MIDDLE,
    ),
    Story(
        "SO-20-idle",
        "15,000 of 200,000 yuan of a grant spent a year later",
        _hardly_spent,
        (Expected("SO-20", "low"),),
        MIDDLE,
    ),
)
QUIET = (
    Story("SO-08-in-time", "an account filed 25 days after it was first used", _filed_in_time, given=MIDDLE),
    Story("SO-09-near", "620,000 yuan in, receipts for 565,000", _nearly_enough_receipts, given=TRADERS),
    Story(
        "SO-10-resolved",
        "320,000 yuan to the founder's firm after a resolution of seven to two",
        _funds_leave_by_resolution,
        given=YOUNG,
        young_days=330,
    ),
    Story("SO-11-less", "95,000 yuan to a firm of the chair's sister", _less_dealing, given=TRADERS),
    Story("SO-20-other", "meals and day care, from two bureaus", _meals_and_day_care, given=MIDDLE),
)
